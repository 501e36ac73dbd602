"""The page of a queue: the next piece first, taking it, giving it back; nobody sees another's queue."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.console.admin import queues as module
from apps.workflow.models import WorkItem, WorkItemEvent
from tests.factories import accounts, compliance
from tests.support import staff
from tests.support.units import later, unit

pytestmark = pytest.mark.django_db

QUEUE = "/console/queues/compliance.kyc/"


@pytest.fixture
def analyst():
    return staff.signed_in("kyc_analyst")


@pytest.fixture
def waiting():
    with unit():
        return compliance.submitted()


def item_of(application):
    return WorkItem.objects.get(subject_id=application.ref)


def test_it_shows_what_waits_with_its_date(analyst, waiting):
    answer = analyst.get(QUEUE)

    (row,) = answer.context["waiting"]
    assert (row.ref, row.band in {"today", "later"}) == (item_of(waiting).ref, True)
    assert answer.context["mine"] == []


def test_taking_the_next_leads_to_its_file(analyst, waiting):
    answer = analyst.post(f"{QUEUE}next/")

    assert answer.url == f"/console/compliance/kycapplication/{waiting.ref}/review/"
    assert item_of(waiting).state == "claimed"
    assert [row.ref for row in analyst.get(QUEUE).context["mine"]] == [item_of(waiting).ref]


def test_taking_where_nothing_waits_says_so(analyst):
    answer = analyst.post(f"{QUEUE}next/", follow=True)

    assert "Nothing waits that fits you." in answer.content.decode()


def test_colleagues_see_who_has_it_and_cannot_take_it(analyst, waiting):
    analyst.post(f"{QUEUE}next/")
    other = staff.signed_in("kyc_analyst")

    assert len(other.get(QUEUE).context["others"]) == 1
    other.post(f"/console/work/{item_of(waiting).ref}/take/")
    assert len(other.get(QUEUE).context["mine"]) == 0


def test_a_lead_picks_and_an_analyst_does_not(analyst, waiting):
    url = f"/console/work/{item_of(waiting).ref}/take/"

    assert analyst.post(url).url == QUEUE
    assert item_of(waiting).state == "open"
    assert staff.signed_in("kyc_senior").post(url).url.endswith(f"{waiting.ref}/review/")
    assert item_of(waiting).state == "claimed"


def test_giving_back_with_a_reason_keeps_it_away(analyst, waiting):
    analyst.post(f"{QUEUE}next/")

    answer = analyst.post(f"/console/work/{item_of(waiting).ref}/give-back/", {"reason": "language"}, follow=True)

    assert "Given back." in answer.content.decode()
    assert item_of(waiting).state == "open"
    assert WorkItemEvent.objects.get(kind="skipped").reason_code == "language"
    analyst.post(f"{QUEUE}next/")
    assert item_of(waiting).state == "open"


@pytest.mark.parametrize("given", [{"reason": "no such"}, {}])
def test_giving_back_what_is_not_held_changes_nothing(analyst, waiting, given):
    answer = analyst.post(f"/console/work/{item_of(waiting).ref}/give-back/", given, follow=True)

    assert "Given back." not in answer.content.decode()
    assert item_of(waiting).version == 1


def test_nobody_is_given_their_own_application(waiting):
    with unit():
        own = accounts.customer()
        later()
        compliance.submitted(own)
        later()
        member = staff.member("kyc_senior", linked_customer=own)
    browser = staff.entered(member)

    browser.post(f"{QUEUE}next/")
    browser.post(f"{QUEUE}next/")

    assert WorkItem.objects.get(customer_ref=own.ref).state == "open"
    assert item_of(waiting).state == "claimed"


@pytest.mark.parametrize("path", ["queues/helpdesk.ticket/", "queues/no.such/"])
def test_anothers_queue_is_not_there(analyst, path):
    assert analyst.get(f"/console/{path}").status_code == 404


def test_work_of_anothers_queue_is_not_there(waiting):
    agent = staff.signed_in("support_agent")

    assert agent.post(f"/console/work/{item_of(waiting).ref}/take/").status_code == 404
    assert agent.post("/console/work/nonsense/take/").status_code == 404


def test_the_page_needs_as_many_queries_for_one_as_for_three(analyst, waiting):
    analyst.get(QUEUE)
    with CaptureQueriesContext(connection) as one:
        analyst.get(QUEUE)
    for _ in range(2):
        with unit():
            compliance.submitted()
    with CaptureQueriesContext(connection) as three:
        analyst.get(QUEUE)

    assert len(one) == len(three)


def test_only_so_many_are_shown(analyst, monkeypatch):
    monkeypatch.setattr(module, "_SHOWN", 1)
    for _ in range(2):
        with unit():
            compliance.submitted()

    assert len(analyst.get(QUEUE).context["waiting"]) == 1
