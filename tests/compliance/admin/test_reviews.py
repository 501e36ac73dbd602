"""The page of a review: who sees what of the file, three verdicts, and refusals that lose nothing that was typed."""

import pytest

from apps.accounts.models import Customer
from apps.compliance.models import InformationRequest, KycApplication
from apps.core.models import AuditEvent
from apps.workflow.models import WorkItem
from tests.factories import accounts, compliance
from tests.support import staff
from tests.support.units import later, unit

pytestmark = pytest.mark.django_db

NUMBER = "219-09-9999"


@pytest.fixture
def waiting():
    with unit():
        return compliance.submitted()


@pytest.fixture
def analyst():
    return staff.signed_in("kyc_analyst")


@pytest.fixture
def holder(analyst, waiting):
    analyst.post("/console/queues/compliance.kyc/next/")
    return analyst


def page_of(application, part=""):
    return f"/console/compliance/kycapplication/{application.ref}/review/{part}"


def item_of(application):
    return WorkItem.objects.get(subject_id=application.ref)


def decided(browser, application, verdict, **given):
    item = item_of(application)
    fields = {"verdict": verdict, "item": item.ref, "version": item.version, "note": "", **given}
    return browser.post(page_of(application, "decide/"), fields)


def status_of(application):
    return KycApplication.objects.get(pk=application.pk).status


def test_who_holds_the_work_sees_everything(holder, waiting):
    answer = holder.get(page_of(waiting))

    body = answer.content.decode()
    assert NUMBER in body
    assert "12 Harbour Street, 21201 Baltimore, MD, US" in body
    assert all(image["url"] for image in answer.context["images"])
    assert 'name="verdict"' in body


def test_a_colleague_sees_numbers_masked_and_no_image(holder, waiting):
    answer = staff.signed_in("kyc_analyst").get(page_of(waiting))

    body = answer.content.decode()
    assert NUMBER not in body
    assert not any(image["url"] for image in answer.context["images"])
    assert 'name="verdict"' not in body


def test_opening_the_file_is_written_down(holder, waiting):
    holder.get(page_of(waiting))

    event = AuditEvent.objects.filter(action="compliance.application.read").latest("id")
    assert (event.subject, event.data, event.door) == (waiting.ref, {"masked": False}, "console")


@pytest.mark.parametrize("role", ["support_agent", "administrator", "auditor"])
def test_the_file_is_closed_to_other_roles(role, waiting):
    answer = staff.signed_in(role).get(page_of(waiting))

    assert answer.status_code == 403
    assert "Okonkwo" not in answer.content.decode()


def test_nobody_opens_their_own_file():
    with unit():
        own = accounts.customer()
        later()
        application = compliance.submitted(own)
        later()
        member = staff.member("kyc_analyst", linked_customer=own)

    answer = staff.entered(member).get(page_of(application))

    assert answer.status_code == 403


def test_a_draft_is_not_there(analyst):
    with unit():
        draft = compliance.kyc_application()

    assert analyst.get(page_of(draft)).status_code == 404
    assert analyst.get("/console/compliance/kycapplication/nonsense/review/").status_code == 404


def test_a_name_that_differs_is_marked():
    with unit():
        application = compliance.submitted(accounts.customer(name="Grace Other"))

    body = staff.signed_in("kyc_analyst").get(page_of(application)).content.decode()

    assert "sr-differs" in body
    assert "Grace Other" in body


def test_a_number_of_two_customers_is_named(holder, waiting):
    with unit():
        other = compliance.submitted()

    assert compliance.owner_of(other) in holder.get(page_of(waiting)).content.decode()


def test_approving_activates_the_customer(holder, waiting):
    answer = decided(holder, waiting, "approve", reason_approve="identity_confirmed")

    assert answer.url == "/console/queues/compliance.kyc/"
    assert status_of(waiting) == "approved"
    assert Customer.objects.get(pk=waiting.customer_id).status == "active"
    assert item_of(waiting).state == "decided"


def test_rejecting_tells_the_reason(holder, waiting):
    decided(holder, waiting, "reject", reason_reject="under_age", reason_approve="identity_confirmed")

    row = KycApplication.objects.get(pk=waiting.pk)
    assert (row.status, row.decision_reasons) == ("rejected", ["under_age"])


def test_asking_for_more_names_each_thing(holder, waiting):
    decided(holder, waiting, "ask", wanted=["selfie", "both_sides"])

    assert status_of(waiting) == "info_requested"
    assert InformationRequest.objects.get(application=waiting).items == ["selfie", "both_sides"]


@pytest.mark.parametrize(
    ("verdict", "given", "status"),
    [
        ("approve", {}, 422),
        ("approve", {"reason_approve": "under_age"}, 422),
        ("approve", {"reason_approve": "other", "note": "short"}, 422),
        ("reject", {"reason_reject": ""}, 422),
        ("ask", {"wanted": ["a pony"]}, 422),
        ("ask", {}, 422),
        ("sideways", {}, 404),
        ("approve", {"reason_approve": "identity_confirmed", "item": "nonsense"}, 404),
        ("approve", {"reason_approve": "identity_confirmed", "version": "0"}, 412),
        ("approve", {"reason_approve": "identity_confirmed", "version": "x"}, 412),
    ],
)
def test_a_verdict_that_does_not_fit_decides_nothing(holder, waiting, verdict, given, status):
    assert decided(holder, waiting, verdict, **given).status_code == status
    assert (status_of(waiting), item_of(waiting).state) == ("in_review", "claimed")


def test_a_lost_lease_decides_nothing_and_keeps_what_was_typed(holder, waiting):
    other = staff.signed_in("kyc_senior")
    holder.post(f"/console/work/{item_of(waiting).ref}/give-back/")
    other.post(f"/console/work/{item_of(waiting).ref}/take/")

    answer = decided(holder, waiting, "reject", reason_reject="facts_differ", note="The year of birth is another.")

    body = answer.content.decode()
    assert answer.status_code == 409
    assert "lease_lost" in body
    assert "The year of birth is another." in body
    assert answer.context["typed"]["reason_reject"] == "facts_differ"
    assert status_of(waiting) == "in_review"


def test_two_reviewers_decide_once(holder, waiting):
    decided(holder, waiting, "approve", reason_approve="identity_confirmed")

    answer = decided(holder, waiting, "reject", reason_reject="facts_differ")

    assert answer.status_code == 409
    assert status_of(waiting) == "approved"


def test_earlier_attempts_are_shown(analyst):
    with unit():
        customer = accounts.customer()
        later()
        first = compliance.submitted(customer)
        later()
        compliance.rejected(first, compliance.reviewer(), "document_unreadable")
        later()
        second = compliance.submitted(customer)

    answer = analyst.get(page_of(second))

    assert len(answer.context["earlier"]) == 1
    assert first.ref in answer.content.decode()
