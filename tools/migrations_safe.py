"""Migrations that never drop: after the first release none may remove, rename or narrow what holds data.

`python -m tools.migrations_safe` reads operations and SQL; `--strict` applies the rules before the first release too.
"""

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import django
from django.apps import apps
from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently
from django.db import migrations, models
from django.db.migrations.graph import MigrationGraph
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from tools.sizes import ROOT

RETIRE = "keep the column: SeparateDatabaseAndState takes it out of the state and comments it `retired <date> <reason>`"
COPY = "add the new one, write both, backfill, read the new one, then retire the old"
FORBIDDEN: dict[type[Operation], str] = {
    migrations.RemoveField: RETIRE,
    migrations.DeleteModel: "keep the table; SeparateDatabaseAndState takes the model out of the state",
    migrations.RenameField: COPY,
    migrations.RenameModel: COPY,
}
IN_SQL = {
    r"\bDROP\s+(TABLE|COLUMN|SCHEMA|DATABASE)\b": "nothing that holds rows is dropped",
    r"\bALTER\s+TABLE\b[^;]*\bDROP\s+(?!CONSTRAINT\b|DEFAULT\b|NOT\b|EXPRESSION\b|IDENTITY\b|COLUMN\b)\w": RETIRE,
    r"\bALTER\s+TABLE\b[^;]*\bRENAME\b": COPY,
    r"\bDELETE\s+FROM\b": "rows are never deleted; a service removes them softly",
    r"(^|;|\$|'|\bBEGIN\b|\bTHEN\b|\bLOOP\b)\s*TRUNCATE\s+\w": "rows are never deleted",
    r"\bDISABLE\s+(TRIGGER|RULE)\b": "no migration switches a guard off",
}
COMMENTS = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
RELEASED = re.compile(r"^## \[\d+\.\d+\.\d+\] - \d{4}-\d{2}-\d{2}$", re.MULTILINE)
WIDER = {
    ("CharField", "TextField"),
    ("SmallIntegerField", "IntegerField"),
    ("SmallIntegerField", "BigIntegerField"),
    ("IntegerField", "BigIntegerField"),
}


def is_released(root: Path) -> bool:
    """Tell whether the first release is out: the change log has a version with a date."""
    log = root / "CHANGELOG.md"
    return log.exists() and RELEASED.search(log.read_text()) is not None


def faults(operations: list[Operation], app: str, state: ProjectState) -> list[str]:
    """Return what is unsafe in a migration; `state` is the one before it and is moved forward."""
    found: list[str] = []
    new: set[str] = set()
    for operation in operations:
        found += _of_operation(operation, app, state, new)
        if isinstance(operation, migrations.CreateModel):
            new.add(operation.name_lower)
        operation.state_forwards(app, state)
    return found


def _of_operation(operation: Operation, app: str, state: ProjectState, new: set[str]) -> Iterator[str]:
    name = type(operation).__name__
    if isinstance(operation, migrations.SeparateDatabaseAndState):
        for inner in operation.database_operations:
            yield from _of_operation(inner, app, state, new)
    elif isinstance(operation, migrations.RunSQL):
        yield from (f"SQL `{words}`: {advice}" for words, advice in sql_faults(operation.sql))
    elif type(operation) in FORBIDDEN:
        yield f"{name}: {FORBIDDEN[type(operation)]}"
    elif isinstance(operation, migrations.AlterField):
        before = state.models[app, operation.model_name_lower].fields[operation.name]
        yield from (f"{name} {operation.name}: {words}; {COPY}" for words in _narrowed(before, operation.field))
    elif getattr(operation, "model_name_lower", "") not in new:
        yield from _locking(operation)


def _locking(operation: Operation) -> Iterator[str]:
    if isinstance(operation, migrations.AddIndex) and not isinstance(operation, AddIndexConcurrently):
        yield "AddIndex: use AddIndexConcurrently on a table that exists, with atomic = False"
    is_check = isinstance(operation, migrations.AddConstraint) and isinstance(
        operation.constraint, models.CheckConstraint
    )
    if is_check and not isinstance(operation, AddConstraintNotValid):
        yield "AddConstraint: use AddConstraintNotValid, and ValidateConstraint in the next migration"


def _narrowed(before: "models.Field[object, object]", after: "models.Field[object, object]") -> Iterator[str]:
    """Return how the values of a column become fewer."""
    kinds = before.get_internal_type(), after.get_internal_type()
    if kinds[0] != kinds[1] and kinds not in WIDER:
        yield f"changes from {kinds[0]} to {kinds[1]}"
        return
    for limit in ("max_length", "max_digits", "decimal_places"):
        old, new = getattr(before, limit, None), getattr(after, limit, None)
        if new is not None and (old is None or new < old):
            yield f"{limit} shrinks from {old} to {new}"
    if before.null and not after.null:
        yield "NULL is no longer allowed"
    if after.unique and not before.unique:
        yield "must be unique now"


def sql_faults(sql: object) -> Iterator[tuple[str, str]]:
    """Return the forbidden words of a RunSQL, each with the way to go instead."""
    statements = sql if isinstance(sql, list | tuple) else [sql]
    for statement in statements:
        text = COMMENTS.sub("", str(statement[0] if isinstance(statement, list | tuple) else statement))
        for pattern, advice in IN_SQL.items():
            match = re.search(pattern, text, re.IGNORECASE)
            if match:
                yield " ".join(match[0].split()).lstrip(";$' "), advice


def project_faults(*, strict: bool) -> list[str]:
    """Return the faults of all migrations of the project's apps, in the order in which they run."""
    loader = MigrationLoader(None)
    ours = {config.label for config in apps.get_app_configs() if config.name.startswith("apps.")}
    state, found = ProjectState(), []
    for app, name in _in_order(loader):
        unsafe = faults(loader.graph.nodes[app, name].operations, app, state)
        where = f"apps/{app}/migrations/{name}.py:1"
        if app in ours and strict:
            found += [f"{where}: {fault}" for fault in unsafe]
        if app in ours and not stands_on_core(app, name, loader.graph):
            found.append(f"{where}: depend on core's first migration; its functions are what triggers call")
    return found


def stands_on_core(app: str, name: str, graph: MigrationGraph) -> bool:
    """Tell whether a migration runs after core's first."""
    return app == "core" or any(before == "core" for before, _ in graph.forwards_plan((app, name)))


def _in_order(loader: MigrationLoader) -> list[tuple[str, str]]:
    plans = [loader.graph.forwards_plan(leaf) for leaf in sorted(loader.graph.leaf_nodes())]
    return list(dict.fromkeys(key for plan in plans for key in plan))


def main(arguments: list[str]) -> int:
    """Print the faults; return 1 when there are any."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    strict = is_released(ROOT) or "--strict" in arguments
    found = project_faults(strict=strict)
    print(*(found or ["migrations: nothing is dropped" if strict else "migrations: not released yet"]), sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
