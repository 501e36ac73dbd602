"""Showing that a refusal left no trace: no row, no history, no posting, no event, no message, no stored file."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from django.core.files.storage import default_storage

from tests.support import kinds
from tests.support.roles import run

State = dict[str, tuple[int, int]]


@contextmanager
def nothing_written(*but: str) -> Iterator[None]:
    """Demand that the block changes no row of any table of the project, and no file; `but` names tables that it may."""
    before = state()
    yield
    changed = sorted(name for name, found in state().items() if found != before[name] and name not in but)
    assert not changed, f"written in spite of the refusal: {', '.join(changed)}"


def state() -> State:
    """Return, of each table, how many rows it has and a digest of them; of the stored files their number."""
    rows = {table: (count, digest) for table, count, digest in run(_statement())}
    return {**rows, "files": (_files(""), 0)}


def _files(folder: str) -> int:
    folders, files = default_storage.listdir(folder)
    return len(files) + sum(_files(f"{folder}{name}/") for name in folders)


@cache
def _statement() -> str:
    return " UNION ALL ".join(
        f"SELECT '{table}', count(*), coalesce(sum(hashtextextended(t::text, 0)), 0) FROM {table} t"
        for table in sorted(model._meta.db_table for model in kinds.project_models())
    )
