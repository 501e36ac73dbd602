"""Calls to partners over the staff API: who reads them, asks again, and ends a payment without an outcome."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.core import clock, ids
from apps.payments.enums import TopUpStatus
from apps.payments.services import escalations
from apps.workflow.services import queues
from tests.factories import accounts as make
from tests.payments import shop
from tests.support import staff
from tests.support.callers import Caller
from tests.support.written import nothing_written

pytestmark = pytest.mark.django_db
BASE = "staff/payments/attempts"


@pytest.fixture
def lost(ada, partner):
    """Return a payment of thirty hours ago of which the partner knows nothing, in the queue."""
    method, ago = shop.card(partner, ada), timedelta(hours=-30)
    partner.spoil("error", path="/v1/payment_intents")
    top_up = shop.call(shop.reserved(method, 2_000, at=clock.now() + ago), after=ago)
    escalations.sweep(after=timedelta(hours=24), limit=10, by=shop.BY, at=clock.now())
    return shop.revisit(top_up)


@pytest.fixture
def clerk():
    return staff.member("administrator")


def charge(top_up) -> str:
    return shop.attempts_of(top_up)[0].ref


def body(clerk, **words):
    item = queues.claim_next(queue="payments.unknown", by=make.actor(clerk), at=clock.now())
    values = {"ended": "failed", "reason": "partner_says", "work_item": item.ref, "work_item_version": item.version}
    return {**values, **words}


def test_calls_are_listed_by_what_they_are_about(clerk, lost):
    caller = Caller(clerk)

    rows = caller.get(f"{BASE}?subject={lost.ref}").json()["results"]
    one = caller.get(f"{BASE}/{charge(lost)}").json()

    assert [(row["operation"], row["outcome"]) for row in rows] == [
        ("payment_intents.search", "rejected"),
        ("payment_intents.create", "unknown"),
    ]
    assert (one["id"], one["subject"], one["http_status"]) == (charge(lost), lost.ref, 500)
    assert len(caller.get(BASE).json()["results"]) > len(rows)


def test_the_evidence_is_what_the_partner_last_said(clerk, lost):
    found = Caller(clerk).get(f"{BASE}/{charge(lost)}/evidence").json()

    assert (found["id"], found["status"], found["finding"]) == (lost.ref, "unknown", "nothing")
    assert (found["proves_nothing_taken"], found["reading"]) == (True, shop.attempts_of(lost)[-1].ref)
    assert found["money"] == {"amount": 2_000, "currency": "USD"}


def test_a_clerk_asks_again_and_settles_once(clerk, lost):
    caller, key = Caller(clerk), ids.new().hex
    asked = caller.post(f"{BASE}/{charge(lost)}/reread")
    given = body(clerk)

    first, again = (caller.post(f"{BASE}/{charge(lost)}/resolve", given, Idempotency_Key=key) for _ in range(2))

    assert (asked.status_code, first.status_code, first.json()["status"]) == (202, 200, "failed")
    assert (again.status_code, again.json()) == (200, first.json())
    assert shop.topics(lost).count("payments.unknown.resolved") == 1


@pytest.mark.parametrize(
    ("words", "status", "code"),
    [
        ({"ended": "captured"}, 409, "no_evidence"),
        ({"ended": "declined"}, 409, "no_evidence"),
        ({"ended": "refunded"}, 422, "invalid_field"),
        ({"reason": "because"}, 422, "reason_unknown"),
        ({"reason": "other"}, 422, "reason_text_required"),
        ({"work_item": ids.encode("wki", ids.new())}, 404, "not_found"),
        ({"work_item_version": 99}, 412, "version_conflict"),
        ({"amount": 5}, 422, "unknown_field"),
    ],
)
def test_a_refused_end_writes_nothing(clerk, lost, words, status, code):
    caller, given = Caller(clerk), body(clerk, **words)

    with nothing_written():
        answer = caller.post(f"{BASE}/{charge(lost)}/resolve", given)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_an_end_by_hand_needs_a_key(clerk, lost):
    caller, given = Caller(clerk), body(clerk)

    with nothing_written():
        answer = caller.send("POST", f"{BASE}/{charge(lost)}/resolve", given)

    assert answer.status_code == 400


def test_a_payment_above_what_one_person_settles_stays_open(clerk, lost, settings):
    settings.SETTLE_ALONE_MOST = {"USD": 1_999}
    caller, given = Caller(clerk), body(clerk)

    with nothing_written():
        answer = caller.post(f"{BASE}/{charge(lost)}/resolve", given)

    assert (answer.status_code, answer.json()["code"]) == (409, "second_person_needed")


def test_a_call_about_a_card_has_no_end_of_a_payment(ada, clerk, partner):
    attempt = shop.attempts_of(shop.card(partner, ada))[0].ref
    caller = Caller(clerk)

    answers = [caller.get(f"{BASE}/{attempt}/evidence"), caller.post(f"{BASE}/{attempt}/reread")]

    assert {answer.status_code for answer in answers} == {404}


@pytest.mark.parametrize(("role", "reads"), [("auditor", 200), ("support_agent", 403), ("kyc_senior", 403)])
def test_others_read_at_most(lost, role, reads):
    other = Caller(staff.member(role))

    assert other.get(f"{BASE}/{charge(lost)}").status_code == reads
    with nothing_written("core_auditevent"):
        refused = [other.post(f"{BASE}/{charge(lost)}/{verb}", {}).status_code for verb in ("reread", "resolve")]
    assert refused == [403, 403]


def test_customers_do_not_see_calls(ada, lost):
    assert Caller(ada.user).get(f"{BASE}/{charge(lost)}").status_code in (403, 404)
    assert shop.fresh(lost).status == TopUpStatus.UNKNOWN


@pytest.mark.parametrize("cards", [0, 2])
def test_a_list_takes_the_same_queries_for_any_number(clerk, lost, cards, partner):
    for _ in range(cards):
        shop.card(partner, shop.person())
    caller = Caller(clerk)

    with CaptureQueriesContext(connection) as queries:
        caller.get(BASE)

    assert len(queries) == 2
