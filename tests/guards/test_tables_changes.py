"""Facts stay as they were written, operational rows change in named columns, states move along their enum."""

import re

from apps.core.base import Status
from tests.support import kinds, raw, roles

NO_RIGHT = "42501"
SOURCE = re.compile(r"\b(rebuil[dt]|source|events?)\b", re.IGNORECASE)


def attempts(row, changes, roles_=("owner", "app")):
    """Return, per change of a row, why each role was refused it."""
    condition, key = raw.where(row)
    return {
        change: [
            roles.attempt(role, f"UPDATE {row._meta.db_table} SET {change} WHERE {condition}", params=key)
            for role in roles_
        ]
        for change in changes
    }


def rules(found):
    return {change: [one and (one.sqlstate, one.rule) for one in refusals] for change, refusals in found.items()}


@kinds.of("history", "log")
def test_a_fact_is_not_changed(row, model):
    once = getattr(model, "once", ())
    fields = [field for field in model._meta.concrete_fields if field.name not in once]
    # Without columns that are filled in later, any UPDATE is refused, whatever it sets.
    changes = [raw.other(row, field) for field in fields] if once else [raw.same(fields[0])]

    found = rules(attempts(row, changes, ("owner",)))

    assert found == {change: [("23001", "core_write_once" if once else "core_refuse")] for change in changes}


@kinds.of("history", "log")
def test_the_processes_role_changes_no_column_of_a_fact_but_those_filled_in_later(any_role, catalog, model):
    once = {model._meta.get_field(name).column for name in getattr(model, "once", ())}

    for place in catalog.places(model):
        assert catalog.app_columns(place) <= once


@kinds.of("log")
def test_a_column_of_a_fact_is_filled_in_once(row, model):
    fields = [model._meta.get_field(name) for name in model.once]
    condition, key = raw.where(row)
    empty = [field for field in fields if getattr(row, field.attname) is None]
    if empty:
        settings = ", ".join(raw.other(row, field) for field in empty)
        roles.run(f"UPDATE {model._meta.db_table} SET {settings} WHERE {condition}", key)
    filled = type(row)._base_manager.get(pk=row.pk)

    found = rules(attempts(filled, [raw.other(filled, field) for field in fields]))

    assert found == {change: [("23001", "core_write_once")] * 2 for change in found}


@kinds.of("operational")
def test_only_the_named_columns_of_an_operational_row_change(row, model):
    fields = [field for field in model._meta.concrete_fields if field.name not in model.changing]

    found = rules(attempts(row, [raw.other(row, field) for field in fields], ("owner",)))

    assert found == {change: [("23001", "core_only_columns")] for change in found}


@kinds.of("operational")
def test_an_operational_model_says_what_it_is_rebuilt_from(model):
    assert SOURCE.search(model.__doc__ or ""), "the docstring names what the row is rebuilt from"


@kinds.of("hot")
def test_what_the_books_say_is_not_changed(row, model):
    fixed = {
        "ledger.Balance": ("account_id", "asset"),
        "ledger.BalanceDay": ("account_id", "effective_on"),
        "ledger.BalanceMark": ("account_id", "booked_on"),
    }.get(model._meta.label)
    fields = [field for field in model._meta.concrete_fields if fixed is None or field.name in fixed]

    found = rules(attempts(row, [raw.other(row, field) for field in fields]))

    assert found == {change: [("23001", "core_refuse"), (NO_RIGHT, None)] for change in found}


def statuses(model):
    return [field for field in model._meta.concrete_fields if isinstance(field, Status) and field.enum is not None]


MOVING = [model for model in kinds.project_models() if statuses(model) and "history" not in kinds.kinds_of(model)]


@kinds.of()
def test_a_column_of_states_knows_its_enum(model):
    columns = [field for field in model._meta.concrete_fields if isinstance(field, Status)]

    assert len(statuses(model)) == len(columns) or "history" in kinds.kinds_of(model)
    assert not hasattr(model, "status") or columns, "status = Status(Enum): the database then knows the moves"


@kinds.each(MOVING)
def test_every_state_is_reached_from_the_first(model):
    for field in statuses(model):
        moves, reached, ahead = field.enum.moves(), set(), [field.enum(field.default)]
        while ahead:
            state = ahead.pop()
            if state not in reached:
                reached.add(state)
                ahead += moves[state]

        assert set(moves) == set(field.enum)
        assert reached == set(field.enum)


@kinds.each(MOVING)
def test_an_illegal_move_by_raw_sql_is_refused(row, model):
    step = ", version = version + 1" if set(kinds.TRACKED).intersection(kinds.kinds_of(model)) else ""
    for field in statuses(model):
        source = field.enum(getattr(row, field.attname))
        illegal = set(field.enum) - {source, *field.enum.moves()[source]}

        found = rules(attempts(row, [f"{raw.quoted(field)} = '{target.value}'{step}" for target in illegal]))

        assert found == {change: [("23514", "core_moves")] * 2 for change in found}
