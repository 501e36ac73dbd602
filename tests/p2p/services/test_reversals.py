"""Reversing: all of it comes back once, or nothing does."""

from datetime import timedelta

import pytest

from apps.accounts.enums import WalletStatus
from apps.accounts.errors import WalletClosed
from apps.accounts.models import Wallet
from apps.accounts.selectors import limits as limit_reads
from apps.accounts.services import wallets
from apps.core import clock, db, ids, states
from apps.core.errors import DomainError, NotFound
from apps.core.models import AuditEvent, OutboxMessage
from apps.ledger.errors import InsufficientFunds
from apps.ledger.selectors import entries
from apps.p2p.errors import AlreadyReversed
from apps.p2p.services import transfers
from apps.workflow.commands import command
from apps.workflow.errors import ReasonUnknown
from tests.p2p.money import available, pay, person, reverse, unit
from tests.support.written import nothing_written

pytestmark = pytest.mark.django_db


def refused(kind, transfer, reason="fraud"):
    """Return the refusal of a reversal, after showing that it left nothing."""
    with nothing_written(), pytest.raises(DomainError) as caught:
        reverse(transfer, reason)
    assert type(caught.value) is kind
    return caught.value


def test_reverse_gives_all_money_back():
    ann, bob = person(5_000), person(1_000)
    sent = pay(ann, bob, 2_510)

    held = reverse(sent.pk)

    assert (available(ann), available(bob)) == (5_000, 1_000)
    assert (held.status, held.version, held.reversed_at is None) == ("reversed", 2, False)
    assert held.history.count() == 2


def test_reverse_is_the_mirror_in_the_books():
    ann, bob = person(5_000), person(0)
    sent = pay(ann, bob, 2_510)

    reverse(sent.pk)

    account = entries.transaction(sent.ledger_txn).legs[0].account
    back = entries.page(account=account).lines[0]
    assert (back.kind, back.subject, back.amount) == ("ledger.reversal", sent.ref, 2_510)
    assert entries.transaction(back.txn).reverses == sent.ledger_txn


def test_reverse_writes_audit_and_news():
    ann, bob = person(5_000), person(0)
    sent = pay(ann, bob, 2_510)

    reverse(sent.pk, "stolen_login")

    event = AuditEvent.objects.get(subject=sent.ref, action="p2p.transfer.reversed")
    assert (event.actor_kind, event.customer_ref, event.reason_code) == ("staff", ann.ref, "stolen_login")
    assert (event.before, event.after) == ({"status": "completed"}, {"status": "reversed"})
    news = OutboxMessage.objects.get(subject=sent.ref, topic="p2p.transfer.reversed")
    money = {"amount": 2_510, "currency": "USD"}
    assert news.data == {"money": money, "receiver": bob.ref, "reason": "stolen_login"}


def test_reverse_gives_the_limit_back_to_its_own_day():
    ann, bob = person(5_000), person(0)
    sent = pay(ann, bob, 2_510)

    reverse(sent.pk, at=clock.now() + timedelta(minutes=4))

    assert [(row.window, row.used_amount, row.used_count) for row in limit_reads.usage_rows(ann.pk)] == [
        ("day", 0, 0),
        ("lifetime", 0, 0),
    ]


def test_reverse_twice_is_refused():
    sent = pay(person(5_000), person(0), 100)
    reverse(sent.pk)

    assert refused(AlreadyReversed, sent.pk).status == 409


def test_reverse_more_than_the_receiver_has_is_refused():
    ann, bob = person(5_000), person(0)
    sent = pay(ann, bob, 2_510)
    pay(bob, ann, 11)

    told = refused(InsufficientFunds, sent.pk)

    assert (told.context["available"], told.context["needed"]) == (2_499, 2_510)


def test_reverse_works_when_both_wallets_are_frozen():
    ann, bob = person(5_000), person(0)
    sent = pay(ann, bob, 2_510)
    for customer in (ann, bob):
        with unit() as now:
            wallets.freeze(customer.receiving_wallet_id, reason="test", by=now.by, at=now.at)

    reverse(sent.pk)

    assert (available(ann), available(bob)) == (5_000, 0)


def test_reverse_into_a_closed_wallet_is_refused():
    ann, bob = person(5_000), person(0)
    sent = pay(ann, bob, 5_000)
    with unit():
        (wallet,) = db.lock(Wallet, ann.receiving_wallet_id)
        states.move(wallet, WalletStatus.CLOSING)

    refused(WalletClosed, sent.pk)


def test_reverse_for_a_reason_that_is_not_in_the_dictionary_is_refused():
    sent = pay(person(5_000), person(0), 100)

    refused(ReasonUnknown, sent.pk, "because")


def test_reverse_of_nothing_is_not_found():
    refused(NotFound, ids.new())


def test_reverse_is_a_command_of_staff():
    entry = command("p2p.transfer.reverse")

    assert (entry.permission, entry.subject, entry.reasons) == ("p2p.transfer.reverse", "trf", "p2p.transfer.reverse")
    assert entry.service is transfers.reverse
