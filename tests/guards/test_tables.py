"""Every model says what it is: one kind, its prefix, rank, the privacy of each column, its keys and references."""

import re
from collections import Counter

import pytest
from django.contrib.postgres.constraints import ExclusionConstraint
from django.core.exceptions import FieldDoesNotExist
from django.db import models

from apps.core import db
from apps.core.base import Domain, Eternal, Live, LiveManager, TrackedQuerySet, WhileState
from apps.core.fields import EncryptedText, Fingerprint
from apps.core.history import HistoryColumns
from tests.support import kinds

CLASSES = ("public", "internal", "personal", "secret")
# The order in which rows are locked, lowest first; the only other place that knows it is the table of the design.
RANKS = {
    "core": range(4),
    "workflow": range(4, 7),
    "partners": range(7, 10),
    "console": range(10, 20),
    "analytics": range(20, 30),
    "helpdesk": range(30, 40),
    "rewards": range(40, 50),
    **dict.fromkeys(
        ("p2p", "billpay", "subscriptions", "investing", "cards", "merchants", "lending", "insurance"), range(50, 60)
    ),
    "payments": range(60, 70),
    "compliance": range(70, 80),
    "accounts": range(80, 90),
    "notifications": range(90, 100),
    "ledger": range(100, 110),
    "specimens": range(110, 120),
}
STAMPS = {
    "history_id",
    "history_type",
    "history_date",
    "history_user_id",
    "history_change_reason",
    "request_id",
    "door",
}


def own_columns(model: kinds.Model) -> set[str]:
    """Return the columns that a model declares beside those of its kind."""
    (kind,) = kinds.kinds_of(model)
    return {field.name for field in model._meta.concrete_fields} - {
        field.name for field in kinds.BASES[kind]._meta.get_fields()
    }


@kinds.of()
def test_a_model_is_of_one_kind_and_stands_alone(model):
    assert len(kinds.kinds_of(model)) == 1, "derive from one of apps.core.base: Domain, Kept, Log, Operational"
    assert not model._meta.parents, "no inheritance between concrete models"
    assert not model._meta.ordering, "no Meta.ordering: an explicit order_by that ends in a unique column"
    assert (model.__doc__ or "").strip(), "a docstring says what the row is in the business"


@kinds.of("domain", "kept", "log", "operational")
def test_an_id_prefix_is_three_letters_of_one_model(model):
    everyone = [getattr(other, "id_prefix", "") for other in kinds.project_models()]

    assert re.fullmatch("[a-z]{3}", model.id_prefix)
    assert everyone.count(model.id_prefix) == 1


@kinds.of("domain", "kept", "log", "operational")
def test_a_lock_rank_is_in_the_range_of_its_app(model):
    app = model._meta.app_label

    assert app in RANKS, f"give the app {app} its ten ranks here and in the design"
    assert db.lock_rank(model) in RANKS[app]


@kinds.of("domain", "kept", "log", "operational", "hot")
def test_the_privacy_of_each_column_is_declared_once(model):
    declared = Counter(name for word in CLASSES for name in getattr(model.Privacy, word, ()))
    known = {field.name for field in model._meta.concrete_fields}

    assert own_columns(model) - set(declared) == set(), (
        "declare them in class Privacy: public, internal, personal, secret"
    )
    assert set(declared) - known == set(), "no such columns"
    assert {name for name, times in declared.items() if times > 1} == set()


@kinds.of(*kinds.TRACKED)
def test_a_personal_column_with_history_is_sealed(model):
    plain = [
        name
        for name in getattr(model.Privacy, "personal", ())
        if not isinstance(model._meta.get_field(name), EncryptedText | Fingerprint)
    ]

    assert plain == [], "history keeps a plain value for ever: seal it, or keep it in an Operational search table"


@kinds.of("domain", "kept", "log", "operational", "hot")
def test_a_sealed_column_is_named_and_classed_so(model):
    fields = {field.name: field for field in model._meta.concrete_fields}
    guarded = {*getattr(model.Privacy, "personal", ()), *getattr(model.Privacy, "secret", ())}
    sealed = {name for name, field in fields.items() if isinstance(field, EncryptedText)}

    assert sealed == {name for name in fields if name.endswith("_sealed")}
    assert sealed <= guarded
    assert all(isinstance(field, Fingerprint) for name, field in fields.items() if name.endswith("_fp"))


@kinds.of("history")
def test_a_history_has_every_column_but_the_secret_ones(model):
    live = model.instance_type
    secret = set(getattr(live.Privacy, "secret", ()))

    copied = {field.name for field in model._meta.concrete_fields} - STAMPS

    assert copied == {field.name for field in live._meta.concrete_fields} - secret
    assert [field.name for field in model._meta.concrete_fields if field.db_index] == []


@kinds.of("domain", "kept", "log", "operational", "hot")
def test_every_reference_protects_and_no_table_links_by_itself(model):
    references = [field for field in model._meta.concrete_fields if field.is_relation]

    assert {field.name: field.remote_field.on_delete for field in references} == {
        field.name: models.PROTECT for field in references
    }
    assert all(field.db_constraint for field in references)
    assert not model._meta.auto_created, "a link is a model with its own life, not a ManyToManyField"
    assert not model._meta.many_to_many, "a link is a model with its own life, not a ManyToManyField"
    assert not model._meta.private_fields, "store the typed id as text, not a GenericForeignKey"


@kinds.of("domain", "kept", "log", "operational")
def test_a_reference_to_another_app_adds_nothing_to_it(model):
    foreign = [
        field
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model._meta.app_label != model._meta.app_label
    ]

    assert [field.name for field in foreign if not field.remote_field.hidden] == [], 'related_name="+"'


@kinds.of("history")
def test_a_history_refers_to_nothing(any_role, catalog, model):
    references = [field for field in model._meta.concrete_fields if field.is_relation]

    assert [field.name for field in references if field.db_constraint or not field.remote_field.hidden] == []
    assert catalog.foreign_keys(model._meta.db_table) == []


@kinds.of("domain", "kept", "log", "operational")
def test_what_may_outlive_is_a_reference_with_a_reason(model):
    for name, reason in model.may_outlive.items():
        assert model._meta.get_field(name).is_relation
        assert len(reason.split()) > 1, "say why the row may outlive what it refers to"


@kinds.of("domain", "kept", "log", "operational")
def test_a_unique_rule_says_how_it_treats_removed_rows(model):
    rules = [rule for rule in model._meta.constraints if isinstance(rule, models.UniqueConstraint)]

    for rule in rules:
        assert isinstance(rule, Live | Eternal | WhileState), f"{rule.name}: Live, Eternal or WhileState"
        if isinstance(rule, Live):
            assert issubclass(model, Domain), f"{rule.name}: rows of this kind are never removed; Eternal or WhileState"
            assert ("deleted_at__isnull", True) in rule.condition.children, rule.name
        elif isinstance(rule, Eternal):
            assert rule.condition is None, f"{rule.name}: a condition makes it WhileState"
            assert len(rule.reason.split()) > 1, f"{rule.name}: say why the value never returns"
        else:
            assert columns_of(rule.condition) <= states(model), f"{rule.name}: name the states"


def columns_of(condition: models.Q) -> set[str]:
    found: set[str] = set()
    for child in condition.children:
        found |= columns_of(child) if isinstance(child, models.Q) else {child[0].split("__")[0]}
    return found


def states(model: kinds.Model) -> set[str]:
    """Return the columns that tell a row's state: coded ones, flags, and what is NULL until something has happened."""
    return {
        field.name
        for field in model._meta.concrete_fields
        if isinstance(field, models.BooleanField) or getattr(field, "enum", None) or field.null
    }


@kinds.of("domain")
def test_an_exclusion_rule_looks_at_live_rows(model):
    rules = [rule for rule in model._meta.constraints if isinstance(rule, ExclusionConstraint)]

    assert [rule.name for rule in rules if "deleted_at" not in columns_of(rule.condition or models.Q())] == []


@kinds.of()
def test_nothing_else_is_unique(any_role, catalog, model):
    declared = {rule.name for rule in model._meta.constraints if isinstance(rule, models.UniqueConstraint)}

    assert [field.name for field in model._meta.concrete_fields if field.unique and not field.primary_key] == []
    assert not model._meta.unique_together
    assert set(catalog.unique(model._meta.db_table)) == declared


@kinds.of("history")
def test_a_history_has_one_row_a_version(model):
    (rule,) = model._meta.constraints

    assert rule.fields == ("id", "version")


@kinds.of(*kinds.TRACKED)
def test_the_managers_of_a_tracked_model_write_history(model):
    default, base = model._default_manager, model._base_manager

    assert (default.name, base.name) == ("objects", "all_objects")
    assert [isinstance(manager.get_queryset(), TrackedQuerySet) for manager in (default, base)] == [True, True]
    assert isinstance(default, LiveManager) == issubclass(model, Domain)
    assert not isinstance(base, LiveManager)


@kinds.of("log", "operational")
def test_a_model_without_removal_has_one_manager(model):
    assert [manager.name for manager in model._meta.managers] == ["objects"]
    with pytest.raises(FieldDoesNotExist):
        model._meta.get_field("deleted_at")


def test_every_tracked_model_has_its_history():
    tracked = {model for model in kinds.project_models() if set(kinds.TRACKED).intersection(kinds.kinds_of(model))}
    kept = {model.instance_type for model in kinds.project_models() if issubclass(model, HistoryColumns)}

    assert kept == tracked
