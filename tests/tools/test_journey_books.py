"""The journey's last step: a database that was away is no fault of the books."""

from pathlib import Path

import pytest

from tools.journey.client import Client, JourneyError
from tools.journey.steps_books import check_books
from tools.journey.world import World, open_world

BOOKS = """
import pathlib, sys
tries = pathlib.Path("tries")
tries.write_text(tries.read_text() + "x" if tries.exists() else "x")
if len(tries.read_text()) < 2:
    sys.exit("{first}")
"""


def books(folder: Path, first: str) -> World:
    """Return a world whose check of the books ends with these words first, and well from then on."""
    (folder / "tools").mkdir()
    (folder / "tools" / "runtime.py").write_text(BOOKS.format(first=first))
    nobody = Client("http://127.0.0.1:1")
    return open_world(nobody, nobody, root=folder, run=folder, wait_for_code=lambda _: None)


def test_books_are_checked_again_when_the_database_was_away(tmp_path: Path) -> None:
    check_books(books(tmp_path, "django.db.utils.OperationalError: starting up"))

    assert (tmp_path / "tries").read_text() == "xx"


def test_books_that_do_not_balance_end_the_journey(tmp_path: Path) -> None:
    with pytest.raises(JourneyError, match="broken"):
        check_books(books(tmp_path, "broken  ledger.I1.sum_zero"))

    assert (tmp_path / "tries").read_text() == "x"
