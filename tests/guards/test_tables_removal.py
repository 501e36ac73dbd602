"""Nothing is ever removed from a table, by nobody and by no setting."""

import pytest

from tests.support import kinds, raw, roles
from tests.support.catalog import Catalog

REFUSED = "23001"
NO_RIGHT = "42501"


def names_of_triggers(catalog: Catalog, place: str) -> str:
    """Return the setting that asks all triggers of a table to do nothing, as their library spells it."""
    names = [one.name for one in catalog.triggers(place)]
    return "{" + ",".join([*names, *(f"{place}:{name}" for name in names)]) + "}"


@kinds.of()
@pytest.mark.parametrize("bypass", [False, True], ids=["", "bypass"])
def test_a_row_stays_when_the_owner_deletes_it(any_role, catalog, model, bypass):
    condition, key = raw.where(kinds.make(model))
    for place in catalog.places(model):
        ignored = names_of_triggers(catalog, place) if bypass else ""

        refusal = roles.attempt(
            "owner",
            f"SELECT set_config('pgtrigger.ignore', '{ignored}', true)",
            f"DELETE FROM {place} WHERE {condition}",
            params=key,
        )

        if refusal is None:
            found = roles.run(f"SELECT 1 FROM {place} WHERE {condition}", key)
            assert found == [], f"a row of {place} was deleted"
        else:
            assert (refusal.sqlstate, refusal.rule) == (REFUSED, "core_refuse")
    (row,) = roles.run(f"SELECT tableoid::regclass::text FROM {model._meta.db_table} WHERE {condition}", key)
    assert row[0] in catalog.places(model)


@kinds.of()
@pytest.mark.parametrize("words", ["", " CASCADE"])
def test_a_table_stays_when_the_owner_truncates_it(any_role, catalog, model, words):
    for place in catalog.places(model):
        ignored = names_of_triggers(catalog, place)

        refusal = roles.attempt(
            "owner", f"SELECT set_config('pgtrigger.ignore', '{ignored}', true)", f"TRUNCATE {place}{words}"
        )

        assert refusal is not None, f"{place} was truncated"
        if refusal.sqlstate != "0A000":
            assert (refusal.sqlstate, refusal.rule, refusal.table) == (REFUSED, "core_refuse", place)
        else:
            assert words == "", f"{place}: only a reference stood in the way"


@kinds.of()
@pytest.mark.parametrize("act", ["DELETE FROM {}", "TRUNCATE {}", "TRUNCATE {} CASCADE"])
def test_the_processes_role_may_not_even_try(any_role, catalog, model, act):
    refusals = [roles.attempt("app", act.format(place)) for place in catalog.places(model)]

    assert {refusal.sqlstate if refusal else "" for refusal in refusals} == {NO_RIGHT}
