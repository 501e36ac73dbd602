"""Balances in time equal the sums of the entries, whatever the follower has sealed of them."""

import datetime as dt
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.core import actors, clock, db, ids
from apps.ledger.errors import AccountUnknown
from apps.ledger.selectors import times
from apps.ledger.services import follower
from tests.factories import ledger as make
from tests.support import database

BY = actors.system("tests.ledger")
BEGIN = dt.datetime(2031, 1, 20, 7, tzinfo=dt.UTC)
FREE_CLOCK = (
    "CREATE OR REPLACE FUNCTION ledger_max_skew() RETURNS interval LANGUAGE sql IMMUTABLE PARALLEL SAFE"
    " RETURN interval '4000 days'"
)


@dataclass(frozen=True)
class Step:
    """A posting some time after the one before, with a value date some days back in its month; then perhaps a pass."""

    after: dt.timedelta
    amount: int
    days_back: int
    is_followed: bool


steps = st.lists(
    st.builds(
        Step,
        after=st.sampled_from([dt.timedelta(0), dt.timedelta(microseconds=1)])
        | st.timedeltas(dt.timedelta(0), dt.timedelta(days=9)),
        amount=st.integers(-500, 500).filter(bool),
        days_back=st.integers(0, 4),
        is_followed=st.booleans(),
    ),
    min_size=1,
    max_size=8,
)


@pytest.fixture(scope="module")
def free_clock(own_cluster):
    """Return a database whose postings may be of any time."""
    server, _ = own_cluster
    name = database.clone(server, "test_times")
    with server.connect(name) as administrator:
        administrator.execute(FREE_CLOCK)
    return server, name


@pytest.fixture
def any_time(committed_db, free_clock, django_db_blocker):
    with django_db_blocker.unblock(), database.pointed(*free_clock):
        yield


def post(steps):
    """Carry out steps; return the account, and instant, value date and amount of each of its entries."""
    with db.unit(by=BY, at=BEGIN):
        account, other = make.house(), make.house()
    at, entries = BEGIN, []
    for step in steps:
        at += step.after
        effective = max(at.date() - dt.timedelta(days=step.days_back), at.date().replace(day=1))
        payer, payee = (other, account) if step.amount > 0 else (account, other)
        with db.unit(by=BY, at=at):
            make.move(payer.pk, payee.pk, abs(step.amount), effective_on=effective)
        entries.append((at, effective, step.amount))
        if step.is_followed:
            follower.run(block_max=2, by=BY, at=at)
    return account, entries


@pytest.mark.own_cluster
@given(steps=steps)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_balances_in_time_are_sums_of_entries(any_time, steps):
    account, entries = post(steps)
    instants = {moved + shift for moved, _, _ in entries for shift in map(dt.timedelta, (-1, 0, 1))}
    instants |= {moved - dt.timedelta(microseconds=1) for moved, _, _ in entries}
    dates = {day + shift for _, day, _ in entries for shift in map(dt.timedelta, (-1, 0, 1))}

    assert {at: times.booked(account.pk, at=at) for at in instants} == {
        at: sum(amount for moved, _, amount in entries if moved <= at) for at in instants
    }
    assert {on: times.effective(account.pk, on=on) for on in dates} == {
        on: sum(amount for _, day, amount in entries if day <= on) for on in dates
    }
    assert times.days(account.pk) == tuple(
        times.Day(on, sum(net), len(net))
        for on in sorted({day for _, day, _ in entries}, reverse=True)
        if (net := [amount for _, day, amount in entries if day == on])
    )


@pytest.mark.own_cluster
@given(steps=steps)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_movement_of_a_month_joins_its_ends(any_time, steps):
    account, entries = post(steps)
    first, last = dt.date(2031, 2, 1), dt.date(2031, 2, 28)

    found = times.movement(account.pk, first=first, last=last)

    within = [amount for _, day, amount in entries if first <= day <= last]
    before = sum(amount for _, day, amount in entries if day < first)
    assert found == times.Movement(first, last, before, sum(within), len(within))
    assert found.closing == before + sum(within)


@pytest.mark.django_db
def test_an_account_that_never_moved_has_nothing_at_any_time(unit):
    with unit():
        account = make.wallet()
    now = clock.now()

    assert times.booked(account.pk, at=dt.datetime(1, 1, 1, tzinfo=dt.UTC)) == 0
    assert times.booked(account.pk, at=now) == 0
    assert times.effective(account.pk, on=now.date()) == 0
    assert times.days(account.pk) == ()


@pytest.mark.django_db
def test_an_unknown_account_has_no_past():
    with pytest.raises(AccountUnknown):
        times.booked(ids.new(), at=clock.now())
