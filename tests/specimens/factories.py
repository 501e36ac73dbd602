"""One factory per specimen; call them inside an open unit."""

from typing import Any

from apps.core import ids
from tests.specimens.models import Loan, Paper, Remark, Shelf, Tally


def word() -> str:
    """Return a text that nobody else has."""
    return ids.new().hex


def shelf(**columns: Any) -> Shelf:
    """Return an empty shelf."""
    return _saved(Shelf(**{"code": word(), **columns}))


def paper(**columns: Any) -> Paper:
    """Return a paper on a shelf of its own."""
    return _saved(Paper(**{"number": word(), "title": "Title", **columns, "shelf": columns.get("shelf") or shelf()}))


def loan(**columns: Any) -> Loan:
    """Return a loan of nothing."""
    return _saved(Loan(**{"reader": word(), **columns}))


def remark(**columns: Any) -> Remark:
    """Return a remark on a paper of its own."""
    return _saved(Remark(**{"text": "seen", **columns, "paper": columns.get("paper") or paper()}))


def tally(**columns: Any) -> Tally:
    """Return the count of a shelf of its own."""
    return _saved(Tally(**{**columns, "shelf": columns.get("shelf") or shelf()}))


def _saved(row: Any) -> Any:
    row.save()
    return row
