"""Migrations: what a release may not contain is found, in operations and in SQL."""

import pytest
from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently
from django.db import migrations, models
from django.db.migrations.graph import MigrationGraph
from django.db.migrations.state import ModelState, ProjectState

from tests.guards.source import ROOT, report
from tools.migrations_safe import faults, is_released, project_faults, sql_faults, stands_on_core

CHECK = models.CheckConstraint(condition=models.Q(amount__gt=0), name="positive")
INDEX = models.Index(fields=["note"], name="by_note")


def state() -> ProjectState:
    columns = [
        ("id", models.BigAutoField(primary_key=True)),
        ("note", models.CharField(max_length=40, null=True)),
        ("amount", models.IntegerField()),
        ("rate", models.DecimalField(max_digits=10, decimal_places=4)),
    ]
    project = ProjectState()
    project.add_model(ModelState("p2p", "Transfer", columns))
    return project


def alter(name: str, column: models.Field) -> migrations.AlterField:
    return migrations.AlterField("transfer", name, column)


def test_the_migrations_of_the_project_are_safe():
    assert report(project_faults(strict=is_released(ROOT))) == ""


@pytest.mark.parametrize(
    ("operation", "words"),
    [
        (migrations.RemoveField("transfer", "note"), "RemoveField"),
        (migrations.DeleteModel("transfer"), "DeleteModel"),
        (migrations.RenameField("transfer", "note", "text"), "RenameField"),
        (migrations.RenameModel("Transfer", "Sending"), "RenameModel"),
        (
            alter("note", models.CharField(max_length=39, null=True)),
            "AlterField note: max_length shrinks from 40 to 39",
        ),
        (alter("note", models.CharField(max_length=40)), "AlterField note: NULL is no longer allowed"),
        (alter("note", models.CharField(max_length=40, null=True, unique=True)), "AlterField note: must be unique now"),
        (alter("note", models.IntegerField(null=True)), "AlterField note: changes from CharField to IntegerField"),
        (
            alter("rate", models.DecimalField(max_digits=10, decimal_places=2)),
            "AlterField rate: decimal_places shrinks",
        ),
        (migrations.AddIndex("transfer", INDEX), "AddIndex"),
        (migrations.AddConstraint("transfer", CHECK), "AddConstraint"),
        (migrations.RunSQL("DROP TABLE p2p_transfer"), "SQL `DROP TABLE`"),
        (migrations.RunSQL([("SELECT 1", None), ("DELETE FROM t WHERE id = %s", [1])]), "SQL `DELETE FROM`"),
        (
            migrations.SeparateDatabaseAndState(database_operations=[migrations.RemoveField("transfer", "note")]),
            "RemoveField",
        ),
    ],
)
def test_what_drops_renames_narrows_or_locks_is_named(operation, words):
    assert [fault.startswith(words) for fault in faults([operation], "p2p", state())] == [True]


def test_what_only_adds_or_widens_is_accepted():
    created = migrations.CreateModel(
        "Note", [("id", models.BigAutoField(primary_key=True)), ("amount", models.IntegerField())]
    )

    found = faults(
        [
            created,
            migrations.AddIndex("note", models.Index(fields=["amount"], name="by_amount")),
            migrations.AddConstraint("note", models.CheckConstraint(condition=models.Q(amount__gt=0), name="some")),
            migrations.AddField("transfer", "more", models.IntegerField(null=True)),
            alter("note", models.TextField(null=True)),
            alter("amount", models.BigIntegerField()),
            AddIndexConcurrently("transfer", models.Index(fields=["amount"], name="by_amount_2")),
            AddConstraintNotValid("transfer", CHECK),
            migrations.SeparateDatabaseAndState(state_operations=[migrations.RemoveField("transfer", "rate")]),
        ],
        "p2p",
        state(),
    )

    assert found == []


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("alter table t drop column c", "drop column"),
        ("ALTER TABLE t DROP c", "ALTER TABLE t DROP c"),
        ("ALTER TABLE t RENAME TO u", "ALTER TABLE t RENAME"),
        ("DO $$ BEGIN TRUNCATE t; END $$", "BEGIN TRUNCATE t"),
        ("SELECT 1; TRUNCATE TABLE t", "TRUNCATE T"),
        ("ALTER TABLE t DISABLE TRIGGER ALL", "DISABLE TRIGGER"),
        ("DROP SCHEMA s", "DROP SCHEMA"),
    ],
)
def test_forbidden_sql_is_named(sql, words):
    assert [found for found, _ in sql_faults(sql)] == [words]


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TRIGGER a BEFORE DELETE OR TRUNCATE ON t EXECUTE FUNCTION f()",
        "REVOKE DELETE, TRUNCATE ON t FROM app",
        "ALTER TABLE t ALTER COLUMN c DROP NOT NULL; ALTER TABLE t DROP CONSTRAINT x",
        "-- DROP TABLE t\n/* DELETE FROM t */ SELECT 1",
        "DROP TRIGGER a ON t; DROP FUNCTION f",
        "IF TG_OP = 'TRUNCATE' THEN RETURN NULL; END IF",
    ],
)
def test_other_sql_is_accepted(sql):
    assert list(sql_faults(sql)) == []


@pytest.mark.parametrize(
    ("text", "released"),
    [
        ("# Changes\n\n## [Unreleased]\n- x\n", False),
        ("## [Unreleased]\n\n## [1.0.0] - 2026-01-31\n", True),
        ("see ## [1.0.0] - 2026-01-31\n", False),
    ],
)
def test_a_dated_version_in_the_change_log_is_a_release(tmp_path, text, released):
    (tmp_path / "CHANGELOG.md").write_text(text)

    assert is_released(tmp_path) is released


def test_a_migration_that_may_run_before_core_is_noticed():
    graph = MigrationGraph()
    for app, name in (("core", "0001"), ("p2p", "0001"), ("p2p", "0002"), ("ledger", "0001")):
        graph.add_node((app, name), migrations.Migration(name, app))
    graph.add_dependency(None, ("p2p", "0001"), ("core", "0001"))
    graph.add_dependency(None, ("p2p", "0002"), ("p2p", "0001"))

    assert {key: stands_on_core(*key, graph) for key in graph.nodes} == {
        ("core", "0001"): True,
        ("p2p", "0001"): True,
        ("p2p", "0002"): True,
        ("ledger", "0001"): False,
    }
