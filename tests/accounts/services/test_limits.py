"""Limits hold in every window, whoever comes at the same time, and give back what is reversed."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis.strategies import integers, lists, sampled_from

from apps.accounts.enums import Direction, Operation
from apps.accounts.errors import LimitExceeded, LimitMissing
from apps.accounts.models import Customer, LimitUsage, LimitUsageEntry
from apps.accounts.selectors import limits as reads
from apps.accounts.services import limits, tiers
from apps.core import actors, db, ids
from apps.core.money import Money
from tests.factories import accounts as make
from tests.support.threads import together

BY = actors.system("test")
AT = datetime(2026, 11, 24, 12, tzinfo=UTC)


def subject() -> str:
    return ids.encode("trf", ids.new())


def person(tier: str = "tier1", tz: str = "UTC") -> Customer:
    with db.unit(by=BY, at=AT):
        customer = make.customer()
    with db.unit(by=BY, at=AT):
        tiers.grant(customer=customer.pk, tier=tier)
        customer.refresh_from_db()
        customer.tz = tz
        customer.save()
    return customer


def send(customer: Customer, amount: int, at: datetime = AT, act: str = "", currency: str = "USD") -> str:
    act = act or subject()
    with db.unit(by=BY, at=at):
        limits.consume(
            customer=customer.pk,
            operation=Operation.P2P_SEND,
            direction=Direction.OUT,
            money=Money(amount, currency),
            subject=act,
        )
    return act


def refusal(customer: Customer, amount: int, at: datetime = AT) -> dict[str, object]:
    before = (LimitUsage.objects.count(), LimitUsageEntry.objects.count(), used(customer))
    with pytest.raises(LimitExceeded) as caught:
        send(customer, amount, at)
    assert (LimitUsage.objects.count(), LimitUsageEntry.objects.count(), used(customer)) == before
    return caught.value.context


def used(customer: Customer) -> list[tuple[str, str, int, int]]:
    return [(row.window, row.window_key, row.used_amount, row.used_count) for row in reads.usage_rows(customer.pk)]


@pytest.mark.django_db
def test_consume_counts_the_day_and_the_lifetime():
    customer = person()

    send(customer, 700)
    send(customer, 300)

    assert used(customer) == [("day", "2026-11-24", 1_000, 2), ("lifetime", "", 1_000, 2)]


@pytest.mark.django_db
def test_consume_over_one_transaction_names_that_window_and_no_instant():
    customer = person()

    told = refusal(customer, 100_001)

    assert (told["window"], told["limit"], told["requested"], told["resets_at"]) == ("per_txn", 100_000, 100_001, None)


@pytest.mark.django_db
def test_consume_over_the_day_frees_at_local_midnight():
    customer = person(tz="America/New_York")
    send(customer, 100_000)
    send(customer, 100_000)

    told = refusal(customer, 50_001)

    assert (told["window"], told["limit"], told["used"]) == ("day", 250_000, 200_000)
    assert told["resets_at"] == datetime(2026, 11, 25, 5, tzinfo=UTC)
    send(customer, 50_000)


@pytest.mark.django_db
def test_consume_over_thirty_days_frees_when_old_entries_leave():
    customer = person()
    for day in range(9):
        send(customer, 100_000, AT - timedelta(days=20 - day))
    send(customer, 90_000)

    told = refusal(customer, 20_000)

    assert (told["window"], told["used"]) == ("rolling_30d", 990_000)
    assert told["resets_at"] == AT + timedelta(days=10)
    send(customer, 10_000)


@pytest.mark.django_db
def test_consume_counts_of_the_day_in_which_the_thirty_days_begin_what_is_young_enough():
    customer = person()
    for hours in (-1, 1):
        send(customer, 100_000, AT - timedelta(days=30) + timedelta(hours=hours))
    for day in range(8):
        send(customer, 100_000, AT - timedelta(days=20 - day))
    send(customer, 90_000)

    told = refusal(customer, 20_000)

    assert (told["window"], told["used"]) == ("rolling_30d", 990_000)
    assert told["resets_at"] == AT + timedelta(hours=1)


@pytest.mark.django_db
@given(
    minutes=lists(integers(0, 40 * 24 * 60), min_size=1, max_size=12, unique=True),
    tz=sampled_from(["UTC", "Pacific/Kiritimati", "America/Los_Angeles"]),
    moved_to=sampled_from(["UTC", "Pacific/Niue"]),
)
@settings(max_examples=40, deadline=None)
def test_thirty_days_hold_the_acts_of_thirty_days_whatever_the_clock_on_the_wall(minutes, tz, moved_to):
    customer = person(tz=tz)
    acts = [AT - timedelta(minutes=one) for one in sorted(minutes, reverse=True)]
    for number, at in enumerate(acts):
        if number == len(acts) // 2:
            with db.unit(by=BY, at=AT):
                customer.tz = moved_to
                customer.save()
        send(customer, 1_000 + number, at)

    (told,) = [one for one in refusal(customer, 10_000_000)["blocking"] if one["window"] == "rolling_30d"]

    since = AT - timedelta(days=30)
    assert told["used"] == sum(1_000 + number for number, at in enumerate(acts) if at > since)


@pytest.mark.django_db
def test_consume_names_the_window_that_frees_last_and_all_that_block():
    customer = person()
    for day in range(7):
        send(customer, 100_000, AT - timedelta(days=20 - day))
    send(customer, 50_000, AT - timedelta(days=1))
    for amount in (100_000, 100_000, 50_000):
        send(customer, amount)

    told = refusal(customer, 100)

    assert told["window"] == "rolling_30d"
    assert [one["window"] for one in told["blocking"]] == ["day", "rolling_30d"]


@pytest.mark.django_db
def test_consume_in_a_currency_without_limits_is_refused():
    with pytest.raises(LimitMissing):
        send(person(), 100, currency="CHF")


@pytest.mark.django_db
def test_release_gives_back_to_the_day_of_the_act():
    customer = person()
    act = send(customer, 700, AT - timedelta(days=1))
    send(customer, 300)

    with db.unit(by=BY, at=AT):
        given_back = limits.release(subject=act)

    assert given_back == 2
    assert used(customer) == [("day", "2026-11-23", 0, 0), ("day", "2026-11-24", 300, 1), ("lifetime", "", 300, 1)]


@pytest.mark.django_db
def test_release_twice_gives_back_once():
    customer = person()
    act = send(customer, 700)

    for expected in (2, 0):
        with db.unit(by=BY, at=AT):
            assert limits.release(subject=act) == expected

    assert used(customer)[-1] == ("lifetime", "", 0, 0)


@pytest.mark.django_db
@pytest.mark.parametrize("tz", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_a_change_of_zone_opens_no_second_day(tz):
    customer = person(tz="UTC")
    send(customer, 100_000)
    send(customer, 100_000)
    send(customer, 50_000)

    with db.unit(by=BY, at=AT):
        customer.refresh_from_db()
        customer.tz = tz
        customer.save()

    assert refusal(customer, 100, AT + timedelta(minutes=1))["window"] == "day"
    send(customer, 100, AT + timedelta(days=1, hours=12))


@pytest.mark.django_db
@pytest.mark.parametrize("tz", ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago", "America/New_York"])
@pytest.mark.parametrize("hours", [-30, -1, 0, 5, 13, 19, 20, 25, 44])
def test_an_act_counts_in_the_day_that_is_told(tz, hours):
    customer, at = person(tz="UTC"), AT + timedelta(hours=hours)
    send(customer, 100)
    begun = LimitUsage.objects.get(customer=customer, window="day")
    with db.unit(by=BY, at=AT):
        customer.refresh_from_db()
        customer.tz = tz
        customer.save()

    send(customer, 100, at)

    told = reads.day_of(tz=tz, at=at, last_key=begun.window_key, last_opens_at=begun.opens_at)
    (last,) = LimitUsage.objects.filter(customer=customer, window="day").order_by("-window_key")[:1]
    assert (last.window_key, last.opens_at) == (told.key, told.opens_at)


@pytest.mark.django_db
def test_standing_tells_limit_used_left_and_reset_of_every_window():
    customer = person()
    send(customer, 700)

    found = [
        (one.window, one.limit, one.used, one.left, one.resets_at)
        for one in reads.standing(customer=customer.pk, currencies=["USD"], at=AT)
        if one.operation == Operation.P2P_SEND
    ]

    assert found == [
        ("day", 250_000, 700, 249_300, datetime(2026, 11, 25, tzinfo=UTC)),
        ("per_txn", 100_000, 0, 100_000, None),
        ("rolling_30d", 1_000_000, 700, 999_300, None),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("tier", ["tier0", "tier1"])
def test_consume_costs_one_statement(tier, django_assert_num_queries):
    customer = person(tier)

    with db.unit(by=BY, at=AT), django_assert_num_queries(1):
        limits.consume(
            customer=customer.pk,
            operation=Operation.P2P_SEND,
            direction=Direction.OUT,
            money=Money(100, "USD"),
            subject=subject(),
            tz="UTC",
        )


@pytest.mark.slow
def test_two_at_once_that_together_exceed_leave_one(committed_db):
    with db.unit(by=BY, at=AT):
        customer = make.customer()

    outcomes = together(*[lambda: send(customer, 3_000)] * 8)

    assert sum(isinstance(one, str) for one in outcomes) == 1
    assert sum(isinstance(one, LimitExceeded) for one in outcomes) == 7
    assert used(customer) == [("day", "2026-11-24", 3_000, 1), ("lifetime", "", 3_000, 1)]
