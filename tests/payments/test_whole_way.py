"""From the customer's request over HTTP to credited money: real server, real deliveries, the queues run by hand."""

import time

import httpx
import pytest

from apps.core.services import dispatch
from apps.payments.enums import TopUpStatus
from apps.payments.models import WebhookInbox
from tests.payments import shop
from tests.support.web import Web

pytestmark = pytest.mark.usefixtures("committed_db")


def wait_until(look) -> None:
    until = time.monotonic() + 20
    while not look():
        assert time.monotonic() < until, "not in time"
        time.sleep(0.05)


@pytest.mark.slow
def test_a_payment_whose_answer_was_lost_is_credited_once_by_its_events(partner, web: Web):
    ada = shop.person()
    top_up = shop.reserved(shop.card(partner, ada), 2_000)
    dispatch.drain(queue="webhooks_in")
    partner.switch("webhooks", url=f"{web.url}/hooks/stripe", copies=3)
    partner.spoil("hang", path="/v1/payment_intents", seconds=5)

    assert shop.call(top_up).status == TopUpStatus.UNKNOWN
    wait_until(lambda: WebhookInbox.objects.filter(reference=top_up.ref, kind="payment_intent.succeeded").exists())
    dispatch.drain(queue="webhooks_in")

    assert (shop.fresh(top_up).status, shop.available(ada)) == (TopUpStatus.CAPTURED, 2_000)
    assert WebhookInbox.objects.filter(reference=top_up.ref, kind="payment_intent.succeeded").count() == 1
    forged = partner.switch("deliver", reference=top_up.ref, url=f"{web.url}/hooks/stripe", is_forged=True)
    old = partner.switch("deliver", reference=top_up.ref, url=f"{web.url}/hooks/stripe", skew_s=-400)
    assert {status for found in (forged, old) for one in found["deliveries"] for status in one["statuses"]} == {401}
    assert httpx.post(f"{web.url}/hooks/stripe", content=b"{}", trust_env=False).status_code == 401
