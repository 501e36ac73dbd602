"""Charging: what the partner answers, or does not, ends in one state and at most one posting."""

from datetime import timedelta

import pytest

from apps.accounts.services import wallets
from apps.core import clock
from apps.core.errors import NetworkInTransaction
from apps.core.models import AuditEvent
from apps.ledger.selectors import entries
from apps.partners.models import Attempt
from apps.partners.services import calls
from apps.payments.enums import TopUpStatus
from apps.payments.errors import PartnerUnavailable
from apps.payments.models import InboundAnomaly, TopUp
from apps.payments.services import charges, top_ups
from tests.payments import shop

pytestmark = pytest.mark.django_db
PATH = "/v1/payment_intents"


@pytest.fixture
def method(ada, partner):
    return shop.card(partner, ada)


def taken(partner, top_up) -> list[int]:
    """Return what the partner took for a top-up."""
    return partner.look("ledger")["references"].get(top_up.ref, [])


def test_a_charge_credits_the_wallet_once(ada, method, partner):
    before = shop.receivable()

    found = shop.call(shop.reserved(method, 2_000))

    assert (found.status, shop.available(ada), shop.receivable() - before) == (TopUpStatus.CAPTURED, 2_000, 2_000)
    booked = entries.transaction(found.ledger_txn)
    assert (booked.kind, booked.subject) == ("payments.top_up", found.ref)
    assert (taken(partner, found), shop.calls(found)) == ([2_000], [("payment_intents.create", 0, "accepted")])
    assert shop.topics(found) == ["payments.top_up.created", "payments.top_up.captured"]
    assert AuditEvent.objects.filter(subject=found.ref, action="payments.top_up.captured").count() == 1
    assert (shop.used(ada), found.history.count(), found.next_check_at) == (2_000, 2, None)


def test_a_second_call_does_nothing(ada, method, partner):
    top_up = shop.reserved(method, 2_000)

    states = [shop.call(top_up).status for _ in range(3)]

    assert states == [TopUpStatus.CAPTURED] * 3
    assert (shop.available(ada), taken(partner, top_up)) == (2_000, [2_000])


def test_a_charge_is_refused_inside_a_unit(method):
    top_up = shop.reserved(method)

    with pytest.raises(NetworkInTransaction), shop.unit():
        charges.call(top_up.pk, by=shop.BY, at=clock.now())

    assert shop.calls(top_up) == [("payment_intents.create", 0, None)]


def test_a_declined_charge_gives_the_limit_back(ada, partner):
    method = shop.card(partner, ada, "4000000000000341")

    found = shop.call(shop.reserved(method, 2_000))

    assert (found.status, found.decline_code, shop.available(ada)) == (TopUpStatus.DECLINED, "generic_decline", 0)
    assert (shop.used(ada), shop.topics(found)[-1]) == (0, "payments.top_up.declined")
    assert found.partner_ref.startswith("pi_")


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("insufficient_funds", "insufficient_funds"),
        ("stolen_card", "generic_decline"),
        ("never_seen", "generic_decline"),
    ],
)
def test_a_customer_is_told_our_word_for_a_decline(method, partner, code, told):
    partner.spoil("decline", path=PATH, code=code)

    found = shop.call(shop.reserved(method))

    assert found.decline_code == told
    assert Attempt.objects.get(subject=found.ref).code == code


@pytest.mark.parametrize(
    ("kind", "words", "is_taken"),
    [
        ("error", {}, False),
        ("error", {"when": "after"}, True),
        ("reset", {}, False),
        ("reset", {"when": "after"}, True),
        ("hang", {"seconds": 5}, True),
        ("truncate", {}, True),
        ("html", {}, False),
        ("html", {"when": "after"}, True),
    ],
)
def test_a_charge_without_a_clear_answer_is_unknown(ada, method, partner, kind, words, is_taken):
    partner.spoil(kind, path=PATH, **words)

    found = shop.call(shop.reserved(method, 2_000))

    assert (found.status, taken(partner, found)) == (TopUpStatus.UNKNOWN, [2_000] if is_taken else [])
    assert (shop.available(ada), shop.used(ada), found.ledger_txn) == (0, 2_000, None)
    assert shop.calls(found) == [("payment_intents.create", 0, "unknown")]
    assert shop.topics(found)[-1] == "payments.unknown.opened"
    assert InboundAnomaly.objects.filter(subject=found.ref).count() == 0


@pytest.mark.parametrize("kind", ["rate_limit", "lock_timeout"])
def test_a_call_that_certainly_did_nothing_is_made_again_under_its_key(ada, method, partner, kind):
    partner.spoil(kind, path=PATH)
    top_up = shop.reserved(method, 2_000)

    with pytest.raises(PartnerUnavailable):
        charges.call(top_up.pk, by=shop.BY, at=clock.now())
    assert shop.fresh(top_up).status == TopUpStatus.CREATED
    found = shop.call(top_up)

    assert (found.status, shop.available(ada)) == (TopUpStatus.CAPTURED, 2_000)
    assert shop.calls(top_up) == [("payment_intents.create", 0, "retryable"), ("payment_intents.create", 1, "accepted")]
    assert len(set(Attempt.objects.filter(subject=top_up.ref).values_list("idempotency_key", flat=True))) == 1


def test_a_partner_who_says_when_is_not_asked_before(method, partner):
    partner.spoil("rate_limit", path=PATH, retry_after=60)
    top_up = shop.reserved(method)
    shop.call(top_up)

    early, late = shop.call(top_up), shop.call(top_up, after=timedelta(seconds=61))

    assert (early.status, late.status) == (TopUpStatus.CREATED, TopUpStatus.CAPTURED)


def test_what_the_partner_says_of_when_leaves_the_ladder_as_it_was(method, partner):
    partner.spoil("rate_limit", path=PATH, retry_after=60)
    top_up = shop.reserved(method)

    found = shop.call(top_up)

    assert found.next_check_at == top_up.next_check_at
    assert timedelta(0) < found.not_before - found.updated_at <= timedelta(seconds=60)


def test_a_charge_whose_delivery_is_dead_is_made_by_the_minute_job_at_once(ada, method, partner):
    partner.spoil("rate_limit", path=PATH)
    shop.call(shop.reserved(method, 2_000))
    late = clock.now() + timedelta(minutes=4)

    top_ups.question(limit=10, by=shop.BY, at=late)
    found = shop.revisit(TopUp.objects.get(), after=timedelta(minutes=4))

    assert (found.status, found.not_before, shop.available(ada)) == (TopUpStatus.CAPTURED, None, 2_000)


def test_a_partner_who_is_away_for_long_takes_nothing(ada, method, partner):
    partner.spoil("rate_limit", path=PATH, times=-1)
    top_up = shop.reserved(method)

    states = [shop.call(top_up).status for _ in range(charges.MOST_RETRIES + 2)]

    found = shop.fresh(top_up)
    assert states[-2:] == [TopUpStatus.FAILED, TopUpStatus.FAILED]
    assert (found.decline_code, shop.used(ada), len(shop.calls(top_up))) == ("partner_unavailable", 0, 9)


def test_a_refused_form_has_failed(ada, method, partner):
    top_up = shop.reserved(method)
    partner.switch("reset")

    found = shop.call(top_up)

    assert (found.status, found.decline_code, shop.used(ada)) == (TopUpStatus.FAILED, "partner_refused", 0)


def test_another_amount_than_asked_is_not_credited(ada, method, partner):
    partner.spoil("integrity", path=PATH, add=5)

    found = shop.call(shop.reserved(method, 2_000))

    assert (found.status, shop.available(ada)) == (TopUpStatus.UNKNOWN, 0)
    assert list(InboundAnomaly.objects.filter(subject=found.ref).values_list("reason", flat=True)) == ["integrity"]


def test_a_charge_that_takes_time_is_credited_when_it_is_done(ada, method, partner):
    partner.spoil("processing", path=PATH)
    found = shop.call(shop.reserved(method, 2_000))
    assert (found.status, shop.available(ada)) == (TopUpStatus.PROCESSING, 0)

    partner.switch("complete", reference=found.ref)
    done = shop.revisit(found)

    assert (done.status, shop.available(ada)) == (TopUpStatus.CAPTURED, 2_000)


def test_money_for_a_frozen_wallet_is_credited(ada, method):
    top_up = shop.reserved(method, 2_000)
    wallets.freeze(ada.receiving_wallet_id, reason="fraud", by=shop.BY, at=clock.now())

    assert (shop.call(top_up).status, shop.available(ada)) == (TopUpStatus.CAPTURED, 2_000)


def test_a_worker_that_died_before_the_call_leaves_a_call_to_make(ada, method):
    top_up = shop.reserved(method, 2_000)

    assert shop.calls(top_up) == [("payment_intents.create", 0, None)]
    assert (shop.call(top_up).status, shop.available(ada)) == (TopUpStatus.CAPTURED, 2_000)


def died_after_the_call(top_up, partner, *, sent: bool) -> None:
    """Claim a call as a worker does, make it or not, and record nothing."""
    attempt = Attempt.objects.get(subject=top_up.ref)

    def send(one):
        if sent:
            form = {"amount": top_up.amount, "metadata__reference": top_up.ref, "key": str(one.idempotency_key)}
            partner.charge(attached=partner.attached(), **form)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        calls.perform(attempt.pk, send=send, lease=timedelta(seconds=-1), by=shop.BY, at=clock.now())


def test_a_worker_that_died_after_the_call_leaves_a_doubt_and_one_payment(ada, method, partner):
    top_up = shop.reserved(method, 2_000)
    died_after_the_call(top_up, partner, sent=True)

    found = shop.call(top_up)
    assert (found.status, shop.calls(top_up)) == (TopUpStatus.UNKNOWN, [("payment_intents.create", 0, "unknown")])
    done = shop.revisit(top_up)

    assert (done.status, shop.available(ada), taken(partner, top_up)) == (TopUpStatus.CAPTURED, 2_000, [2_000])


def test_a_worker_that_died_before_sending_leaves_a_doubt_and_one_payment(ada, method, partner):
    top_up = shop.reserved(method, 2_000)
    died_after_the_call(top_up, partner, sent=False)

    assert shop.call(top_up).status == TopUpStatus.UNKNOWN
    done = shop.revisit(top_up)

    assert (done.status, shop.available(ada), taken(partner, top_up)) == (TopUpStatus.CAPTURED, 2_000, [2_000])
