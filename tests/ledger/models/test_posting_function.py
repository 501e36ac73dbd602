"""The posting function called directly, with values that no service sends: each is refused by name."""

import datetime as dt
import hashlib
import uuid

import psycopg
import pytest

from apps.core import ids
from tests.factories import ledger as make

CALL = (
    "SELECT (ledger_post_one(%(id)s::uuid, %(key)s::uuid, %(hash)s::bytea, %(kind)s::smallint, %(effective)s::date,"
    " {at}, 'system:test', NULL, 'trf_test', NULL, %(meta)s::jsonb, %(reverses)s::uuid, %(legs)s::smallint[],"
    " %(accounts)s::bigint[], %(amounts)s::bigint[], %(assets)s::text[])).*"
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
    return raw("owner")


@pytest.fixture
def call(owner, pair):
    owner.execute(
        "CREATE OR REPLACE FUNCTION ledger_max_skew() RETURNS interval LANGUAGE sql IMMUTABLE PARALLEL SAFE"
        " RETURN interval '5 minutes'"
    )

    def run(at="clock_timestamp()", **values):
        given = {
            "id": ids.new(),
            "key": uuid.uuid4(),
            "hash": hashlib.sha256(b"content").digest(),
            "kind": 10,
            "effective": None,
            "meta": None,
            "reverses": None,
            "legs": [1, 2],
            "accounts": pair,
            "amounts": [-5, 5],
            "assets": ["USD", "USD"],
        }
        return owner.execute(CALL.format(at=at), {**given, **values}).fetchone()

    return run


def test_an_ordinary_call_is_accepted(call):
    status, txn, *_ = call()

    assert (status, txn.version) == (0, 7)


@pytest.mark.parametrize(
    ("values", "state", "name"),
    [
        ({"accounts": None}, "LG014", "ledger_too_few_lines"),
        ({"accounts": [], "amounts": [], "assets": [], "legs": []}, "LG014", "ledger_too_few_lines"),
        ({"amounts": [-5]}, "LG014", "ledger_too_few_lines"),
        ({"amounts": [-5, 5, 0]}, "LG014", "ledger_too_few_lines"),
        ({"assets": None}, "LG014", "ledger_too_few_lines"),
        ({"legs": [1]}, "LG014", "ledger_too_few_lines"),
        ({"amounts": [0, 0]}, "LG011", "ledger_amount_invalid"),
        ({"amounts": [None, 5]}, "LG011", "ledger_amount_invalid"),
        ({"amounts": [-(2**53), 2**53]}, "LG011", "ledger_amount_invalid"),
        ({"amounts": [-(2**63), 2**63 - 1]}, "LG011", "ledger_amount_invalid"),
        ({"amounts": [-5, 4]}, "23514", "ledger_unbalanced"),
        ({"accounts": [None, 1]}, "LG020", "ledger_account_unknown"),
        ({"accounts": [-7, 2**62]}, "LG020", "ledger_account_unknown"),
        ({"assets": ["usd", "usd"]}, "LG021", "ledger_asset_mismatch"),
        ({"assets": [None, "USD"]}, "LG021", "ledger_asset_mismatch"),
        ({"assets": ["", ""]}, "LG021", "ledger_asset_mismatch"),
        ({"assets": ["A" * 13] * 2}, "LG021", "ledger_asset_mismatch"),
        ({"legs": [1, 3]}, "23514", "ledger_late_leg"),
        ({"kind": 32_000}, "LG015", "ledger_kind_unknown"),
        ({"kind": None}, "LG015", "ledger_kind_unknown"),
        ({"meta": '{"x": "' + "y" * 2_048 + '"}'}, "LG015", "ledger_meta_invalid"),
        ({"effective": "infinity"}, "LG030", "ledger_effective_in_future"),
        ({"effective": dt.date(2200, 1, 1)}, "LG030", "ledger_effective_in_future"),
        ({"effective": "-infinity"}, "LG031", "ledger_period_closed"),
        ({"effective": dt.date(1, 1, 1)}, "LG031", "ledger_period_closed"),
        ({"id": uuid.uuid4()}, "LG032", "ledger_id_clock_skew"),
        ({"id": None}, "LG032", "ledger_id_clock_skew"),
        ({"id": ids.new(dt.datetime(1970, 1, 1, tzinfo=dt.UTC))}, "LG032", "ledger_id_clock_skew"),
        ({"id": ids.new(dt.datetime(2200, 1, 1, tzinfo=dt.UTC))}, "LG032", "ledger_id_clock_skew"),
        ({"reverses": uuid.uuid4()}, "LG062", "ledger_origin_unknown"),
    ],
)
def test_a_hostile_value_is_refused_by_name(call, values, state, name):
    with pytest.raises(psycopg.DatabaseError) as refused:
        call(**values)

    assert (refused.value.sqlstate, refused.value.diag.constraint_name) == (state, name)


@pytest.mark.parametrize(
    "at", ["clock_timestamp() - interval '6 minutes'", "clock_timestamp() + interval '6 minutes'", "'infinity'", "NULL"]
)
def test_an_instant_of_another_clock_is_refused(call, at):
    with pytest.raises(psycopg.DatabaseError) as refused:
        call(at=f"({at})::timestamptz")

    assert refused.value.diag.constraint_name == "ledger_clock_behind"


def test_an_account_twice_is_refused(call, pair):
    with pytest.raises(psycopg.DatabaseError) as refused:
        call(accounts=[pair[0], pair[0]])

    assert refused.value.diag.constraint_name == "ledger_account_twice"


def test_accounts_out_of_order_are_refused(call, pair):
    with pytest.raises(psycopg.DatabaseError) as refused:
        call(accounts=pair[::-1])

    assert refused.value.diag.constraint_name == "ledger_account_twice"


@pytest.mark.parametrize(("edge", "amounts"), [(2**63 - 1, [1, -1]), (-(2**63) + 1, [-1, 1])])
def test_a_balance_beyond_64_bits_is_refused(owner, call, pair, edge, amounts):
    owner.execute("UPDATE ledger_balance SET floor = NULL, posted = %s WHERE account_id = %s", [edge, pair[0]])

    with pytest.raises(psycopg.DatabaseError) as refused:
        call(amounts=amounts)

    assert (refused.value.sqlstate, refused.value.diag.constraint_name) == ("LG012", "ledger_amount_overflow")


def test_a_booking_is_never_before_the_one_that_its_account_has(call):
    first = call()[2]

    second = call(at="clock_timestamp() - interval '1 minute'")[2]

    assert second == first


def test_an_account_booked_far_ahead_refuses(owner, call, pair):
    owner.execute("UPDATE ledger_balance SET last_at = now() + interval '1 hour' WHERE account_id = %s", [pair[0]])

    with pytest.raises(psycopg.DatabaseError) as refused:
        call()

    assert refused.value.diag.constraint_name == "ledger_clock_behind"


def test_a_key_known_with_other_content_is_refused(call):
    key = uuid.uuid4()
    call(key=key)

    with pytest.raises(psycopg.DatabaseError) as refused:
        call(key=key, hash=hashlib.sha256(b"other").digest())

    assert (refused.value.sqlstate, refused.value.diag.constraint_name) == ("LG002", "ledger_key_reused")


def test_a_known_key_answers_before_anything_else_is_looked_at(call):
    key = uuid.uuid4()
    _, txn, at, balances, versions, available = call(key=key)

    assert call(key=key, kind=32_000, accounts=None) == (1, txn, at, balances, versions, available)
