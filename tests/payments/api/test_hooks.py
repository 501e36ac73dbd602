"""The door of events: raw bytes and their signature; everything else is refused and leaves nothing."""

import json

import pytest
from django.test import Client as Browser

from apps.payments.models import WebhookInbox
from tests.payments import shop
from tests.support.written import nothing_written

pytestmark = pytest.mark.django_db
BODY = shop.made_up("payment_intent.succeeded")


def post(body: bytes, signature: str | None = None, **headers: str):
    found = shop.signed(body) if signature is None else signature
    return Browser().post(
        "/hooks/stripe", body, content_type="application/json", headers={"Stripe-Signature": found, **headers}
    )


def test_a_signed_event_is_taken_every_time_and_kept_once():
    body = shop.made_up("payment_intent.succeeded")

    statuses = [post(body).status_code for _ in range(3)]

    assert (statuses, WebhookInbox.objects.filter(body_sha256__isnull=False).count()) == ([200] * 3, 1)


@pytest.mark.parametrize(
    "signature",
    [
        lambda: "",
        lambda: "t=1",
        lambda: shop.signed(BODY, secret="whsec_other"),
        lambda: shop.signed(BODY, scheme="v0"),
        lambda: shop.signed(BODY, skew_s=-400),
        lambda: shop.signed(BODY, skew_s=400),
        lambda: shop.signed(json.dumps(json.loads(BODY), indent=1).encode()),
    ],
)
def test_what_is_not_signed_now_is_refused_and_leaves_nothing(signature):
    with nothing_written():
        answer = post(BODY, signature())

    assert (answer.status_code, answer.json()["code"]) == (401, "signature_refused")


def test_signed_rubbish_is_refused_and_leaves_nothing():
    with nothing_written():
        answer = post(b"{}")

    assert (answer.status_code, answer.json()["code"]) == (400, "event_unreadable")


def test_more_than_a_mebibyte_is_refused():
    with nothing_written():
        answer = post(b" " * (1024 * 1024 + 1))

    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_other_methods_are_refused():
    assert Browser().get("/hooks/stripe").status_code == 405
