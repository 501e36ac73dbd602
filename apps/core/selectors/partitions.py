"""What the catalogue tells of partitions."""

from django.db import connection


def filled_defaults() -> list[str]:
    """Return the partitioned tables whose DEFAULT partition holds rows: no partition of their month was there."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, d.relname FROM pg_partitioned_table p JOIN pg_class c ON c.oid = p.partrelid "
            "JOIN pg_class d ON d.oid = p.partdefid WHERE c.relnamespace = 'public'::regnamespace ORDER BY c.relname"
        )
        found = []
        for table, default in cursor.fetchall():
            name = connection.ops.quote_name(default)
            cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {name})")  # noqa: S608 - name from the catalogue, quoted
            row = cursor.fetchone()
            if row and row[0]:
                found.append(str(table))
    return found


def days_ahead() -> int:
    """Return for how many days from now every table partitioned by month has its partitions."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(months.ends) - (now() AT TIME ZONE 'UTC')::date FROM (SELECT i.inhparent, "
            "(max(to_date(right(l.relname, 6), 'YYYYMM')) + interval '1 month')::date AS ends FROM pg_inherits i "
            "JOIN pg_class l ON l.oid = i.inhrelid JOIN pg_class p ON p.oid = i.inhparent AND p.relkind = 'p' "
            "WHERE l.relname ~ '_[0-9]{6}$' GROUP BY i.inhparent) AS months"
        )
        row = cursor.fetchone()
    return int(row[0]) if row and row[0] is not None else 0
