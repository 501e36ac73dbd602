"""What a refusal leaves behind: nothing."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from django.db import connection

from tests.support import kinds

_STATE = "SELECT '{0}', count(*), coalesce(sum(hashtextextended(t::text, 0)), 0) FROM {0} t"


@contextmanager
def nothing_written(*, but: Collection[str] = ()) -> Iterator[None]:
    """Show that no row of the project was added or changed inside the block, histories and books included.

    Tables of `but` are left out.
    """
    before = _state(but)
    yield
    assert _state(but) - before == set()


def _state(but: Collection[str]) -> set[tuple[str, int, int]]:
    tables = sorted({model._meta.db_table for model in kinds.project_models()} - set(but))
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(_STATE.format(table) for table in tables))
        return set(cursor.fetchall())
