"""What the catalogue tells of the books: partitions and guards."""

from typing import Final

from django.db import connection

PARENTS: Final = ("ledger_txn", "ledger_entry")
PLAIN: Final = ("ledger_postingkey", "ledger_balance")

_UNGUARDED: Final = """
WITH guarded AS (
  SELECT c.oid, c.relname AS name, coalesce(p.relname, c.relname) AS parent
    FROM pg_class c LEFT JOIN pg_inherits i ON i.inhrelid = c.oid LEFT JOIN pg_class p ON p.oid = i.inhparent
   WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
     AND coalesce(p.relname, c.relname) = ANY(%s::text[])
), wanted AS (
  SELECT oid, name, 'ledger_append_only' AS guard, 'core_refuse' AS does FROM guarded
  UNION ALL SELECT oid, name, 'ledger_no_truncate', 'core_refuse' FROM guarded
  UNION ALL SELECT oid, name, 'ledger_entry_guard', 'ledger_entry_guard' FROM guarded WHERE parent = 'ledger_entry'
)
SELECT w.name || '.' || w.guard FROM wanted w
 WHERE NOT EXISTS (SELECT 1 FROM pg_trigger t JOIN pg_proc f ON f.oid = t.tgfoid
                    WHERE t.tgrelid = w.oid AND t.tgname = w.guard AND t.tgenabled = 'A' AND f.proname = w.does)
 ORDER BY 1
"""


def unguarded() -> list[str]:
    """Return each guard that is missing, or not enabled always, on a hot table or one of its partitions."""
    with connection.cursor() as cursor:
        cursor.execute(_UNGUARDED, [[*PARENTS, *PLAIN]])
        return [name for (name,) in cursor.fetchall()]


def filled_defaults() -> list[str]:
    """Return the tables of the books whose DEFAULT partition holds rows."""
    found = []
    with connection.cursor() as cursor:
        for parent in PARENTS:
            cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {parent}_default)")  # noqa: S608 - our own two names
            row = cursor.fetchone()
            if row and row[0]:
                found.append(parent)
    return found
