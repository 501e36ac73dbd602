"""Events: taken when they are signed and of now, acted on once, in whatever order they come."""

from datetime import timedelta

import pytest

from apps.core.models import OutboxMessage
from apps.core.selectors import data_keys
from apps.partners.models import Attempt
from apps.payments.enums import TopUpStatus
from apps.payments.errors import EventUnreadable, NotMatchedYet, PartnerUnavailable, SignatureRefused
from apps.payments.models import InboundAnomaly, WebhookInbox
from apps.payments.selectors import inbox as selectors
from tests.payments import shop
from tests.support.written import nothing_written

pytestmark = pytest.mark.django_db
PATH = "/v1/payment_intents"


@pytest.fixture
def method(ada, partner):
    return shop.card(partner, ada)


@pytest.fixture
def unknown(method, partner):
    """Return a top-up that was taken and whose answer was lost."""
    partner.spoil("hang", path=PATH, seconds=5)
    return shop.call(shop.reserved(method, 2_000))


def anomalies(subject) -> list[str]:
    return list(InboundAnomaly.objects.filter(subject=subject.ref).values_list("reason", flat=True))


def test_an_event_is_kept_sealed_before_anything_follows(unknown, partner):
    body = shop.event(partner, unknown)

    receipt = shop.receive(body)

    row = WebhookInbox.objects.get(pk=receipt.inbox.pk)
    assert (row.kind, row.reference, row.result) == ("payment_intent.succeeded", unknown.ref, None)
    kept = data_keys.open_text(owner=selectors.owner("stripe"), column=selectors.BODY, sealed=row.body_sealed)
    assert kept.encode() == body
    assert shop.topics(row) == ["payments.webhook.received"]
    assert shop.fresh(unknown).status == TopUpStatus.UNKNOWN


def test_an_event_resolves_a_doubt_by_a_reading(ada, unknown, partner):
    result = shop.process(shop.receive(shop.event(partner, unknown)))

    assert (result, shop.fresh(unknown).status, shop.available(ada)) == ("applied", TopUpStatus.CAPTURED, 2_000)
    assert shop.calls(unknown)[-1] == ("payment_intents.read", 0, "accepted")


def test_an_event_that_comes_three_times_credits_once(ada, unknown, partner):
    body = shop.event(partner, unknown)

    receipts = [shop.receive(body) for _ in range(3)]
    results = [shop.process(one) for one in receipts]

    assert ([one.is_new for one in receipts], results) == ([True, False, False], ["applied", None, None])
    assert len({one.inbox.pk for one in receipts}) == 1
    assert (shop.available(ada), OutboxMessage.objects.filter(topic="payments.webhook.received").count()) == (2_000, 1)


def test_an_event_after_the_answer_tells_nothing_new(ada, method, partner):
    top_up = shop.call(shop.reserved(method, 2_000))

    result = shop.process(shop.receive(shop.event(partner, top_up)))

    assert (result, shop.available(ada), len(shop.calls(top_up))) == ("stale", 2_000, 1)


def test_an_event_before_the_answer_credits_and_the_answer_changes_nothing(ada, method, partner):
    top_up = shop.reserved(method, 2_000)
    attempt = Attempt.objects.get(subject=top_up.ref)
    answer = partner.charge(
        attached=partner.attached(), amount=2_000, metadata__reference=top_up.ref, key=str(attempt.idempotency_key)
    )
    assert answer.status_code == 200

    shop.process(shop.receive(shop.event(partner, top_up)))
    late = shop.call(top_up)

    assert (late.status, shop.available(ada)) == (TopUpStatus.CAPTURED, 2_000)
    assert partner.look("ledger")["references"] == {top_up.ref: [2_000]}


def test_an_older_event_after_the_end_is_stale(ada, method, partner):
    partner.spoil("processing", path=PATH)
    top_up = shop.call(shop.reserved(method, 2_000))
    older = shop.event(partner, top_up, "payment_intent.processing")
    partner.switch("complete", reference=top_up.ref)
    newer = shop.event(partner, top_up)

    results = [shop.process(shop.receive(body)) for body in (newer, older)]

    assert (results, shop.available(ada)) == (["applied", "stale"], 2_000)


def test_an_event_that_promises_money_is_not_believed(ada, method, partner):
    partner.spoil("processing", path=PATH)
    top_up = shop.call(shop.reserved(method, 2_000))
    body = shop.made_up("payment_intent.succeeded", reference=top_up.ref, payment=top_up.partner_ref)

    result = shop.process(shop.receive(body))

    assert (result, shop.fresh(top_up).status, shop.available(ada)) == ("stale", TopUpStatus.PROCESSING, 0)


def test_an_event_with_a_payment_of_somebody_else_is_not_credited(ada, method, partner):
    other = shop.call(shop.reserved(shop.card(partner, shop.person()), 2_000))
    partner.spoil("error", path=PATH)
    top_up = shop.call(shop.reserved(method, 2_000))
    body = shop.made_up("payment_intent.succeeded", reference=top_up.ref, payment=other.partner_ref)

    result = shop.process(shop.receive(body))

    assert (result, shop.fresh(top_up).status, shop.available(ada)) == ("stale", TopUpStatus.UNKNOWN, 0)
    assert anomalies(top_up) == ["integrity"]


def test_a_second_payment_is_told_and_not_credited(ada, method, partner):
    top_up = shop.call(shop.reserved(method, 2_000))
    second = partner.charge(amount=2_000, metadata__reference=top_up.ref).json()["id"]
    body = shop.made_up("payment_intent.succeeded", reference=top_up.ref, payment=second)

    shop.process(shop.receive(body))

    assert (shop.available(ada), anomalies(top_up)) == (2_000, ["second_payment"])


def test_money_for_a_declined_top_up_is_told_and_not_credited(ada, method, partner):
    partner.spoil("decline", path=PATH, code="insufficient_funds")
    top_up = shop.call(shop.reserved(method, 2_000))
    late = partner.charge(amount=2_000, metadata__reference=top_up.ref).json()["id"]

    shop.process(shop.receive(shop.made_up("payment_intent.succeeded", reference=top_up.ref, payment=late)))

    assert (shop.fresh(top_up).status, shop.available(ada), anomalies(top_up)) == (
        TopUpStatus.DECLINED,
        0,
        ["illegal_move"],
    )


def test_a_reading_that_fails_is_tried_again(ada, unknown, partner):
    receipt = shop.receive(shop.event(partner, unknown))
    partner.spoil("error", path=PATH)

    with pytest.raises(PartnerUnavailable):
        shop.process(receipt)

    assert (shop.process(receipt), shop.available(ada)) == ("applied", 2_000)


def test_a_stale_reading_is_tried_again(ada, unknown, partner):
    receipt = shop.receive(shop.event(partner, unknown))
    partner.spoil("stale", path=PATH)

    with pytest.raises(PartnerUnavailable):
        shop.process(receipt)

    assert (shop.process(receipt), shop.available(ada)) == ("applied", 2_000)


def test_an_event_of_nothing_known_waits_and_is_then_told(partner):
    receipt = shop.receive(shop.made_up("payment_intent.succeeded", reference="top_01kvvwhnh2f8z9s5a8tyxx97xb"))

    with pytest.raises(NotMatchedYet):
        shop.process(receipt)

    assert shop.process(receipt, after=timedelta(minutes=16)) == "unmatched"
    assert anomalies(receipt.inbox) == ["unmatched"]


def test_a_kind_that_nobody_handles_is_kept(partner):
    receipt = shop.receive(shop.made_up("customer.created"))

    assert (shop.process(receipt), WebhookInbox.objects.get(pk=receipt.inbox.pk).result) == ("ignored", "ignored")


def test_the_same_id_with_another_body_is_told(partner):
    first = shop.receive(shop.made_up("customer.created", key="evt_twice"))

    second = shop.receive(shop.made_up("payment_intent.succeeded", key="evt_twice"))

    assert (second.is_new, anomalies(first.inbox)) == (False, ["body_differs"])


BODY = shop.made_up("payment_intent.succeeded")


@pytest.mark.parametrize(
    ("signature", "verdict"),
    [
        (lambda: shop.signed(BODY, secret="whsec_other"), "forged"),
        (lambda: shop.signed(BODY + b" "), "forged"),
        (lambda: shop.signed(BODY, scheme="v0"), "forged"),
        (lambda: shop.signed(BODY, skew_s=-302), "old"),
        (lambda: shop.signed(BODY, skew_s=-86_400), "old"),
        (lambda: shop.signed(BODY, skew_s=302), "future"),
        (lambda: shop.signed(BODY, skew_s=3_600), "future"),
        (lambda: "", "malformed"),
        (lambda: "t=1,v1=" + ",v1=".join(["0" * 64] * 1_000), "malformed"),
    ],
)
def test_what_the_partner_did_not_sign_now_leaves_nothing(partner, signature, verdict):
    with nothing_written(), pytest.raises(SignatureRefused) as refusal:
        shop.receive(BODY, signature())

    assert refusal.value.context["verdict"] == verdict


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"id": "evt_1", "type": "x"}',
        b'{"id": 5, "type": "x", "data": {"object": {}}}',
        b"\xff",
    ],
)
def test_signed_bytes_that_are_no_event_leave_nothing(partner, body):
    with nothing_written(), pytest.raises(EventUnreadable):
        shop.receive(body)
