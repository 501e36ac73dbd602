"""Payments without an outcome, handed to people: who looks at them when, and how one ends by hand."""

from datetime import timedelta

import pytest

from apps.accounts.selectors import limits
from apps.compliance.errors import ConflictOfInterest
from apps.core import clock
from apps.core.errors import InvalidState, Stale
from apps.core.models import AuditEvent
from apps.partners.models import Attempt
from apps.payments.enums import Finding, Settlement, TopUpStatus
from apps.payments.errors import NoEvidence, SecondPersonNeeded
from apps.payments.models import InboundAnomaly
from apps.payments.selectors import evidence
from apps.payments.services import escalations, settlements, top_ups
from apps.workflow import commands
from apps.workflow.errors import LeaseLost, ReasonTextRequired, ReasonUnknown
from apps.workflow.models import WorkItem
from apps.workflow.services import queues
from tests.factories import accounts as make
from tests.payments import shop
from tests.payments.services.test_resolution import taken, unknown
from tests.support.written import nothing_written

pytestmark = pytest.mark.django_db
DAY = timedelta(hours=24)
PATH = "/v1/payment_intents"


@pytest.fixture
def method(ada, partner):
    return shop.card(partner, ada)


@pytest.fixture
def clerk():
    with shop.unit():
        return make.actor(make.user(kind="staff"))


def sweep(*, after: timedelta = timedelta()) -> int:
    return escalations.sweep(after=DAY, limit=10, by=shop.BY, at=clock.now() + after)


def work_about(top_up) -> list[str]:
    return list(
        WorkItem.objects.filter(queue="payments.unknown", subject_id=top_up.ref).values_list("state", flat=True)
    )


def claimed(clerk) -> WorkItem:
    found = queues.claim_next(queue="payments.unknown", by=clerk, at=clock.now())
    assert found is not None
    return found


@pytest.fixture
def lost(method, partner):
    """Return a payment of thirty hours ago of which the partner knows nothing, in the queue."""
    partner.spoil("error", path=PATH)
    ago = timedelta(hours=-30)
    top_up = shop.call(shop.reserved(method, 2_000, at=clock.now() + ago), after=ago)
    sweep()
    return shop.revisit(top_up)


def settle(top_up, clerk, item, ended=Settlement.FAILED, **words):
    values = {
        "alone": {"USD": 50_000},
        "item": item.pk,
        "version": item.version,
        "reason": "partner_says",
        "by": clerk,
        "at": clock.now(),
    }
    return settlements.settle(top_up.pk, ended=ended, **{**values, **words})


def test_after_a_day_without_an_outcome_people_look_at_it_once(method, partner):
    top_up = unknown(method, partner, is_taken=True)

    counts = [sweep(), sweep(after=DAY), sweep(after=DAY)]

    assert (counts, work_about(top_up)) == ([0, 1, 0], ["open"])
    item = WorkItem.objects.get(subject_id=top_up.ref)
    due_at = shop.fresh(top_up).escalated_at + DAY
    assert (item.customer_ref, item.due_at) == (top_up.customer.ref, due_at)
    assert AuditEvent.objects.filter(subject=top_up.ref, action="payments.top_up.escalate").count() == 1


@pytest.mark.parametrize("status", ["captured", "created"])
def test_a_payment_with_an_outcome_or_before_its_call_is_nobodys_work(method, status):
    top_up = shop.reserved(method)
    if status == "captured":
        shop.call(top_up)

    assert (sweep(after=DAY), work_about(top_up)) == (0, [])


def test_another_amount_is_peoples_work_at_once(method, partner):
    partner.spoil("integrity", path=PATH, add=5)

    top_up = shop.call(shop.reserved(method, 2_000))

    assert (top_up.status, work_about(top_up)) == (TopUpStatus.UNKNOWN, ["open"])


def test_two_payments_are_peoples_work_at_once(method, partner):
    top_up = unknown(method, partner, is_taken=True)
    partner.charge(amount=2_000, metadata__reference=top_up.ref)

    shop.revisit(top_up)

    assert work_about(top_up) == ["open"]


def test_an_outcome_that_comes_by_itself_ends_the_work(ada, method, partner):
    top_up = unknown(method, partner, is_taken=True)
    sweep(after=DAY)

    found = shop.revisit(top_up)
    escalations.withdraw(top_up.pk, by=shop.BY, at=clock.now())
    escalations.withdraw(top_up.pk, by=shop.BY, at=clock.now())

    assert (found.status, found.escalated_at, work_about(top_up)) == (TopUpStatus.CAPTURED, None, ["cancelled"])


def test_who_holds_the_work_keeps_it_and_confirms_the_outcome(ada, method, partner, clerk):
    top_up = unknown(method, partner, is_taken=True)
    sweep(after=DAY)
    item = claimed(clerk)

    shop.revisit(top_up)
    escalations.withdraw(top_up.pk, by=shop.BY, at=clock.now())
    assert work_about(top_up) == ["claimed"]
    with nothing_written(), pytest.raises(NoEvidence):
        settle(top_up, clerk, item, Settlement.FAILED)
    found = settle(top_up, clerk, item, Settlement.CAPTURED)

    assert (found.status, work_about(top_up)) == (TopUpStatus.CAPTURED, ["decided"])
    assert (shop.available(ada), taken(partner, top_up)) == (2_000, [2_000])


def test_nobody_takes_money_that_the_partner_does_not_show(ada, lost, clerk):
    item = claimed(clerk)

    for ended in (Settlement.CAPTURED, Settlement.DECLINED):
        with nothing_written(), pytest.raises(NoEvidence) as caught:
            settle(lost, clerk, item, ended)
        assert caught.value.context == {"state": "unknown", "finding": "nothing"}

    assert shop.available(ada) == 0


def test_a_payment_that_the_partner_does_not_know_fails_by_hand(ada, lost, clerk):
    item = claimed(clerk)

    found = settle(lost, clerk, item, note="Seen in the partner's own list too.")

    assert (found.status, found.decline_code, limits.entries_of(found.ref)) == (TopUpStatus.FAILED, "not_taken", [])
    assert (work_about(lost), found.escalated_at) == (["decided"], None)
    assert shop.topics(lost)[-2:] == ["payments.top_up.failed", "payments.unknown.resolved"]
    event = AuditEvent.objects.get(subject=lost.ref, action="payments.attempt.resolve")
    assert (event.actor_id, event.reason_code, event.reason_text, event.data["ended"]) == (
        clerk.id,
        "partner_says",
        "Seen in the partner's own list too.",
        "failed",
    )
    assert event.data["reading"] == shop.attempts_of(lost)[-1].ref


def test_money_that_comes_after_an_end_by_hand_is_an_anomaly(ada, lost, clerk, partner):
    settle(lost, clerk, claimed(clerk))
    payment = partner.charge(amount=2_000, attached=partner.attached(), metadata__reference=lost.ref).json()["id"]

    result = shop.process(shop.receive(shop.made_up("payment_intent.succeeded", reference=lost.ref, payment=payment)))

    assert (result, shop.fresh(lost).status, shop.available(ada)) == ("stale", TopUpStatus.FAILED, 0)
    assert list(InboundAnomaly.objects.filter(subject=lost.ref).values_list("reason", flat=True)) == ["illegal_move"]


def test_a_reading_before_the_key_is_forgotten_proves_nothing(method, partner, clerk):
    top_up = unknown(method, partner, is_taken=False)
    partner.spoil("rate_limit", path=PATH, verb="POST")
    shop.revisit(top_up)
    sweep(after=DAY)

    item, found = claimed(clerk), evidence.of(shop.fresh(top_up), at=clock.now())
    with nothing_written(), pytest.raises(NoEvidence):
        settle(top_up, clerk, item)

    assert (found.finding, found.proves_nothing_taken) == (Finding.NOTHING, False)


def test_an_old_reading_proves_nothing(lost, clerk):
    late = clock.now() + timedelta(hours=1, minutes=1)

    assert evidence.of(lost, at=clock.now()).proves_nothing_taken
    assert not evidence.of(lost, at=late).proves_nothing_taken


def test_without_a_clear_last_reading_nothing_is_settled(lost, partner, clerk):
    partner.spoil("error", path=PATH, times=2)
    shop.revisit(lost)
    item = claimed(clerk)

    with nothing_written(), pytest.raises(NoEvidence) as caught:
        settle(lost, clerk, item)

    assert caught.value.context["finding"] == "unclear"


def test_more_than_one_person_may_settle_alone_is_refused(lost, clerk):
    item = claimed(clerk)

    with nothing_written(), pytest.raises(SecondPersonNeeded):
        settle(lost, clerk, item, alone={"USD": 1_999})
    with nothing_written(), pytest.raises(SecondPersonNeeded):
        settle(lost, clerk, item, alone={"EUR": 5_000})
    assert settle(lost, clerk, item, alone={"USD": 2_000}).status == TopUpStatus.FAILED


def test_a_settlement_needs_the_lease_its_version_and_a_reason(lost, clerk):
    with shop.unit():
        other = make.actor(make.user(kind="staff"))
    item = claimed(clerk)

    for kind, by, words in (
        (LeaseLost, other, {}),
        (Stale, clerk, {"version": item.version + 1}),
        (ReasonUnknown, clerk, {"reason": "because"}),
        (ReasonTextRequired, clerk, {"reason": "other", "note": "short"}),
    ):
        with nothing_written(), pytest.raises(kind):
            settle(lost, by, item, **words)


def test_nobody_decides_about_their_own_payment(lost):
    with shop.unit():
        own = make.actor(make.user(kind="staff", linked_customer=lost.customer))
    item = claimed(own)

    with nothing_written(), pytest.raises(ConflictOfInterest):
        settle(lost, own, item)
    with nothing_written(), pytest.raises(ConflictOfInterest):
        settlements.reread(lost.pk, by=own, at=clock.now())


def test_reread_asks_the_partner_and_leaves_the_ladder(lost, clerk):
    before = lost.next_check_at

    settlements.reread(lost.pk, by=clerk, at=clock.now())

    assert (shop.topics(lost)[-1], shop.fresh(lost).next_check_at) == ("payments.top_up.questioned", before)
    event = AuditEvent.objects.get(subject=lost.ref, action="payments.attempt.reread")
    assert event.actor_id == clerk.id


def test_reread_refuses_a_payment_that_has_ended(method, clerk):
    top_up = shop.call(shop.reserved(method))

    with nothing_written(), pytest.raises(InvalidState):
        settlements.reread(top_up.pk, by=clerk, at=clock.now())


def test_a_payment_may_be_without_an_outcome_twice(method, partner):
    top_up = unknown(method, partner, is_taken=False)
    partner.spoil("processing", path=PATH, verb="POST")
    sweep(after=DAY)
    moved = shop.revisit(top_up)
    escalations.withdraw(top_up.pk, by=shop.BY, at=clock.now())
    partner.spoil("integrity", path=PATH)

    again = shop.revisit(top_up)

    assert (moved.status, moved.escalated_at, again.status) == (TopUpStatus.PROCESSING, None, TopUpStatus.UNKNOWN)
    assert sorted(work_about(top_up)) == ["cancelled", "open"]


def test_commands_of_payments():
    found = [commands.command(f"payments.attempt.{verb}") for verb in ("reread", "resolve")]

    assert {(one.permission, one.subject) for one in found} == {("payments.attempt.resolve", "top")}


def test_what_was_never_read_is_told_so(method, partner):
    top_up = unknown(method, partner, is_taken=True)

    assert evidence.of(top_up, at=clock.now()).finding == Finding.NOT_READ
    assert Attempt.objects.filter(subject=top_up.ref).count() == 1
    assert top_ups.question(limit=1, by=shop.BY, at=clock.now()) == 0
