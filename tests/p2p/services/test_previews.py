"""Previewing: the figures of the act, a name for so many look-ups a day, and no trace of who is known."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.errors import NoSuchBalance, WalletFrozen
from apps.accounts.services import wallets
from apps.core import clock
from apps.core.errors import DomainError, InvalidAmount, InvalidReference, ProgrammingFault
from apps.core.models import AuditEvent
from apps.core.money import Money
from apps.core.services import data_keys
from apps.p2p.errors import PayeeIsPayer
from apps.p2p.models import PayeeLookup, Transfer
from tests.p2p.money import address_of, ask, available, pay, person, unit
from tests.support.written import nothing_written

pytestmark = pytest.mark.django_db


def refused(kind, payer, payee, *words, **more):
    with nothing_written(), pytest.raises(DomainError) as caught:
        ask(payer, payee, *words, **more)
    assert type(caught.value) is kind


def test_preview_tells_name_fee_and_what_is_left():
    ann, bob = person(5_000), person(0, name="Kenji Sato")

    told = ask(ann, bob, 2_510)

    assert (told.counterparty, told.money, told.fee) == ("Kenji Sato", Money(2_510, "USD"), Money(0, "USD"))
    assert (told.available_after, told.blocked_by) == (Money(2_490, "USD"), None)


def test_preview_moves_nothing_and_counts_no_limit():
    ann, bob = person(5_000), person(0)

    with nothing_written("p2p_payeelookup", "core_auditevent"):
        ask(ann, bob, 2_510)

    assert (available(ann), Transfer.objects.count()) == (5_000, 0)


def test_preview_tells_the_same_figures_as_the_transfer():
    ann, bob = person(5_000), person(0)

    told = ask(ann, bob, 2_510)
    pay(ann, bob, 2_510)

    assert told.available_after.amount == available(ann)


def test_preview_over_a_limit_names_the_window():
    ann, bob = person(9_000), person(0)
    pay(ann, bob, 4_000)

    told = ask(ann, bob, 1_001)

    assert (told.blocked_by.window, told.blocked_by.limit, told.blocked_by.used) == (
        "day",
        Money(5_000, "USD"),
        Money(4_000, "USD"),
    )
    assert told.blocked_by.resets_at > clock.now()
    assert told.available_after == Money(3_999, "USD")


def test_preview_of_more_than_any_day_allows_frees_never():
    told = ask(person(9_000), person(0), 5_001)

    assert (told.blocked_by.limit, told.blocked_by.resets_at) == (Money(5_000, "USD"), None)


def test_preview_of_more_than_there_is_tells_what_is_missing():
    assert ask(person(99), person(0), 100).available_after == Money(-1, "USD")


@pytest.mark.parametrize("name", ["nobody", "other currency", "frozen"])
def test_preview_of_who_receives_nothing_looks_and_works_alike(name):
    ann = person(5_000)
    frozen, taro = person(0), person(0, currency="JPY")
    with unit() as now:
        wallets.freeze(frozen.receiving_wallet_id, reason="test", by=now.by, at=now.at)
    address = {"nobody": "nobody@example.com", "other currency": address_of(taro), "frozen": address_of(frozen)}[name]
    bob = address_of(person(0))
    ask(ann, bob, 100)

    with CaptureQueriesContext(connection) as expected:
        known = ask(ann, bob, 100)
    with CaptureQueriesContext(connection) as captured:
        told = ask(ann, address, 100)

    assert told.counterparty is None
    assert (told.fee, told.available_after, told.blocked_by) == (known.fee, known.available_after, known.blocked_by)
    assert len(captured) == len(expected)


def test_preview_tells_so_many_names_a_day_and_then_is_neutral():
    ann, bob = person(5_000), person(0)

    told = [ask(ann, bob, 100, names_a_day=3).counterparty for _ in range(5)]

    assert told == ["Ada Okonkwo"] * 3 + [None] * 2
    assert PayeeLookup.objects.get(customer=ann).used == 3


def test_a_look_up_of_nobody_counts_too():
    ann, bob = person(5_000), person(0)
    for _ in range(2):
        ask(ann, "nobody@example.com", 100, names_a_day=2)

    assert ask(ann, bob, 100, names_a_day=2).counterparty is None


def test_the_look_ups_of_one_customer_leave_others_theirs():
    ann, bob, eve = person(5_000), person(0), person(5_000)
    ask(ann, bob, 100, names_a_day=1)

    assert ask(eve, bob, 100, names_a_day=1).counterparty == "Ada Okonkwo"


def test_a_new_local_day_brings_new_look_ups():
    ann, bob, now = person(5_000), person(0), clock.now()
    ask(ann, bob, 100, names_a_day=1, at=now)

    tomorrow = now + timedelta(days=1)

    assert ask(ann, bob, 100, names_a_day=1, at=now).counterparty is None
    assert ask(ann, bob, 100, names_a_day=1, at=tomorrow).counterparty == "Ada Okonkwo"
    assert (PayeeLookup.objects.count(), PayeeLookup.objects.get().used) == (1, 1)


def test_a_look_up_is_in_the_audit_without_the_address():
    ann, bob = person(5_000), person(0)

    ask(ann, bob, 100)

    event = AuditEvent.objects.get(action="p2p.payee.look_up")
    assert (event.subject, event.customer_ref) == (ann.ref, ann.ref)
    assert event.data == {"day": clock.now().date().isoformat(), "used": 1}


def test_the_name_of_an_erased_payee_is_not_told():
    ann, bob = person(5_000), person(0)
    address = address_of(bob)
    with unit():
        data_keys.destroy(owner=bob.ref, reason="asked for")

    assert ask(ann, address, 100).counterparty is None


def test_preview_refuses_what_the_transfer_would():
    ann, bob, eve = person(5_000), person(0), person(5_000)

    refused(InvalidAmount, ann, bob, 0)
    refused(PayeeIsPayer, ann, ann, 100)
    refused(NoSuchBalance, ann, bob, 100, currency="EUR")
    refused(InvalidReference, ann, bob, 100, wallet=eve.receiving_wallet_id)


def test_preview_from_a_frozen_wallet_is_refused():
    ann, bob = person(5_000), person(0)
    with unit() as now:
        wallets.freeze(ann.receiving_wallet_id, reason="test", by=now.by, at=now.at)

    refused(WalletFrozen, ann, bob, 100)


def test_preview_inside_a_unit_is_a_fault():
    ann, bob = person(5_000), person(0)

    with unit() as now, pytest.raises(ProgrammingFault):
        ask(ann, bob, 100, at=now.at)
