"""The page of a top-up in the console, and the queue of payments without an outcome: who sees and does what."""

from datetime import timedelta

import pytest

from apps.core import clock
from apps.payments.enums import TopUpStatus
from apps.payments.services import escalations
from apps.workflow.models import WorkItem
from tests.payments import shop
from tests.support import staff
from tests.support.written import nothing_written

pytestmark = pytest.mark.django_db
QUEUE = "/console/queues/payments.unknown/"
SESSIONS = {"sessions_session", "django_session"}


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
    return staff.signed_in("administrator")


def page_of(top_up, part=""):
    return f"/console/payments/topup/{top_up.ref}/payment/{part}"


def settled(browser, top_up, ended="failed", **given):
    item = WorkItem.objects.get(subject_id=top_up.ref)
    fields = {"ended": ended, "item": item.ref, "version": item.version, "reason": "partner_says", "note": "", **given}
    return browser.post(page_of(top_up, "settle/"), fields)


def test_the_queue_stands_on_home_and_leads_to_the_payment(clerk, lost):
    home, tree = clerk.get("/console/"), clerk.get(QUEUE)
    taken = clerk.post(f"{QUEUE}next/")

    assert "Payments without an outcome" in home.content.decode()
    assert lost.ref in tree.content.decode()
    assert (taken.status_code, taken["Location"]) == (302, page_of(lost))


def test_who_holds_the_work_settles_it(clerk, lost):
    clerk.post(f"{QUEUE}next/")

    page = clerk.get(page_of(lost))
    done = settled(clerk, lost)

    assert 'name="ended"' in page.content.decode()
    assert "The partner knows of no payment" in page.content.decode()
    assert (done.status_code, done["Location"]) == (302, QUEUE)
    assert shop.fresh(lost).status == TopUpStatus.FAILED


def test_a_refusal_loses_nothing_that_was_typed(clerk, lost):
    clerk.post(f"{QUEUE}next/")

    with nothing_written():
        answer = settled(clerk, lost, "captured", note="The customer says so.")

    body = answer.content.decode()
    assert (answer.status_code, answer.context["refused"].code) == (409, "no_evidence")
    assert "The customer says so." in body
    assert '<option value="captured" selected>' in body


def test_a_colleague_sees_the_payment_and_no_form(clerk, lost):
    clerk.post(f"{QUEUE}next/")
    other = staff.signed_in("administrator")

    body = other.get(page_of(lost)).content.decode()
    with nothing_written():
        refused = settled(other, lost)

    assert 'name="ended"' not in body
    assert "A colleague works on it." in body
    assert (refused.status_code, refused.context["refused"].code) == (409, "lease_lost")


def test_the_partner_is_asked_on_request(clerk, lost):
    answer = clerk.post(page_of(lost, "reread/"))

    assert (answer.status_code, answer["Location"]) == (302, page_of(lost))
    assert shop.topics(lost)[-1] == "payments.top_up.questioned"


@pytest.mark.parametrize(("role", "sees_calls"), [("support_agent", False), ("auditor", True)])
def test_others_look_and_do_nothing(role, sees_calls, lost):
    browser = staff.signed_in(role)

    body = browser.get(page_of(lost)).content.decode()
    answers = [settled(browser, lost).status_code, browser.post(page_of(lost, "reread/")).status_code]

    assert "20.00" in body
    assert ("Calls to the partner" in body, "Ask the partner now" in body) == (sees_calls, False)
    assert answers == [403, 403]
    assert shop.fresh(lost).status == TopUpStatus.UNKNOWN


def test_no_second_factor_no_page(lost):
    half = staff.entered(staff.member("administrator"), proved=False)

    assert half.get(page_of(lost)).status_code == 302
    with nothing_written():
        assert settled(half, lost).status_code == 302


def test_nothing_is_changed_by_looking(clerk, lost):
    with nothing_written():
        clerk.get(page_of(lost))
    assert clerk.get(page_of(lost, "settle/")).status_code == 405
    assert clerk.get("/console/payments/topup/nonsense/payment/").status_code == 404
