"""The database guards every table by itself: triggers on it and on each partition, and few rights."""

import django.apps
import pytest
from django.core.management import call_command

from apps.core.base import LiveKey, Status
from apps.core.history import history_table
from tests.specimens.models import Paper
from tests.support import kinds, roles
from tests.support.catalog import Catalog, Trigger

NO_DELETE = Trigger("core_refuse", events=frozenset({"DELETE"}))
NO_TRUNCATE = Trigger("core_refuse", level="STATEMENT", events=frozenset({"TRUNCATE"}))
NO_UPDATE = Trigger("core_refuse", events=frozenset({"UPDATE"}))
VERSION_STEP = Trigger("core_version_step", events=frozenset({"UPDATE"}))
APPEND_ONLY = Trigger("core_refuse", events=frozenset({"UPDATE", "DELETE"}))
ENTRY_GUARD = Trigger("ledger_entry_guard", timing="AFTER", level="STATEMENT", events=frozenset({"INSERT"}))
# Made in SQL by hand, because core's kinds do not fit: what guards each instead.
HOT = {
    "ledger.Balance": [
        Trigger("core_refuse", events=frozenset({"UPDATE", "DELETE"}), columns=frozenset({"account_id", "asset"}))
    ],
    "ledger.BalanceDay": [
        Trigger(
            "core_refuse", events=frozenset({"UPDATE", "DELETE"}), columns=frozenset({"account_id", "effective_on"})
        )
    ],
    "ledger.BalanceMark": [
        Trigger("core_refuse", events=frozenset({"UPDATE", "DELETE"}), columns=frozenset({"account_id", "booked_on"}))
    ],
    "ledger.Entry": [APPEND_ONLY, ENTRY_GUARD],
    "ledger.PostingKey": [APPEND_ONLY],
    "ledger.Txn": [APPEND_ONLY],
}


def expected(model: kinds.Model) -> list[Trigger]:
    """Return the triggers that a model's kind and columns demand."""
    (kind,) = kinds.kinds_of(model)
    if kind == "hot":
        return [NO_TRUNCATE, *HOT[model._meta.label]]
    of_columns = [] if kind == "history" else [*moves(model), *live_parents(model)]
    return [NO_DELETE, NO_TRUNCATE, *BY_KIND[kind](model), *of_columns]


def tracked(model: kinds.Model) -> list[Trigger]:
    witness = Trigger(
        "core_history_witness",
        (history_table(model),),
        timing="AFTER",
        events=frozenset({"INSERT", "UPDATE"}),
        is_deferred=True,
    )
    return [VERSION_STEP, witness]


def log(model: kinds.Model) -> list[Trigger]:
    if not model.once:
        return [NO_UPDATE]
    return [Trigger("core_write_once", columns(model, model.once), events=frozenset({"UPDATE"}))]


def operational(model: kinds.Model) -> list[Trigger]:
    return [Trigger("core_only_columns", columns(model, model.changing), events=frozenset({"UPDATE"}))]


BY_KIND = {
    "domain": tracked,
    "kept": tracked,
    "log": log,
    "operational": operational,
    "history": lambda _: [NO_UPDATE],
}


def columns(model: kinds.Model, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(str(model._meta.get_field(name).column) for name in names)


def moves(model: kinds.Model) -> list[Trigger]:
    return [
        Trigger(
            "core_moves",
            (
                field.column,
                *(f"{source}>{target}" for source, targets in field.enum.moves().items() for target in targets),
            ),
            events=frozenset({"UPDATE"}),
            columns=frozenset({field.column}),
        )
        for field in model._meta.concrete_fields
        if isinstance(field, Status) and field.enum is not None
    ]


def live_parents(model: kinds.Model) -> list[Trigger]:
    return [
        Trigger(
            "core_live_parent",
            (field.related_model._meta.db_table, field.column),
            timing="AFTER",
            events=frozenset({"INSERT", "UPDATE"}),
            columns=frozenset({field.column, *model.removal}),
        )
        for field in model._meta.concrete_fields
        if isinstance(field, LiveKey)
    ]


def sealed(model: kinds.Model) -> bool:
    """Tell whether only functions of its app write a table."""
    return model._meta.db_table in getattr(model._meta.app_config, "sealed_tables", ())


@kinds.of()
def test_the_triggers_of_a_kind_are_installed_on_the_table_and_each_partition(any_role, catalog: Catalog, model):
    for place in catalog.places(model):
        found = [one.trigger for one in catalog.triggers(place)]

        missing = [one for one in expected(model) if one not in found]

        assert missing == [], place


@kinds.of()
def test_every_trigger_is_on_and_calls_a_function_of_ours(any_role, catalog: Catalog, model):
    ours = ("core_", f"{model._meta.app_label}_")
    modes = {"A"} if sealed(model) else {"O", "A"}

    for place in catalog.places(model):
        for one in catalog.triggers(place):
            assert one.enabled in modes, f"{one.name} of {place}"
            assert one.trigger.function.startswith(ours), f"{one.name} of {place}"


@kinds.of()
def test_the_processes_role_cannot_remove_and_owns_nothing(any_role, catalog: Catalog, model):
    for place in catalog.places(model):
        assert catalog.owner(place) == "strongroom_owner"
        assert catalog.app_rights(place) & {"DELETE", "TRUNCATE", "TRIGGER"} == set()


@kinds.of("hot")
def test_only_functions_write_a_hot_table(any_role, catalog: Catalog, model):
    assert sealed(model), "name it in sealed_tables of the app's configuration"
    assert [catalog.app_rights(place) for place in catalog.places(model)] == [set()] * len(catalog.places(model))


@kinds.of()
def test_a_partitioned_table_has_months_and_a_default(any_role, catalog: Catalog, model):
    leaves = [place.removeprefix(f"{model._meta.db_table}_") for place in catalog.places(model)[1:]]
    if not leaves:
        assert not getattr(model, "partitioned", False), "make the table by CreatePartitioned in its migration"
        return

    assert leaves[-1] == "default"
    assert len(leaves) >= 5
    assert all(len(month) == 6 and month.isdecimal() for month in leaves[:-1])


def test_every_sealed_table_is_one_of_a_model():
    tables = {model._meta.db_table for model in kinds.project_models()}

    declared = {name for config in django.apps.apps.get_app_configs() for name in getattr(config, "sealed_tables", ())}

    assert declared - tables == set()


def test_every_hot_table_is_declared():
    hot = {model._meta.label for model in kinds.project_models() if "hot" in kinds.kinds_of(model)}

    assert hot == set(HOT)


@pytest.mark.parametrize(
    "statement",
    ["DROP TRIGGER {} ON specimens_paper", "ALTER TABLE specimens_paper DISABLE TRIGGER {}"],
)
def test_a_trigger_that_does_not_guard_is_noticed(any_role, catalog, statement):
    for one in catalog.triggers("specimens_paper"):
        roles.become("owner")
        roles.run("SAVEPOINT before")
        roles.run(statement.format(one.name))

        installed = Catalog().triggers("specimens_paper")

        on = [found.trigger for found in installed if found.enabled in {"O", "A"}]
        assert [want for want in expected(Paper) if want not in on] == [one.trigger]
        roles.run("ROLLBACK TO SAVEPOINT before")


def test_the_specimens_are_migrated(any_role):
    call_command("makemigrations", "specimens", check=True, dry_run=True, verbosity=0, skip_checks=True)
