"""What the database's own catalogue says of the tables: triggers, partitions, keys, rights."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tests.support.roles import run

_EVENTS = {4: "INSERT", 8: "DELETE", 16: "UPDATE", 32: "TRUNCATE"}


@dataclass(frozen=True, slots=True)
class Trigger:
    """A trigger: what it calls with which words, and when. `columns` narrow an UPDATE."""

    function: str
    arguments: tuple[str, ...] = ()
    timing: str = "BEFORE"
    level: str = "ROW"
    events: frozenset[str] = frozenset()
    columns: frozenset[str] = frozenset()
    is_deferred: bool = False
    is_conditional: bool = False


@dataclass(frozen=True, slots=True)
class Installed:
    """A trigger as it is installed: `enabled` is O (ordinary), A (always), R (replica only) or D (disabled)."""

    name: str
    enabled: str
    trigger: Trigger


_TRIGGERS = """
SELECT c.relname, t.tgname, t.tgenabled::text, p.proname, t.tgtype,
       (string_to_array(encode(t.tgargs, 'escape'), '\\000'))[1:t.tgnargs],
       ARRAY(SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum = ANY(t.tgattr)),
       t.tginitdeferred, t.tgqual IS NOT NULL
  FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
 WHERE NOT t.tgisinternal OR t.tgparentid <> 0 AND p.proname NOT LIKE 'RI_FKey%%'
"""
_LEAVES = """
SELECT p.relname, c.relname
  FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhparent JOIN pg_class c ON c.oid = i.inhrelid
 WHERE c.relkind = 'r' ORDER BY 1, 2
"""
_RIGHTS = """
SELECT c.relname, pg_get_userbyid(c.relowner),
       ARRAY(SELECT r FROM unnest(ARRAY['DELETE', 'TRUNCATE', 'TRIGGER', 'INSERT', 'UPDATE']) r
              WHERE has_table_privilege('strongroom_app', c.oid, r)),
       ARRAY(SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0
          AND has_column_privilege('strongroom_app', c.oid, a.attnum, 'UPDATE'))
  FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
"""
_FOREIGN_KEYS = """
SELECT c.relname, k.conname, k.confdeltype::text FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
 WHERE k.contype = 'f'
"""
_UNIQUE = """
SELECT t.relname, i.relname
  FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
 WHERE x.indisunique AND NOT x.indisprimary AND t.relnamespace = 'public'::regnamespace
"""


class Catalog:
    """The catalogue of one migrated database, read once."""

    @cached_property
    def _triggers(self) -> dict[str, list[Installed]]:
        found: dict[str, list[Installed]] = {}
        for table, name, enabled, function, kind, arguments, columns, deferred, conditional in run(_TRIGGERS):
            trigger = Trigger(
                function=function,
                arguments=tuple(arguments),
                timing="BEFORE" if kind & 2 else "AFTER",
                level="ROW" if kind & 1 else "STATEMENT",
                events=frozenset(word for bit, word in _EVENTS.items() if kind & bit),
                columns=frozenset(columns),
                is_deferred=deferred,
                is_conditional=conditional,
            )
            found.setdefault(table, []).append(Installed(name, enabled, trigger))
        return found

    @cached_property
    def _leaves(self) -> dict[str, list[str]]:
        return _grouped(run(_LEAVES))

    @cached_property
    def _rights(self) -> dict[str, tuple[str, frozenset[str], frozenset[str]]]:
        return {table: (owner, frozenset(words), frozenset(columns)) for table, owner, words, columns in run(_RIGHTS)}

    @cached_property
    def _foreign_keys(self) -> dict[str, list[str]]:
        return _grouped(run(_FOREIGN_KEYS))

    @cached_property
    def _unique(self) -> dict[str, list[str]]:
        return _grouped(run(_UNIQUE))

    def places(self, model: Any) -> list[str]:
        """Return the table of a model and its partitions."""
        table = model._meta.db_table
        return [table, *self._leaves.get(table, [])]

    def triggers(self, table: str) -> list[Installed]:
        """Return the triggers of a table or partition, without those of foreign keys."""
        return self._triggers.get(table, [])

    def owner(self, table: str) -> str:
        """Return who owns a table."""
        return self._rights[table][0]

    def app_rights(self, table: str) -> frozenset[str]:
        """Return what the processes' role may do with a whole table beyond reading it."""
        return self._rights[table][1]

    def app_columns(self, table: str) -> frozenset[str]:
        """Return the columns that the processes' role may change."""
        return self._rights[table][2]

    def foreign_keys(self, table: str) -> list[str]:
        """Return the names of a table's foreign keys."""
        return self._foreign_keys.get(table, [])

    def unique(self, table: str) -> list[str]:
        """Return the names of a table's unique indexes but the primary key."""
        return self._unique.get(table, [])


def _grouped(rows: list[tuple[Any, ...]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for table, name, *_ in rows:
        found.setdefault(table, []).append(name)
    return found
