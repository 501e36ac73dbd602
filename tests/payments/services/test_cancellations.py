"""Payments that their owner has to confirm with the bank: asked for, confirmed, refused, dropped, run out of time."""

from contextlib import suppress
from datetime import timedelta

import pytest

from apps.accounts.selectors import limits
from apps.core import clock
from apps.core.errors import InvalidState, NotFound
from apps.core.models import AuditEvent
from apps.partners.models import Attempt
from apps.payments.enums import TopUpStatus
from apps.payments.errors import MethodInUse, PartnerUnavailable
from apps.payments.models import TopUp
from apps.payments.selectors import top_ups as reads
from apps.payments.services import cancellations, charges, payment_methods
from tests.payments import shop
from tests.support.written import nothing_written

pytestmark = pytest.mark.django_db
PATH = "/v1/payment_intents"
LATE = charges.ACTION_TIME + timedelta(seconds=1)


def cancel(top_up):
    return cancellations.cancel(top_up.pk, by=shop.actor(top_up.customer), at=clock.now())


def end(top_up, *, after: timedelta = timedelta()):
    """Let the partner end it as a worker does; what is to be repeated is left so."""
    with suppress(PartnerUnavailable):
        cancellations.call(top_up.pk, by=shop.BY, at=clock.now() + after)
    return shop.fresh(top_up)


def payment_at(partner) -> dict:
    return partner.get("payment_intents").json()["data"][0]


def test_the_bank_asks_and_nothing_is_taken(ada, waiting, partner):
    assert (waiting.status, waiting.partner_ref, waiting.ledger_txn) == (
        TopUpStatus.REQUIRES_ACTION,
        payment_at(partner)["id"],
        None,
    )
    assert (shop.available(ada), shop.used(ada)) == (0, 2_000)
    assert waiting.action_expires_at == waiting.next_check_at == waiting.requires_action_at + charges.ACTION_TIME
    assert shop.calls(waiting) == [("payment_intents.create", 0, "accepted")]
    assert AuditEvent.objects.filter(subject=waiting.ref, action="payments.top_up.requires_action").count() == 1


def test_the_secret_of_the_bank_is_sealed_and_in_no_log(waiting, partner):
    secret = payment_at(partner)["client_secret"]

    assert reads.state_of(waiting).next_action.client_secret == secret
    assert secret.encode() not in bytes(waiting.client_secret_sealed)
    told = [
        *Attempt.objects.values_list("request_redacted", "response_redacted"),
        *AuditEvent.objects.values_list("data"),
    ]
    assert secret not in str(told)
    assert secret not in repr(reads.state_of(waiting))


@pytest.mark.parametrize("by_event", [True, False])
def test_a_confirmed_payment_is_credited_once(ada, waiting, partner, by_event):
    partner.switch("complete", reference=waiting.ref)

    if by_event:
        assert shop.process(shop.receive(shop.event(partner, waiting))) == "applied"
    else:
        cancellations.confirmed(waiting.pk, by=shop.actor(ada), at=clock.now())
        assert shop.topics(waiting)[-1] == "payments.top_up.questioned"
        shop.revisit(waiting)
    shop.revisit(waiting)
    found = shop.fresh(waiting)

    assert (found.status, shop.available(ada)) == (TopUpStatus.CAPTURED, 2_000)
    assert (found.client_secret_sealed, found.action_expires_at, reads.state_of(found).next_action) == (
        None,
        None,
        None,
    )
    assert partner.look("ledger")["references"] == {waiting.ref: [2_000]}


def test_an_owner_who_fails_to_confirm_is_declined(ada, waiting, partner):
    partner.switch("complete", reference=waiting.ref, code="payment_intent_authentication_failure")

    result = shop.process(shop.receive(shop.event(partner, waiting, "payment_intent.payment_failed")))
    found = shop.fresh(waiting)

    assert (result, found.status, shop.used(ada), found.client_secret_sealed) == (
        "applied",
        TopUpStatus.DECLINED,
        0,
        None,
    )
    assert found.decline_code == "authentication_required"


def test_a_bank_may_decline_after_the_owner_has_confirmed(ada, partner):
    top_up = shop.call(shop.reserved(shop.card(partner, ada, "4000008400001629"), 2_000))
    partner.switch("complete", reference=top_up.ref)

    found = shop.revisit(top_up)

    assert (found.status, found.decline_code, shop.available(ada)) == (TopUpStatus.DECLINED, "generic_decline", 0)


def test_the_event_that_says_so_tells_nothing_new(waiting, partner):
    body = shop.event(partner, waiting, "payment_intent.requires_action")

    assert (shop.process(shop.receive(body)), shop.fresh(waiting).status) == ("stale", TopUpStatus.REQUIRES_ACTION)


def test_the_event_may_be_the_first_to_say_so(ada, partner):
    method = shop.card(partner, ada, shop.ASKS)
    partner.spoil("hang", path=PATH, seconds=5)
    top_up = shop.call(shop.reserved(method, 2_000))
    assert top_up.status == TopUpStatus.UNKNOWN

    result = shop.process(shop.receive(shop.event(partner, top_up, "payment_intent.requires_action")))

    found = shop.fresh(top_up)
    assert (result, found.status) == ("applied", TopUpStatus.REQUIRES_ACTION)
    assert reads.state_of(found).next_action.client_secret == payment_at(partner)["client_secret"]


def test_before_its_time_runs_out_it_stays(waiting):
    found = shop.revisit(waiting)

    assert (found.status, shop.topics(waiting)[-1]) == (TopUpStatus.REQUIRES_ACTION, "payments.top_up.created")


def test_when_its_time_has_run_out_the_partner_ends_it(ada, waiting, partner):
    kept = shop.revisit(waiting, after=LATE)
    assert (kept.status, shop.topics(waiting)[-1]) == (TopUpStatus.REQUIRES_ACTION, "payments.top_up.abandoned")

    found = end(waiting, after=LATE)

    assert (found.status, found.decline_code, found.next_check_at) == (TopUpStatus.CANCELED, "", None)
    assert limits.entries_of(waiting.ref) == []
    assert (payment_at(partner)["status"], shop.topics(waiting)[-1]) == ("canceled", "payments.top_up.canceled")


def test_an_owner_may_drop_it(ada, waiting, partner):
    cancel(waiting)
    cancel(waiting)

    states = [end(waiting).status for _ in range(3)]

    assert (states, shop.used(ada), payment_at(partner)["status"]) == ([TopUpStatus.CANCELED] * 3, 0, "canceled")
    assert shop.calls(waiting)[1:] == [("payment_intents.cancel", 0, "declined")]
    assert AuditEvent.objects.filter(subject=waiting.ref, action="payments.top_up.cancel").count() == 2


def test_what_was_confirmed_meanwhile_is_credited_and_not_dropped(ada, waiting, partner):
    cancel(waiting)
    partner.switch("complete", reference=waiting.ref)

    found = end(waiting)

    assert (found.status, shop.available(ada)) == (TopUpStatus.CAPTURED, 2_000)
    assert [kind for _, __, kind in shop.calls(waiting)] == ["accepted", "rejected", "accepted"]


@pytest.mark.parametrize(("kind", "words"), [("rate_limit", {}), ("error", {}), ("error", {"when": "after"})])
def test_a_partner_who_does_not_answer_is_asked_again_under_the_key(ada, waiting, partner, kind, words):
    cancel(waiting)
    partner.spoil(kind, path=PATH, verb="POST", **words)

    first, second = end(waiting), end(waiting)

    assert (first.status, second.status) == (TopUpStatus.REQUIRES_ACTION, TopUpStatus.CANCELED)
    rows = Attempt.objects.filter(subject=waiting.ref, operation="payment_intents.cancel")
    assert (rows.count(), len(set(rows.values_list("idempotency_key", flat=True)))) == (2, 1)


def test_a_partner_who_is_away_for_long_is_asked_anew_by_the_ladder(waiting, partner):
    partner.spoil("rate_limit", path=f"{PATH}/{waiting.partner_ref}/cancel", times=charges.MOST_RETRIES + 1)
    shop.revisit(waiting, after=LATE)
    states = [end(waiting, after=LATE).status for _ in range(charges.MOST_RETRIES + 2)]

    shop.revisit(waiting, after=LATE)
    found = end(waiting, after=LATE)

    assert (set(states), found.status) == ({TopUpStatus.REQUIRES_ACTION}, TopUpStatus.CANCELED)


def test_cancel_refuses_what_does_not_wait_and_what_is_not_ones_own(ada, waiting, partner):
    bob, done = shop.person(), shop.call(shop.reserved(shop.card(partner, ada)))

    with nothing_written(), pytest.raises(NotFound):
        cancellations.cancel(waiting.pk, by=shop.actor(bob), at=clock.now())
    with nothing_written(), pytest.raises(NotFound):
        cancellations.confirmed(waiting.pk, by=shop.actor(bob), at=clock.now())
    with nothing_written(), pytest.raises(InvalidState):
        cancel(done)


def test_a_word_about_what_has_ended_changes_nothing(ada, partner):
    done = shop.call(shop.reserved(shop.card(partner, ada)))

    with nothing_written():
        found = cancellations.confirmed(done.pk, by=shop.actor(ada), at=clock.now())

    assert found.status == TopUpStatus.CAPTURED


def test_a_card_that_waits_for_its_owner_is_in_use(ada, waiting):
    method = waiting.payment_method

    with nothing_written(), pytest.raises(MethodInUse):
        payment_methods.remove(method.pk, version=method.version, by=shop.actor(ada), at=clock.now())


def test_another_amount_is_not_confirmed(ada, partner):
    method = shop.card(partner, ada, shop.ASKS)
    partner.spoil("integrity", path=PATH)

    found = shop.call(shop.reserved(method, 2_000))

    assert (found.status, found.client_secret_sealed) == (TopUpStatus.UNKNOWN, None)
    assert TopUp.objects.get(pk=found.pk).escalated_at is not None
