"""Sending: money moves at once and once, and what is refused leaves nothing."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.errors import (
    CustomerFrozen,
    CustomerRequired,
    LimitExceeded,
    NoSuchBalance,
    WalletFrozen,
)
from apps.accounts.models import Wallet
from apps.accounts.selectors import customers as customer_reads
from apps.accounts.selectors import limits as limit_reads
from apps.accounts.services import customers, wallets
from apps.core import actors, clock, db, ids
from apps.core.errors import DomainError, InvalidAmount, InvalidReference
from apps.core.models import AuditEvent, OutboxMessage
from apps.core.money import Money
from apps.core.services import data_keys
from apps.ledger.errors import InsufficientFunds
from apps.ledger.models import Account
from apps.ledger.selectors import entries
from apps.p2p.errors import PayeeCannotReceive, PayeeIsPayer, PayeeUnknown
from apps.p2p.models import Transfer
from apps.p2p.services import transfers
from tests.p2p.money import available, pay, person, unit
from tests.support.written import nothing_written

pytestmark = pytest.mark.django_db


def refused(kind, payer, email, amount=100, currency="USD", wallet=None):
    """Return the refusal of a transfer, after showing that it left nothing."""
    with nothing_written(), pytest.raises(DomainError) as caught:
        pay(payer, email, amount, currency, wallet=wallet)
    assert type(caught.value) is kind
    return caught.value


def test_send_moves_the_money_in_the_books():
    ann, bob = person(5_000), person(0)

    sent = pay(ann, bob, 2_510, note="Lunch ☕")

    assert (available(ann), available(bob)) == (2_490, 2_510)
    booked = entries.transaction(sent.ledger_txn)
    assert (booked.kind, booked.subject) == ("p2p.transfer", sent.ref)
    assert [leg.amount for leg in booked.legs] == [-2_510, 2_510]


def test_send_keeps_who_sent_what_to_whom():
    ann, bob = person(5_000), person(0)

    sent = Transfer.objects.get(pk=pay(ann, bob, 2_510).pk)

    assert (sent.kind, sent.status, sent.version) == ("p2p", "completed", 1)
    assert (sent.sender, sent.receiver, sent.money) == (ann, bob, Money(2_510, "USD"))
    assert (sent.sender_wallet_id, sent.receiver_wallet_id) == (ann.receiving_wallet_id, bob.receiving_wallet_id)
    assert sent.note_sealed is None
    assert sent.history.count() == 1


def test_send_writes_audit_and_news():
    ann, bob = person(5_000), person(0)

    sent = pay(ann, bob, 2_510, note="Lunch")

    event = AuditEvent.objects.get(subject=sent.ref)
    assert (event.action, event.customer_ref, event.related) == ("p2p.transfer.send", ann.ref, [bob.ref])
    assert (event.actor_id, event.data) == (ann.user.ref, {"money": {"amount": 2_510, "currency": "USD"}})
    news = OutboxMessage.objects.get(subject=sent.ref)
    assert (news.topic, news.customer_ref) == ("p2p.transfer.completed", ann.ref)
    assert news.data == {"money": {"amount": 2_510, "currency": "USD"}, "receiver": bob.ref}


def test_send_seals_the_note_for_the_sender():
    ann, bob = person(5_000), person(0)

    sent = pay(ann, bob, 100, note="Lunch ☕")

    assert b"Lunch" not in sent.note_sealed
    with unit():
        data_keys.destroy(owner=ann.ref, reason="asked for")


def test_send_counts_the_limits_of_the_sender_alone():
    ann, bob = person(5_000), person(0)

    pay(ann, bob, 2_000)
    pay(ann, bob, 1_000)

    used = [(row.window, row.used_amount, row.used_count) for row in limit_reads.usage_rows(ann.pk)]
    assert used == [("day", 3_000, 2), ("lifetime", 3_000, 2)]
    assert limit_reads.usage_rows(bob.pk) == []


@pytest.mark.parametrize("written", [str.upper, str.title, "  {}\t".format])
def test_send_finds_the_address_however_it_is_written(written):
    ann, bob = person(5_000), person(0)

    sent = pay(ann, written(customer_reads.email_of(bob.pk)))

    assert sent.receiver == bob


def test_send_moves_money_without_minor_units():
    ann, bob = person(7_000, currency="JPY"), person(0, currency="JPY")

    pay(ann, bob, 6_999, "JPY")

    assert (available(ann, "JPY"), available(bob, "JPY")) == (1, 6_999)


def test_send_may_take_the_last_cent():
    ann, bob = person(5_000), person(0)

    pay(ann, bob, 5_000)

    assert available(ann) == 0


@pytest.mark.parametrize("amount", [0, -1, -(2**63) + 1])
def test_send_refuses_an_amount_that_is_not_above_zero(amount):
    assert refused(InvalidAmount, person(5_000), person(0), amount).context == {"field": "money.amount"}


def test_send_refuses_oneself():
    ann = person(5_000)

    assert refused(PayeeIsPayer, ann, ann).status == 422


def test_send_to_an_unknown_address_and_to_who_has_no_such_currency_are_refused_alike():
    ann = person(5_000)

    nobody = refused(PayeeUnknown, ann, "nobody@example.com")
    no_dollars = refused(PayeeUnknown, ann, person(0, currency="JPY"))

    assert (nobody.context, nobody.message) == (no_dollars.context, no_dollars.message)


def test_send_to_an_unknown_address_and_to_who_has_no_such_currency_cost_the_same_work():
    ann, taro = person(5_000), person(0, currency="JPY")
    statements = []

    for address in ("nobody@example.com", customer_reads.email_of(taro.pk)):
        with CaptureQueriesContext(connection) as captured, pytest.raises(PayeeUnknown):
            pay(ann, address)
        statements.append([one["sql"].split(" ")[0] for one in captured.captured_queries])

    assert statements[0] == statements[1]


def test_send_tells_the_payee_nothing_about_more_than_the_payer_has():
    """Whoever has no money must not learn which addresses are known."""
    ann, bob, eve = person(50), person(0), person(0)
    with unit():
        wallets.freeze(eve.receiving_wallet_id, reason="test", by=db.current().by, at=db.current().at)

    told = [refused(InsufficientFunds, ann, payee) for payee in (bob, eve, "nobody@example.com")]

    assert [one.context for one in told] == [{"line": 1, "available": 50, "needed": 100}] * 3


def test_send_to_a_frozen_wallet_is_refused_without_a_reason():
    ann, bob = person(5_000), person(0)
    with unit() as now:
        wallets.freeze(bob.receiving_wallet_id, reason="test", by=now.by, at=now.at)

    assert refused(PayeeCannotReceive, ann, bob).context == {}


def test_send_to_a_frozen_customer_is_refused_without_a_reason():
    ann, bob = person(5_000), person(0)
    with unit() as now:
        customers.freeze(bob.pk, reason="test", by=now.by, at=now.at)

    assert refused(PayeeCannotReceive, ann, bob).context == {}


def test_send_from_a_frozen_wallet_is_refused():
    ann, bob = person(5_000), person(0)
    with unit() as now:
        wallets.freeze(ann.receiving_wallet_id, reason="test", by=now.by, at=now.at)

    assert refused(WalletFrozen, ann, bob).status == 403


def test_send_by_a_frozen_customer_is_refused():
    ann, bob = person(5_000), person(0)
    with unit() as now:
        customers.freeze(ann.pk, reason="test", by=now.by, at=now.at)

    assert refused(CustomerFrozen, ann, bob).status == 403


def test_send_from_a_wallet_of_somebody_else_is_refused():
    ann, bob, eve = person(5_000), person(0), person(5_000)

    assert refused(InvalidReference, ann, bob, wallet=eve.receiving_wallet_id).context == {"field": "wallet"}
    assert refused(InvalidReference, ann, bob, wallet=ids.new()).context == {"field": "wallet"}


def test_send_in_a_currency_that_the_wallet_lacks_is_refused():
    refused(NoSuchBalance, person(5_000), person(0, currency="EUR"), currency="EUR")


def test_send_more_than_there_is_is_refused():
    told = refused(InsufficientFunds, person(99), person(0), 100)

    assert (told.context["available"], told.context["needed"]) == (99, 100)


def test_send_over_a_limit_names_the_window_and_when_it_frees():
    ann, bob = person(9_000), person(0)
    pay(ann, bob, 4_000)

    told = refused(LimitExceeded, ann, bob, 1_001).context

    assert (told["window"], told["limit"], told["used"], told["requested"]) == ("day", 5_000, 4_000, 1_001)
    assert told["resets_at"] > clock.now()


@pytest.mark.parametrize("by", [actors.system("test"), actors.Actor(kind="staff", id="usr_1")])
def test_send_by_who_is_no_customer_is_refused(by):
    bob = person(0)
    words = {"payer_wallet": bob.receiving_wallet_id, "payee_email": "a@example.com", "money": Money(1, "USD")}

    with nothing_written(), pytest.raises(CustomerRequired):
        transfers.send(**words, note="", by=by, at=clock.now())


def test_the_posting_is_the_last_statement_of_a_transfer():
    """Balances stay locked for one statement and the commit."""
    ann, bob = person(5_000), person(0)
    account = Account.objects.get(owner_ref=Wallet.ref_of(ann.receiving_wallet_id))
    seen = []

    def look(execute, sql, params, many, context):
        with connection.connection.cursor() as raw:
            (posted,) = raw.execute("SELECT posted FROM ledger_balance WHERE account_id = %s", [account.no]).fetchone()
        seen.append((posted, sql.partition(" ")[0]))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        pay(ann, bob, 100)

    of_the_unit = seen[: [verb for _, verb in seen].index("RELEASE")]
    assert [verb for posted, verb in of_the_unit if posted == 5_000] != []
    assert {verb for posted, verb in of_the_unit if posted == 4_900} == {"SET"}
