"""The batch function called directly, with arrays that no service sends: refused by name, nothing written."""

import hashlib
import uuid

import psycopg
import pytest
from psycopg.types.json import Jsonb

from apps.core import ids
from tests.factories import ledger as make

CALL = (
    "SELECT statuses, refusals, booked FROM ledger_post_batch({at}, 'system:test', NULL,"
    " %(ids)s::uuid[], %(keys)s::uuid[], %(hashes)s::bytea[], %(kinds)s::smallint[], %(effectives)s::date[],"
    " %(subjects)s::text[], NULL, %(metas)s::jsonb[], NULL, NULL, NULL, %(sizes)s::smallint[], %(accounts)s::bigint[],"
    " %(legs)s::smallint[], %(places)s::smallint[], %(amounts)s::bigint[], %(assets)s::text[], %(modes)s::smallint[],"
    " NULL, NULL)"
)
WRITTEN = (
    "SELECT (SELECT count(*) FROM ledger_txn), (SELECT count(*) FROM ledger_entry),"
    " (SELECT sum(version) FROM ledger_balance)"
)


@pytest.fixture
def pair(committed_db, unit):
    with unit():
        house, wallet = make.house(), make.wallet()
    with unit():
        make.move(house.pk, wallet.pk, 1_000, kind="payments.top_up")
    return sorted([house.no, wallet.no])


@pytest.fixture
def owner(raw):
    connection = raw("owner")
    connection.execute(
        "CREATE OR REPLACE FUNCTION ledger_max_skew() RETURNS interval LANGUAGE sql IMMUTABLE PARALLEL SAFE"
        " RETURN interval '5 minutes'"
    )
    return connection


@pytest.fixture
def call(owner, pair):
    """Return what calls the function with two postings: the first is as given, the second is well."""

    def run(at="clock_timestamp()", **values):
        given = {
            "ids": [ids.new(), ids.new()],
            "keys": [uuid.uuid4(), uuid.uuid4()],
            "hashes": [hashlib.sha256(b"content").digest()] * 2,
            "kinds": [10, 10],
            "effectives": None,
            "subjects": ["trf_test"] * 2,
            "metas": None,
            "sizes": [2, 2],
            "accounts": pair,
            "legs": [1, 2, 1, 2],
            "places": [1, 2, 1, 2],
            "amounts": [-5, 5, -5, 5],
            "assets": ["USD"] * 4,
            "modes": None,
        }
        return owner.execute(CALL.format(at=at), {**given, **values}).fetchone()

    return run


def test_an_ordinary_call_is_accepted(call):
    assert call()[:2] == ([0, 0], [None, None])


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"amounts": [0, 0, -5, 5]}, "ledger_amount_invalid"),
        ({"amounts": [None, 5, -5, 5]}, "ledger_amount_invalid"),
        ({"amounts": [-(2**53), 2**53, -5, 5]}, "ledger_amount_invalid"),
        ({"amounts": [-(2**63), 2**63 - 1, -5, 5]}, "ledger_amount_invalid"),
        ({"amounts": [-5, 4, -5, 5]}, "ledger_unbalanced"),
        ({"places": [1, 1, 1, 2]}, "ledger_account_twice"),
        ({"places": [2, 1, 1, 2]}, "ledger_account_twice"),
        ({"places": [None, 2, 1, 2]}, "ledger_account_unknown"),
        ({"places": [0, 2, 1, 2]}, "ledger_account_unknown"),
        ({"places": [1, 32_767, 1, 2]}, "ledger_account_unknown"),
        ({"assets": ["usd", "usd", "USD", "USD"]}, "ledger_asset_mismatch"),
        ({"assets": [None, "USD", "USD", "USD"]}, "ledger_asset_mismatch"),
        ({"assets": ["A" * 13, "", "USD", "USD"]}, "ledger_asset_mismatch"),
        ({"kinds": [32_000, 10]}, "ledger_kind_unknown"),
        ({"kinds": [None, 10]}, "ledger_kind_unknown"),
        ({"metas": [Jsonb({"x": "y" * 2_048}), None]}, "ledger_meta_invalid"),
        ({"effectives": ["infinity", None]}, "ledger_effective_in_future"),
        ({"effectives": ["2200-01-01", None]}, "ledger_effective_in_future"),
        ({"effectives": ["-infinity", None]}, "ledger_period_closed"),
        ({"effectives": ["0001-01-01", None]}, "ledger_period_closed"),
        ({"modes": [3, 3, 0, 0]}, "ledger_nothing_to_post"),
        ({"modes": [0, 2, 0, 0]}, "ledger_amount_invalid"),
        ({"modes": [3, 0, 0, 0], "amounts": [1, 5, -5, 5]}, "ledger_nothing_to_post"),
        (
            {"sizes": [1, 2], "legs": [1, 1, 2], "places": [1, 1, 2], "amounts": [-5, -5, 5], "assets": ["USD"] * 3},
            "ledger_too_few_lines",
        ),
        (
            {"sizes": [0, 2], "legs": [1, 2], "places": [1, 2], "amounts": [-5, 5], "assets": ["USD"] * 2},
            "ledger_too_few_lines",
        ),
    ],
)
def test_a_hostile_value_is_refused_by_name_and_costs_the_other_nothing(call, values, name):
    assert call(**values)[:2] == ([3, 0], [name, None])


@pytest.mark.parametrize("wrong", [uuid.uuid4(), None])
def test_an_id_without_an_instant_is_refused_and_costs_the_other_nothing(call, wrong):
    # The other id is made now: one from when the tests were collected may be older than clocks may differ.
    assert call(ids=[wrong, ids.new()])[:2] == ([3, 0], ["ledger_id_clock_skew", None])


@pytest.mark.parametrize("numbers", [[None, 1], [-7, 2**62], [], None])
def test_accounts_that_do_not_exist_are_refused(call, numbers):
    assert call(accounts=numbers)[:2] == ([3, 3], ["ledger_account_unknown"] * 2)


def test_accounts_in_any_order_are_found(call, pair):
    assert call(accounts=[*pair[::-1], 2**62], places=[2, 1, 2, 1])[:2] == ([0, 0], [None, None])


@pytest.mark.parametrize(
    "values",
    [
        {"keys": [uuid.uuid4()]},
        {"keys": [None, uuid.uuid4()]},
        {"hashes": [None, b"x"]},
        {"kinds": None},
        {"sizes": [2, 3]},
        {"sizes": [None, 4]},
        {"sizes": [-1, 5]},
        {"sizes": [2, 2, 0]},
        {"legs": [1, 2, 1]},
        {"places": None},
        {"assets": ["USD"]},
    ],
)
def test_arrays_of_unequal_length_are_refused_as_a_whole(call, values):
    with pytest.raises(psycopg.DatabaseError) as refused:
        call(**values)

    assert (refused.value.sqlstate, refused.value.diag.constraint_name) == ("LG014", "ledger_too_few_lines")


def test_a_call_above_the_caps_is_refused(call):
    with pytest.raises(psycopg.DatabaseError) as refused:
        call(accounts=list(range(2_001)))

    assert refused.value.diag.constraint_name == "ledger_batch_too_large"


def test_an_empty_call_writes_nothing(owner, call):
    before = owner.execute(WRITTEN).fetchone()
    names = ["ids", "keys", "hashes", "kinds", "subjects", "sizes", "accounts", "legs", "places", "amounts", "assets"]
    nothing: dict[str, list[int]] = {name: [] for name in names}

    assert call(**nothing)[0] == []
    assert owner.execute(WRITTEN).fetchone() == before


def test_a_call_of_refusals_writes_nothing(owner, call):
    before = owner.execute(WRITTEN).fetchone()

    assert call(amounts=[-5, 4, -5, 4])[0] == [3, 3]
    assert owner.execute(WRITTEN).fetchone() == before


@pytest.mark.parametrize(
    "at", ["clock_timestamp() - interval '6 minutes'", "clock_timestamp() + interval '6 minutes'", "'infinity'", "NULL"]
)
def test_an_instant_of_another_clock_is_refused(call, at):
    assert call(at=f"({at})::timestamptz")[1] == ["ledger_clock_behind"] * 2


def test_a_booking_is_never_before_the_one_that_its_account_has(owner, call):
    call()
    (last,) = owner.execute("SELECT max(last_at) FROM ledger_balance").fetchone()

    assert call(at="clock_timestamp() - interval '1 minute'")[2] == [last, last]


def test_an_account_booked_far_ahead_refuses(owner, call, pair):
    owner.execute("UPDATE ledger_balance SET last_at = now() + interval '1 hour' WHERE account_id = %s", [pair[0]])

    assert call()[1] == ["ledger_clock_behind"] * 2


@pytest.mark.parametrize(("edge", "amounts"), [(2**63 - 1, [1, -1]), (-(2**63) + 1, [-1, 1])])
def test_a_balance_beyond_64_bits_is_refused(owner, call, pair, edge, amounts):
    owner.execute("UPDATE ledger_balance SET floor = NULL, posted = %s WHERE account_id = %s", [edge, pair[0]])

    assert call(amounts=amounts * 2)[1] == ["ledger_amount_overflow"] * 2


@pytest.mark.parametrize(
    "off", ["enable_nestloop", "enable_indexscan", "plan_cache_mode = auto; SET enable_bitmapscan"]
)
def test_no_setting_of_the_caller_changes_what_is_touched(owner, call, off):
    """Read no table of the books as a whole, however the caller's planner is set."""
    call()
    owner.execute("DISCARD PLANS")
    owner.execute(f"SET {off} = off")
    scans = (
        "SELECT sum(pg_stat_get_xact_numscans(c.oid)) FROM pg_class c WHERE c.relkind = 'r' AND c.relname"
        " ~ '^ledger_(balance|postingkey|txn_|entry_)'"
    )
    before = owner.execute(scans).fetchone()

    assert call()[:2] == ([0, 0], [None, None])
    assert owner.execute(scans).fetchone() == before
