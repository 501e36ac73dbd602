"""The queues do the rest: cards are bound and charged, doubts looked at, events processed, customers told."""

from datetime import timedelta

import pytest
from celery import current_app

from apps.core import clock
from apps.core.models import OutboxDelivery
from apps.core.selectors import data_keys
from apps.core.services import dispatch
from apps.notifications.models import Notification
from apps.notifications.selectors.inbox import BODY, TITLE
from apps.notifications.services import recipients
from apps.payments.enums import TopUpStatus
from apps.payments.models import PaymentMethod, WebhookInbox
from apps.payments.services import payment_methods
from apps.workflow.models import WorkItem
from tests.payments import shop

pytestmark = pytest.mark.django_db
CALLS = "partner_calls"


def told(customer) -> list[tuple[str, str]]:
    """Run what is due and return title and text of every message to a customer, oldest first."""
    dispatch.drain(queue="default")
    owner = customer.user.ref
    rows = Notification.objects.filter(recipient__owner=owner).order_by("seq")
    return [
        tuple(
            data_keys.open_text(owner=owner, column=column, sealed=sealed)
            for column, sealed in ((TITLE, row.title_sealed), (BODY, row.body_sealed))
        )
        for row in rows
    ]


@pytest.fixture
def reachable(ada):
    with shop.unit():
        recipients.upsert(recipient=ada.user.ref, email="ada@example.com", locale="en", tz="UTC")
    return ada


@pytest.fixture
def method(reachable, partner) -> PaymentMethod:
    added = shop.added(reachable, shop.token(partner))
    dispatch.drain(queue=CALLS)
    return PaymentMethod.objects.get(pk=added.pk)


def test_a_top_up_is_charged_credited_and_told(reachable, method):
    top_up = shop.reserved(method, 2_000)

    dispatch.drain(queue=CALLS)

    assert (shop.fresh(top_up).status, shop.available(reachable)) == (TopUpStatus.CAPTURED, 2_000)
    assert told(reachable) == [
        (
            "20.00 USD by card: it is in your wallet",
            "Your top-up of 20.00 USD from the card ending in 4242 is in your wallet.",
        )
    ]


@pytest.mark.parametrize(("kind", "words"), [("decline", {"code": "lost_card"}), ("error", {"status": 400})])
def test_a_top_up_that_brings_nothing_is_told(reachable, method, partner, kind, words):
    partner.spoil(kind, path="/v1/payment_intents", **words)
    shop.reserved(method, 2_000)

    dispatch.drain(queue=CALLS)

    assert told(reachable) == [
        (
            "20.00 USD by card: no money was taken",
            "Your top-up of 20.00 USD from the card ending in 4242 was not possible. No money was taken.",
        )
    ]


def test_a_call_that_did_nothing_waits_in_the_queue(reachable, method, partner):
    partner.spoil("rate_limit", path="/v1/payment_intents")
    top_up = shop.reserved(method, 2_000)

    dispatch.drain(queue=CALLS)

    delivery = OutboxDelivery.objects.get(subject=top_up.ref, handler="payments.charge")
    assert (delivery.state, delivery.attempts, shop.fresh(top_up).status) == ("pending", 1, TopUpStatus.CREATED)
    assert delivery.last_error.startswith("PartnerUnavailable: partner_unavailable")


def test_a_doubt_is_looked_at_by_the_timed_job(reachable, method, partner):
    partner.spoil("error", path="/v1/payment_intents", when="after")
    top_up = shop.reserved(method, 2_000)
    dispatch.drain(queue=CALLS)
    assert shop.fresh(top_up).status == TopUpStatus.UNKNOWN

    with clock.frozen(clock.now() + timedelta(minutes=6)):
        current_app.loader.import_default_modules()
        current_app.tasks["payments.top_ups.question"].apply(throw=True)
    dispatch.drain(queue=CALLS)

    assert (shop.fresh(top_up).status, shop.available(reachable)) == (TopUpStatus.CAPTURED, 2_000)


def test_a_long_doubt_is_peoples_work_until_its_outcome_comes(reachable, method, partner):
    partner.spoil("error", path="/v1/payment_intents", when="after")
    top_up = shop.reserved(method, 2_000)
    dispatch.drain(queue=CALLS)
    with clock.frozen(clock.now() + timedelta(hours=25)):
        current_app.loader.import_default_modules()
        current_app.tasks["payments.unknown.escalate"].apply(throw=True)
    item = WorkItem.objects.get(queue="payments.unknown", subject_id=top_up.ref)
    assert item.state == "open"

    shop.receive(shop.event(partner, top_up))
    for queue in ("webhooks_in", "default"):
        dispatch.drain(queue=queue)

    item.refresh_from_db()
    assert (item.state, shop.fresh(top_up).status) == ("cancelled", TopUpStatus.CAPTURED)


def test_an_event_is_processed(reachable, method, partner):
    partner.spoil("error", path="/v1/payment_intents", when="after")
    top_up = shop.reserved(method, 2_000)
    dispatch.drain(queue=CALLS)

    receipt = shop.receive(shop.event(partner, top_up))
    dispatch.drain(queue="webhooks_in")

    assert WebhookInbox.objects.get(pk=receipt.inbox.pk).result == "applied"
    assert (shop.fresh(top_up).status, shop.available(reachable)) == (TopUpStatus.CAPTURED, 2_000)


def test_a_removed_card_is_forgotten(reachable, method):
    payment_methods.remove(method.pk, version=method.version, by=shop.actor(reachable), at=clock.now())

    dispatch.drain(queue=CALLS)

    assert shop.calls(method)[-1] == ("payment_methods.detach", 0, "accepted")
