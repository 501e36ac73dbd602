"""The guards of the books against raw SQL: as the processes' role, as the owner, on tables and on their partitions."""

import psycopg
import pytest
from psycopg import errors

from tests.factories import ledger as make
from tests.ledger import books
from tests.ledger.books import LEAVES, TABLES


@pytest.fixture(params=["table", "partition"])
def place(request, raw):
    """Return what names the table, or this month's partition of it, for the owner's connection."""
    owner = raw("owner")
    return owner, (lambda name: name) if request.param == "table" else (lambda name: books.leaf(owner, name))


def refused_as(error: psycopg.Error) -> tuple[str | None, str | None]:
    return error.sqlstate, error.diag.constraint_name


def test_a_balanced_pair_is_accepted_from_the_owner(kept, place):
    owner, named = place
    legs = (kept.house, -5), (kept.wallet, 5)
    books.move(owner, *legs)
    txn = books.header(owner, 2, table=named("ledger_txn"))

    books.enter(owner, txn, *legs, table=named("ledger_entry"))

    assert owner.execute("SELECT count(*) FROM ledger_entry WHERE txn_id = %s", [txn]).fetchone() == (2,)


def test_what_does_not_sum_to_zero_is_refused(kept, place):
    owner, named = place
    legs = (kept.house, -5), (kept.wallet, 6)
    books.move(owner, *legs)
    txn = books.header(owner, 2)

    with pytest.raises(errors.CheckViolation) as refused:
        books.enter(owner, txn, *legs, table=named("ledger_entry"))

    assert refused_as(refused.value) == ("23514", "ledger_unbalanced")


def test_a_pair_added_to_an_old_transaction_is_refused(kept, place):
    owner, named = place
    legs = (kept.house, -5), (kept.wallet, 5)
    books.move(owner, *legs)

    with pytest.raises(errors.CheckViolation) as refused:
        books.enter(owner, kept.txn, *legs, table=named("ledger_entry"), first=3)

    assert refused_as(refused.value) == ("23514", "ledger_late_leg")


@pytest.mark.parametrize(
    ("first", "refusal"),
    [(3, ("23514", "ledger_late_leg")), (2, ("23505", None)), (1, ("23505", None)), (0, ("23505", None))],
)
def test_a_pair_added_in_a_second_statement_is_refused(kept, place, first, refusal):
    owner, named = place
    legs = (kept.house, -5), (kept.wallet, 5)
    books.move(owner, *legs)
    txn = books.header(owner, 2)
    books.enter(owner, txn, *legs, table=named("ledger_entry"))
    books.move(owner, *legs)

    with pytest.raises(errors.IntegrityError) as refused:
        books.enter(owner, txn, *legs, table=named("ledger_entry"), first=first)

    state, rule = refused_as(refused.value)
    assert (state, None if state == "23505" else rule) == refusal


@pytest.mark.parametrize("legs", [None, 3])
def test_entries_without_their_header_are_refused(kept, place, legs):
    owner, named = place
    pair = (kept.house, -5), (kept.wallet, 5)
    books.move(owner, *pair)
    txn = make.ids.new() if legs is None else books.header(owner, legs)

    with pytest.raises(errors.CheckViolation) as refused:
        books.enter(owner, txn, *pair, table=named("ledger_entry"))

    assert refused_as(refused.value) == ("23514", "ledger_late_leg")


def test_an_entry_that_disagrees_with_the_balance_is_refused(kept, place):
    owner, named = place
    legs = (kept.house, -5), (kept.wallet, 5)
    books.move(owner, *legs)
    txn = books.header(owner, 2)
    owner.execute("UPDATE ledger_balance SET posted = posted + 1 WHERE account_id = %s", [kept.wallet])
    statement = (
        f"INSERT INTO {named('ledger_entry')} ({books.COLUMNS}) "
        "SELECT %s, account_id, CASE account_id WHEN %s THEN 5 ELSE -5 END,"
        " posted - CASE account_id WHEN %s THEN 1 ELSE 0 END,"
        " version, now(), current_date, row_number() OVER (), asset FROM ledger_balance WHERE account_id = ANY(%s)"
    )

    with pytest.raises(errors.CheckViolation) as refused:
        owner.execute(statement, [txn, kept.wallet, kept.wallet, [kept.wallet, kept.house]])

    assert refused_as(refused.value) == ("23514", "ledger_drift")


@pytest.mark.parametrize("other", ["asset", "account"])
def test_an_entry_of_another_asset_or_of_no_account_is_refused(kept, place, other):
    owner, named = place
    stranger = kept.euros if other == "asset" else 2**60
    books.move(owner, (kept.house, -5), (stranger, 5))
    txn = books.header(owner, 2)

    with pytest.raises(errors.CheckViolation) as refused:
        books.enter(owner, txn, (kept.house, -5), (stranger, 5), table=named("ledger_entry"))

    assert refused_as(refused.value) == ("23514", "ledger_asset")


def test_two_assets_without_positions_are_refused(kept, place, unit):
    owner, named = place
    with unit():
        cash = make.house(asset="EUR").no
    legs = (kept.house, -5), (kept.wallet, 5), (cash, -4, "EUR"), (kept.euros, 4, "EUR")
    books.move(owner, *[leg[:2] for leg in legs])
    txn = books.header(owner, 4)

    with pytest.raises(errors.CheckViolation) as refused:
        books.enter(owner, txn, *legs, table=named("ledger_entry"))

    assert refused_as(refused.value) == ("23514", "ledger_cross")


@pytest.mark.parametrize(("blocked", "flags"), [("wallet", 2), ("house", 1), ("wallet", 7), ("house", 7)])
def test_an_entry_on_a_blocked_side_is_refused(kept, place, blocked, flags):
    owner, named = place
    legs = (kept.house, -5), (kept.wallet, 5)
    books.move(owner, *legs)
    owner.execute("UPDATE ledger_balance SET flags = %s WHERE account_id = %s", [flags, getattr(kept, blocked)])
    txn = books.header(owner, 2)

    with pytest.raises(errors.CheckViolation) as refused:
        books.enter(owner, txn, *legs, table=named("ledger_entry"))

    assert refused_as(refused.value) == ("23514", "ledger_blocked")


def test_a_deferred_account_has_entries_without_balance_and_version(kept, place):
    owner, named = place
    owner.execute("UPDATE ledger_balance SET flags = 16 WHERE account_id = ANY(%s)", [[kept.house, kept.wallet]])
    txn = books.header(owner, 2)
    statement = (
        f"INSERT INTO {named('ledger_entry')} ({books.COLUMNS}) VALUES "
        "(%s, %s, -5, NULL, NULL, now(), current_date, 1, 'USD'), (%s, %s, 5, {figures}, now(), current_date, 2, 'USD')"
    )
    values = [txn, kept.house, txn, kept.wallet]
    owner.execute("SAVEPOINT before")
    with pytest.raises(errors.CheckViolation) as refused:
        owner.execute(statement.format(figures="5, 1000000"), values)
    owner.execute("ROLLBACK TO before")

    owner.execute(statement.format(figures="NULL, NULL"), values)

    assert refused_as(refused.value) == ("23514", "ledger_drift")


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("posted", "floor + held - 1", "ledger_floor"),
        ("held", "posted + 1", "ledger_floor"),
        ("held", "-1", "ledger_held"),
        ("ceiling", "posted - 1", "ledger_ceiling"),
    ],
)
def test_a_balance_outside_its_bounds_is_refused(kept, raw, column, value, rule):
    with pytest.raises(errors.CheckViolation) as refused:
        raw("owner").execute(f"UPDATE ledger_balance SET {column} = {value} WHERE account_id = %s", [kept.wallet])

    assert refused_as(refused.value) == ("23514", rule)


@pytest.mark.parametrize("change", ["asset = 'EUR'", "account_id = account_id + 1000000"])
def test_a_balance_never_becomes_that_of_another_account(kept, raw, change):
    with pytest.raises(errors.RestrictViolation):
        raw("owner").execute(f"UPDATE ledger_balance SET {change} WHERE account_id = %s", [kept.wallet])


def test_an_adjustment_without_approval_is_refused(kept, place):
    owner, named = place

    with pytest.raises(errors.CheckViolation) as refused:
        books.header(owner, 2, kind=1, table=named("ledger_txn"))

    assert refused_as(refused.value) == ("23514", "ledger_adjustment")


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("act", ["DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_nothing_is_removed_by_the_owner(kept, raw, unit, table, act):
    with unit():
        make.journal.reverse(txn=kept.txn, key=make.key(), reason="mistake")

    with pytest.raises(errors.RestrictViolation):
        raw("owner").execute(act.format(table))


@pytest.mark.parametrize("table", LEAVES)
@pytest.mark.parametrize("act", ["UPDATE {} SET {}", "DELETE FROM {}", "TRUNCATE {}"])
def test_a_partition_is_append_only_for_the_owner(kept, place, table, act):
    owner, named = place
    change = "legs = 3" if table == "ledger_txn" else "amount = 7"

    with pytest.raises(errors.RestrictViolation):
        owner.execute(act.format(named(table), change))


@pytest.mark.parametrize(
    ("table", "change"),
    [("ledger_postingkey", "result_id = key"), ("ledger_boundschange", "flags = 0"), ("ledger_txnlink", "amount = 1")],
)
def test_facts_are_not_changed_by_the_owner(kept, raw, unit, table, change):
    with unit():
        make.journal.reverse(txn=kept.txn, key=make.key(), reason="mistake")

    with pytest.raises(errors.RestrictViolation):
        raw("owner").execute(f"UPDATE {table} SET {change}")


@pytest.mark.parametrize("used", [-1, 1_001])
def test_a_cap_is_never_passed(kept, raw, unit, used):
    with unit():
        make.journal.reverse(txn=kept.txn, key=make.key(), reason="mistake")

    with pytest.raises(errors.CheckViolation) as refused:
        raw("owner").execute("UPDATE ledger_returncap SET used = %s WHERE origin_txn = %s", [used, kept.txn])

    assert refused_as(refused.value) == ("23514", "ledger_cap")


def test_one_key_names_one_transaction(kept, raw):
    with pytest.raises(errors.UniqueViolation) as refused:
        raw("owner").execute(
            "INSERT INTO ledger_postingkey SELECT * FROM ledger_postingkey WHERE result_id = %s", [kept.txn]
        )

    assert refused_as(refused.value) == ("23505", "ledger_postingkey_pkey")


def test_one_id_names_one_transaction(kept, raw):
    with pytest.raises(errors.UniqueViolation):
        raw("owner").execute("INSERT INTO ledger_txn SELECT * FROM ledger_txn WHERE id = %s", [kept.txn])
