"""Reserving: limits, state and call in one unit; what is refused leaves nothing."""

from datetime import timedelta

import pytest

from apps.accounts.errors import CustomerFrozen, LimitExceeded, NoSuchBalance, WalletFrozen
from apps.accounts.services import customers, wallets
from apps.core import clock, ids
from apps.core.errors import InvalidAmount, InvalidReference, Stale
from apps.core.models import AuditEvent
from apps.payments.enums import TopUpStatus
from apps.payments.errors import AmountOutOfRange, CurrencyNotOffered, MethodNotReady
from apps.payments.models import TopUp
from apps.payments.services import payment_methods, top_ups
from tests.payments import shop
from tests.support.written import nothing_written

pytestmark = pytest.mark.django_db


@pytest.fixture
def method(ada, partner):
    return shop.card(partner, ada)


def refused(kind, *arguments, **words):
    """Return the refusal of a top-up, after showing that it left nothing."""
    with nothing_written(), pytest.raises(kind) as caught:
        shop.reserved(*arguments, **words)
    return caught.value


def test_create_reserves_without_asking_anybody(ada, method, partner):
    found = shop.reserved(method, 2_000)

    kept = TopUp.objects.get(pk=found.pk)
    assert (kept.status, kept.money.to_json(), kept.partner_ref) == (
        "created",
        {"amount": 2_000, "currency": "USD"},
        None,
    )
    assert (kept.release_policy.mode, kept.environment) == ("immediate", "test")
    assert shop.calls(found) == [("payment_intents.create", 0, None)]
    assert (shop.available(ada), shop.used(ada)) == (0, 2_000)
    assert shop.topics(found) == ["payments.top_up.created"]
    assert AuditEvent.objects.filter(subject=found.ref, action="payments.top_up.create").count() == 1
    assert partner.look("ledger")["received"] == {}


@pytest.mark.parametrize(
    ("amount", "currency", "kind"),
    [
        (0, "USD", InvalidAmount),
        (-5, "USD", InvalidAmount),
        (49, "USD", AmountOutOfRange),
        (100_000_000, "USD", AmountOutOfRange),
        (2_000, "KWD", CurrencyNotOffered),
        (2_000, "JPY", NoSuchBalance),
    ],
)
def test_create_refuses_money_that_is_not_offered(method, amount, currency, kind):
    refused(kind, method, amount, currency)


def test_create_refuses_more_than_the_limit(ada, method):
    shop.reserved(method, 3_000)

    refusal = refused(LimitExceeded, method, 2_500)

    assert (refusal.context["window"], refusal.context["used"], shop.used(ada)) == ("day", 3_000, 3_000)


def test_create_refuses_what_is_not_the_callers(ada, method, partner):
    bob = shop.person()
    card_of_bob, by = shop.card(partner, bob), shop.actor(ada)

    found = [
        refused(InvalidReference, method, wallet=bob.receiving_wallet_id),
        refused(InvalidReference, method, wallet=ids.new()),
        refused(InvalidReference, method, payment_method=ids.new()),
        refused(InvalidReference, method, by=shop.actor(bob)),
        refused(InvalidReference, card_of_bob, wallet=ada.receiving_wallet_id, by=by),
    ]

    assert [one.context["field"] for one in found] == ["wallet", "wallet", "payment_method", "wallet", "payment_method"]


def test_create_refuses_a_card_that_is_not_ready(ada, partner):
    pending, declined = shop.added(ada, shop.token(partner)), shop.card(partner, ada, "4000000000000002")

    refused(MethodNotReady, pending)
    refused(MethodNotReady, declined)


def test_create_refuses_a_removed_card(ada, method):
    payment_methods.remove(method.pk, version=method.version, by=shop.actor(ada), at=clock.now())

    refused(InvalidReference, method)


def test_create_refuses_a_frozen_wallet_and_a_frozen_customer(ada, method):
    wallets.freeze(ada.receiving_wallet_id, reason="fraud", by=shop.BY, at=clock.now())
    refused(WalletFrozen, method)
    wallets.unfreeze(ada.receiving_wallet_id, reason="cleared", by=shop.BY, at=clock.now())
    customers.freeze(ada.pk, reason="fraud", by=shop.BY, at=clock.now())
    refused(CustomerFrozen, method)


def test_question_looks_again_at_what_is_due_with_growing_waits(method):
    top_up = shop.reserved(method)
    first = clock.now() + timedelta(minutes=4)

    counts = [top_ups.question(limit=10, by=shop.BY, at=at) for at in (clock.now(), first, first)]

    row = shop.fresh(top_up)
    assert (counts, row.checks, row.next_check_at) == ([0, 1, 0], 1, first + timedelta(minutes=5))
    assert shop.topics(top_up) == ["payments.top_up.created", "payments.top_up.questioned"]
    second = row.next_check_at
    top_ups.question(limit=10, by=shop.BY, at=second)
    assert shop.fresh(top_up).next_check_at == second + timedelta(hours=1)


def test_a_stale_copy_does_not_overwrite(method):
    top_up = shop.reserved(method)
    old = shop.fresh(top_up)
    shop.call(top_up)

    old.checks = 9
    with pytest.raises(Stale), shop.unit():
        old.save()
    assert shop.fresh(top_up).status == TopUpStatus.CAPTURED
