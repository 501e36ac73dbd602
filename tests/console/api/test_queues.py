"""Taking, holding and giving back work over HTTP."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.core import clock, ids
from apps.workflow.models import WorkItem
from tests.factories import accounts
from tests.factories import compliance as kyc
from tests.support.callers import Caller

pytestmark = pytest.mark.django_db
BASE = "staff/console"
KYC = f"{BASE}/queues/compliance.kyc"


@pytest.fixture
def ana(staff):
    return staff("kyc_analyst")


@pytest.fixture
def ben(staff):
    return staff("kyc_analyst")


@pytest.fixture
def lead(staff):
    return staff("kyc_senior")


@pytest.fixture
def application(db, unit):
    with unit():
        return kyc.submitted()


def item(answer):
    return f"{BASE}/work-items/{answer.json()['id']}"


def end_leases():
    with connection.cursor() as cursor:
        cursor.execute("UPDATE workflow_workitem SET lease_until = clock_timestamp() WHERE state = 'claimed'")


def test_claim_next_gives_the_work_and_its_version(ana, application):
    answer = ana.post(f"{KYC}/claim-next")

    body = answer.json()
    assert (answer.status_code, body["subject"], body["state"]) == (200, application.ref, "claimed")
    assert (body["claimed_by"], body["version"], answer.headers["ETag"]) == (ana.login.ref, 2, '"v2"')
    assert [one["id"] for one in ana.get(f"{BASE}/me/work-items").json()["results"]] == [body["id"]]


def test_claim_next_under_one_key_gives_the_same(ana, application, unit):
    with unit():
        kyc.submitted()

    first, again = (ana.post(f"{KYC}/claim-next", Idempotency_Key="k1") for _ in range(2))

    assert first.json() == again.json()
    assert WorkItem.objects.filter(state="claimed").count() == 1


def test_claim_next_of_an_empty_queue_is_204(ana, written):
    answer = ana.post(f"{KYC}/claim-next")

    assert (answer.status_code, answer.content) == (204, b"")
    assert written()[2] == []


def test_two_people_never_get_the_same(ana, ben, application):
    assert ana.post(f"{KYC}/claim-next").status_code == 200
    assert ben.post(f"{KYC}/claim-next").status_code == 204


@pytest.mark.parametrize("how", ["linked", "same human"])
def test_nobody_is_given_their_own_application(staff, unit, how, written):
    with unit():
        customer = accounts.customer()
        kyc.submitted(customer)
    me = {"linked_customer": customer} if how == "linked" else {"human_id": customer.user.human_id}
    officer = staff("kyc_senior", **me)
    reference = officer.get(f"{KYC}/items").json()["results"][0]["id"]
    before = written()

    chosen = officer.post(f"{BASE}/work-items/{reference}/claim")
    after = written()

    assert (chosen.status_code, chosen.json()["code"]) == (403, "own_work")
    assert after == before
    assert officer.post(f"{KYC}/claim-next").status_code == 204


def test_a_lead_chooses_and_others_do_not(ana, lead, application, written):
    reference = lead.get(f"{KYC}/items").json()["results"][0]["id"]
    before = written()

    refused = ana.post(f"{BASE}/work-items/{reference}/claim")
    after = written()
    taken = lead.post(f"{BASE}/work-items/{reference}/claim")

    assert (refused.status_code, refused.json()["code"]) == (403, "free_pick_refused")
    assert after == before
    assert taken.json()["claimed_by"] == lead.login.ref


def test_heartbeat_extends_and_keeps_the_version(ana, application):
    claimed = ana.post(f"{KYC}/claim-next")

    beat = ana.post(f"{item(claimed)}/heartbeat")

    assert beat.json()["lease_until"] > claimed.json()["lease_until"]
    assert beat.json()["version"] == claimed.json()["version"]


def test_a_lost_lease_is_told(ana, application, written):
    claimed = ana.post(f"{KYC}/claim-next")
    end_leases()
    before = written()

    beat = ana.post(f"{item(claimed)}/heartbeat")
    after = written()
    again = ana.post(f"{item(claimed)}/claim")

    assert (beat.status_code, beat.json()["code"]) == (409, "lease_lost")
    assert after == before
    assert (again.status_code, again.json()["claimed_by"]) == (200, ana.login.ref)


def test_release_gives_it_to_others(ana, ben, application):
    claimed = ana.post(f"{KYC}/claim-next")

    back = ana.post(f"{item(claimed)}/release")

    assert (back.json()["state"], back.json()["claimed_by"]) == ("open", "")
    assert ben.post(f"{KYC}/claim-next").json()["id"] == claimed.json()["id"]
    kinds = [one["kind"] for one in ana.get(f"{item(claimed)}/events").json()["results"]]
    assert kinds == ["claimed", "released", "claimed"]


def test_skip_and_snooze_need_a_known_reason(ana, application, written):
    claimed = ana.post(f"{KYC}/claim-next")
    until = (clock.now() + timedelta(days=1)).isoformat()
    before = written()

    refused = [
        ana.post(f"{item(claimed)}/skip", {"reason": "boredom"}),
        ana.post(f"{item(claimed)}/skip", {}),
        ana.post(f"{item(claimed)}/snooze", {"reason": "language", "until": "2020-01-01T00:00:00Z"}),
        ana.post(f"{item(claimed)}/snooze", {"reason": "language", "until": "tomorrow"}),
    ]
    after = written()
    asleep = ana.post(f"{item(claimed)}/snooze", {"reason": "awaiting_answer", "until": until})

    assert [(one.status_code, one.json()["code"]) for one in refused] == [
        (422, "reason_unknown"),
        (422, "invalid_field"),
        (422, "snooze_invalid"),
        (422, "invalid_field"),
    ]
    assert after == before
    assert asleep.json()["state"] == "snoozed"


def test_skip_leaves_it_to_others(ana, ben, application):
    claimed = ana.post(f"{KYC}/claim-next")

    ana.post(f"{item(claimed)}/skip", {"reason": "language"})

    assert ana.post(f"{KYC}/claim-next").status_code == 204
    assert ben.post(f"{KYC}/claim-next").json()["id"] == claimed.json()["id"]


def test_queues_of_others_are_not_there(staff, application, lead):
    agent = staff("support_agent")
    reference = lead.get(f"{KYC}/items").json()["results"][0]["id"]
    addresses = [f"{KYC}/items", f"{BASE}/work-items/{reference}", f"{BASE}/work-items/{reference}/events"]

    assert "compliance.kyc" not in [one["code"] for one in agent.get(f"{BASE}/queues").json()["results"]]
    assert {agent.get(address).status_code for address in addresses} == {404}
    assert agent.post(f"{KYC}/claim-next").status_code == 404
    for verb in ("claim", "heartbeat", "release"):
        assert agent.post(f"{BASE}/work-items/{reference}/{verb}").status_code == 404
    assert WorkItem.objects.get().state == "open"


@pytest.mark.parametrize("role", ["auditor", None])
def test_who_works_on_no_queue_is_refused(staff, application, role, written):
    caller = staff(*([role] if role else []))
    before = written()

    answers = [caller.get(f"{BASE}/queues"), caller.post(f"{KYC}/claim-next"), caller.get(f"{BASE}/me/work-items")]

    assert {one.status_code for one in answers} == {403}
    assert written() == before


def test_customers_and_nobody_are_refused(unit, application):
    with unit():
        customer = Caller(accounts.customer().user)

    assert customer.post(f"{KYC}/claim-next").status_code == 403
    assert Caller().post(f"{KYC}/claim-next").status_code == 401


def test_unknown_work_and_queues_are_not_found(ana):
    assert ana.get(f"{BASE}/work-items/{WorkItem.ref_of(ids.new())}").status_code == 404
    assert ana.post(f"{BASE}/queues/no.such/claim-next").status_code == 404


def test_lists_cost_the_same_for_one_and_three(ana, application, unit):
    claimed = item(ana.post(f"{KYC}/claim-next"))
    addresses = (f"{BASE}/queues", f"{KYC}/items", f"{BASE}/me/work-items", f"{claimed}/events")
    for address in addresses:
        ana.get(address)

    one = [cost(ana, address) for address in addresses]
    with unit():
        kyc.submitted()
        kyc.submitted()
    ana.post(f"{claimed}/release")
    for _ in range(3):
        ana.post(f"{KYC}/claim-next")
    three = [cost(ana, address) for address in addresses]

    assert three == one


def cost(caller, address):
    """Return how many queries a list takes."""
    with CaptureQueriesContext(connection) as queries:
        assert caller.get(address).json()["results"]
    return len(queries)
