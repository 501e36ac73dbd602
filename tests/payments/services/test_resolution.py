"""The ladder of an unknown payment: reading, search, the same call under its key; never a second payment."""

from datetime import timedelta

import pytest

from apps.partners.models import Attempt
from apps.payments.adapters import registry
from apps.payments.adapters.registry import Connector
from apps.payments.adapters.stripe_account import Account
from apps.payments.enums import TopUpStatus
from apps.payments.models import InboundAnomaly
from tests.payments import shop

pytestmark = pytest.mark.django_db
PATH = "/v1/payment_intents"


@pytest.fixture
def method(ada, partner):
    return shop.card(partner, ada)


def unknown(method, partner, *, is_taken: bool):
    """Return a top-up of 20.00 whose call had no clear answer."""
    partner.spoil("error", path=PATH, when="after" if is_taken else "before")
    found = shop.call(shop.reserved(method, 2_000))
    assert found.status == TopUpStatus.UNKNOWN
    return found


def taken(partner, top_up) -> list[int]:
    return partner.look("ledger")["references"].get(top_up.ref, [])


def test_a_payment_that_was_taken_is_found_and_credited_once(ada, method, partner):
    top_up = unknown(method, partner, is_taken=True)

    states = [shop.revisit(top_up).status for _ in range(3)]

    assert states == [TopUpStatus.CAPTURED] * 3
    assert (shop.available(ada), taken(partner, top_up)) == (2_000, [2_000])
    assert shop.calls(top_up) == [("payment_intents.create", 0, "unknown"), ("payment_intents.search", 0, "accepted")]
    assert shop.topics(top_up)[-2:] == ["payments.top_up.captured", "payments.unknown.resolved"]


def test_a_payment_that_was_not_taken_is_asked_for_under_its_key(ada, method, partner):
    top_up = unknown(method, partner, is_taken=False)

    found = shop.revisit(top_up)

    assert (found.status, shop.available(ada), taken(partner, top_up)) == (TopUpStatus.CAPTURED, 2_000, [2_000])
    assert shop.calls(top_up) == [
        ("payment_intents.create", 0, "unknown"),
        ("payment_intents.search", 0, "rejected"),
        ("payment_intents.create", 1, "accepted"),
    ]
    rows = Attempt.objects.filter(subject=top_up.ref, operation="payment_intents.create")
    assert len(set(rows.values_list("idempotency_key", flat=True))) == 1


def test_an_index_that_lags_behind_does_not_charge_twice(ada, method, partner):
    top_up = unknown(method, partner, is_taken=True)
    partner.spoil("stale", path="/v1/payment_intents/search")

    found = shop.revisit(top_up)

    assert (found.status, shop.available(ada), taken(partner, top_up)) == (TopUpStatus.CAPTURED, 2_000, [2_000])


def test_a_decline_is_found_too(ada, partner):
    method = shop.card(partner, ada, "4000000000000341")
    top_up = unknown(method, partner, is_taken=True)

    found = shop.revisit(top_up)

    assert (found.status, found.decline_code, shop.used(ada)) == (TopUpStatus.DECLINED, "generic_decline", 0)


def test_a_partner_who_does_not_answer_leaves_it_unknown(ada, method, partner):
    top_up = unknown(method, partner, is_taken=True)
    partner.spoil("error", path=PATH, times=2)

    states = [shop.revisit(top_up).status for _ in range(2)]

    assert (states, shop.available(ada)) == ([TopUpStatus.UNKNOWN] * 2, 0)
    assert shop.revisit(top_up).status == TopUpStatus.CAPTURED


def test_a_key_that_may_be_forgotten_is_not_used_again(ada, method, partner):
    top_up = unknown(method, partner, is_taken=False)

    found = shop.revisit(top_up, after=timedelta(hours=24))

    assert (found.status, shop.used(ada), taken(partner, top_up)) == (TopUpStatus.UNKNOWN, 2_000, [])
    assert shop.calls(top_up)[1:] == [("payment_intents.search", 0, "rejected")]


def test_a_repetition_that_the_partner_puts_off_waits_and_the_ladder_does_not(ada, method, partner):
    top_up = unknown(method, partner, is_taken=False)
    partner.spoil("rate_limit", path=PATH, verb="POST", retry_after=120)
    due = top_up.next_check_at

    put_off = shop.revisit(top_up)
    early = shop.revisit(top_up, after=timedelta(minutes=1))
    calls = shop.calls(top_up)
    late = shop.revisit(top_up, after=timedelta(minutes=3))

    assert (put_off.status, put_off.next_check_at, early.status) == (TopUpStatus.UNKNOWN, due, TopUpStatus.UNKNOWN)
    assert [(name, no) for name, no, _ in calls if name == "payment_intents.create"] == [
        ("payment_intents.create", 0),
        ("payment_intents.create", 1),
    ]
    assert (late.status, taken(partner, top_up), shop.available(ada)) == (TopUpStatus.CAPTURED, [2_000], 2_000)


def test_our_own_wrong_key_does_not_end_a_doubt(ada, method, partner):
    top_up = unknown(method, partner, is_taken=True)
    right = registry.card_acquirer()
    wrong = Connector(Account(right.account.api_base, "sk_test_wrong", right.account.webhook_secrets))
    registry.register(wrong)

    state = shop.revisit(top_up).status
    registry.register(right)
    wrong.adapter.close()

    assert state == TopUpStatus.UNKNOWN
    assert (shop.revisit(top_up).status, shop.available(ada)) == (TopUpStatus.CAPTURED, 2_000)


def test_two_payments_under_one_reference_are_left_to_a_person(ada, method, partner):
    top_up = unknown(method, partner, is_taken=True)
    partner.charge(amount=2_000, metadata__reference=top_up.ref)

    found = shop.revisit(top_up)

    assert (found.status, shop.available(ada)) == (TopUpStatus.UNKNOWN, 0)
    assert shop.calls(top_up)[-1] == ("payment_intents.search", 0, "unknown")


def test_another_amount_at_the_partner_is_not_credited(ada, method, partner):
    top_up = unknown(method, partner, is_taken=True)
    partner.spoil("integrity", path="/v1/payment_intents/search")

    found = shop.revisit(top_up)

    assert (found.status, shop.available(ada)) == (TopUpStatus.UNKNOWN, 0)
    assert [row.reason for row in InboundAnomaly.objects.filter(subject=top_up.ref)] == ["integrity"]


def test_an_end_is_not_looked_at_again(method, partner):
    top_up = shop.call(shop.reserved(method))
    before = shop.calls(top_up)

    shop.revisit(top_up)

    assert shop.calls(top_up) == before
