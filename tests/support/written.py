"""Showing that a refusal left no trace: no row, no history, no posting, no event, no message."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from tests.support import kinds
from tests.support.roles import run


@contextmanager
def nothing_written(*but: str) -> Iterator[None]:
    """Demand that the block changes no row of any table of the project; `but` names tables that it may change."""
    before = _digests()
    yield
    after = _digests()
    assert {table for table in after if after[table] != before[table]} <= set(but)


def _digests() -> dict[str, tuple[int, int]]:
    return {table: (count, digest) for table, count, digest in run(_statement())}


@cache
def _statement() -> str:
    return " UNION ALL ".join(
        f"SELECT '{table}', count(*), coalesce(sum(hashtextextended(t::text, 0)), 0) FROM {table} t"
        for table in sorted(model._meta.db_table for model in kinds.project_models())
    )
