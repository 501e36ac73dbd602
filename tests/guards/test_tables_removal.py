"""Nothing is ever removed from a table, by nobody and by no setting."""

from tests.support import kinds, raw, roles
from tests.support.catalog import Catalog
from tests.support.roles import Refusal

REFUSED = "23001"
NO_RIGHT = "42501"
REFERRED_TO = "0A000"


def bypasses(catalog: Catalog, place: str) -> list[str]:
    """Return statements that ask a table's triggers to do nothing, as their library spells it; the first does not."""
    names = [one.name for one in catalog.triggers(place)]
    every = [*names, *(f"{place}:{name}" for name in names)]
    return ["SELECT 1", f"SELECT set_config('pgtrigger.ignore', '{{{','.join(every)}}}', true)"]


@kinds.of()
def test_a_row_stays_when_the_owner_deletes_it(row, catalog, model):
    condition, key = raw.where(row)
    (found,) = roles.run(f"SELECT tableoid::regclass::text FROM {model._meta.db_table} WHERE {condition}", key)

    for place in dict.fromkeys((model._meta.db_table, *found)):
        for bypass in bypasses(catalog, place):
            refusal = roles.attempt("owner", bypass, f"DELETE FROM {place} WHERE {condition}", params=key)

            assert refusal is not None, f"a row of {place} was deleted"
            assert (refusal.sqlstate, refusal.rule) == (REFUSED, "core_refuse")


@kinds.of()
def test_a_table_stays_when_the_owner_truncates_it(any_role, catalog, model):
    for place in catalog.places(model):
        for bypass in bypasses(catalog, place):
            plain = roles.attempt("owner", bypass, f"TRUNCATE {place}")
            cascading = roles.attempt("owner", bypass, f"TRUNCATE {place} CASCADE")

            assert cascading is not None, f"{place} was truncated"
            assert (cascading.sqlstate, cascading.rule, cascading.table) == (REFUSED, "core_refuse", place)
            assert plain in (cascading, Refusal(REFERRED_TO, None, None))


@kinds.of()
def test_the_processes_role_may_not_even_try(any_role, catalog, model):
    refusals = [
        roles.attempt("app", act.format(place))
        for place in catalog.places(model)
        for act in ("DELETE FROM {}", "TRUNCATE {}", "TRUNCATE {} CASCADE")
    ]

    assert {refusal.sqlstate if refusal else "" for refusal in refusals} == {NO_RIGHT}
