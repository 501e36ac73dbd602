"""Reviewers: who may see and decide what, over HTTP."""

import io

import pytest
from django.db import connection
from PIL import Image

from apps.compliance.models import Document
from apps.core.models import AuditEvent
from tests.factories import accounts
from tests.factories import compliance as make
from tests.support.written import nothing_written

pytestmark = pytest.mark.django_db
BASE = "staff/compliance/applications"
APPROVE = {"verdict": "approve", "reason": "identity_confirmed"}


@pytest.fixture
def analyst(staff):
    return staff("kyc_analyst")


@pytest.fixture
def work(analyst, waiting, unit):
    """Return the body part that names the work which the analyst holds."""
    with unit():
        _, item = make.claimed(make.as_actor(analyst.login), waiting)
    return {"work_item": item.ref, "work_item_version": item.version}


def image_of(application):
    return f"staff/compliance/documents/{Document.objects.get(application=application).ref}/content"


def test_the_reviewer_sees_all_and_approves(analyst, waiting, work):
    read = analyst.get(f"{BASE}/{waiting.ref}").json()
    picture = analyst.get(image_of(waiting))
    decided = analyst.post(f"{BASE}/{waiting.ref}/decisions", {**APPROVE, **work})

    assert read["facts"]["id_number"]["number"] == "219-09-9999"
    assert (read["work_item"]["id"], read["work_item"]["is_mine"]) == (work["work_item"], True)
    assert (picture.status_code, Image.open(io.BytesIO(picture.content)).size) == (200, (60, 40))
    assert {name: picture.headers[name] for name in ("Content-Type", "Cache-Control", "X-Content-Type-Options")} == {
        "Content-Type": "image/jpeg",
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    assert "sandbox" in picture.headers["Content-Security-Policy"]
    assert (decided.status_code, decided.json()["status"]) == (200, "approved")


def test_reject_and_ask(analyst, waiting, work):
    asked = analyst.post(f"{BASE}/{waiting.ref}/information-requests", {"items": ["selfie"], **work})

    assert (asked.status_code, asked.json()["items"], asked.json()["status"]) == (201, ["selfie"], "open")


def test_reject_needs_words_for_other(analyst, waiting, work):
    with nothing_written():
        refused = analyst.post(f"{BASE}/{waiting.ref}/decisions", {"verdict": "reject", "reason": "other", **work})
    done = analyst.post(
        f"{BASE}/{waiting.ref}/decisions",
        {"verdict": "reject", "reason": "other", "note": "The face is another one.", **work},
    )

    assert (refused.status_code, refused.json()["code"]) == (422, "reason_text_required")
    assert (done.status_code, done.json()["status"]) == (200, "rejected")


def test_colleagues_see_it_masked_and_no_image(staff, waiting, work):
    colleague = staff("kyc_senior")

    read = colleague.get(f"{BASE}/{waiting.ref}").json()
    picture = colleague.get(image_of(waiting))

    assert read["facts"]["id_number"] == {"kind": "ssn", "country": "US", "last4": "9999", "number": ""}
    assert read["work_item"]["is_mine"] is False
    assert (picture.status_code, picture.json()["code"]) == (409, "lease_lost")


def test_the_second_of_two_reviewers_is_refused(staff, waiting, work):
    other = staff("kyc_analyst")

    with nothing_written():
        answer = other.post(f"{BASE}/{waiting.ref}/decisions", {**APPROVE, **work})

    assert (answer.status_code, answer.json()["code"]) == (409, "lease_lost")


def test_an_expired_lease_decides_nothing(analyst, waiting, work):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE workflow_workitem SET lease_until = clock_timestamp()")
    with nothing_written():
        answer = analyst.post(f"{BASE}/{waiting.ref}/decisions", {**APPROVE, **work})

    assert (answer.status_code, answer.json()["code"]) == (409, "lease_lost")


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"work_item_version": 1}, 412, "version_conflict"),
        ({"work_item_version": "2"}, 422, "invalid_field"),
        ({"work_item": "wki_0000000000000000000000000a"}, 404, "not_found"),
        ({"work_item": "nonsense"}, 422, "invalid_id"),
        ({"verdict": "maybe"}, 422, "invalid_field"),
        ({"reason": "nice_person"}, 422, "reason_unknown"),
        ({"colour": "blue"}, 422, "unknown_field"),
    ],
)
def test_a_decision_that_is_none_is_refused(analyst, waiting, work, change, status, code):
    with nothing_written():
        answer = analyst.post(f"{BASE}/{waiting.ref}/decisions", {**APPROVE, **work, **change})

    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize("items", [[], ["money"], "selfie", ["selfie"] * 7])
def test_what_cannot_be_asked_for_is_refused(analyst, waiting, work, items):
    with nothing_written():
        answer = analyst.post(f"{BASE}/{waiting.ref}/information-requests", {"items": items, **work})

    assert answer.status_code == 422


@pytest.mark.parametrize("role", ["support_agent", "administrator", "auditor", None])
def test_other_roles_are_refused_and_see_nothing(staff, waiting, work, role):
    caller = staff(*([role] if role else []))

    with nothing_written("core_auditevent"):
        answers = [
            caller.get(BASE),
            caller.get(f"{BASE}/{waiting.ref}"),
            caller.get(image_of(waiting)),
            caller.post(f"{BASE}/{waiting.ref}/decisions", {**APPROVE, **work}),
            caller.post(f"{BASE}/{waiting.ref}/information-requests", {"items": ["selfie"], **work}),
        ]

    assert {(one.status_code, one.json()["code"]) for one in answers} == {(403, "permission_denied")}
    assert not any("Okonkwo" in one.content.decode() for one in answers)
    assert AuditEvent.objects.filter(outcome="denied", actor_id=caller.login.ref).count() == 5


def test_customers_are_refused(ann, waiting):
    assert {ann.get(address).status_code for address in (BASE, f"{BASE}/{waiting.ref}", image_of(waiting))} == {403}


@pytest.mark.parametrize("how", ["linked", "same human"])
def test_nobody_reviews_themselves(staff, unit, how):
    with unit():
        customer = accounts.customer()
        row = make.submitted(customer)
    me = {"linked_customer": customer} if how == "linked" else {"human_id": customer.user.human_id}
    officer = staff("kyc_analyst", **me)
    with unit():
        _, item = make.claimed(make.as_actor(officer.login), row)
    work = {"work_item": item.ref, "work_item_version": item.version}
    with nothing_written():
        answers = [
            officer.get(f"{BASE}/{row.ref}"),
            officer.get(image_of(row)),
            officer.post(f"{BASE}/{row.ref}/decisions", {**APPROVE, **work}),
            officer.post(f"{BASE}/{row.ref}/information-requests", {"items": ["selfie"], **work}),
        ]

    assert {(one.status_code, one.json()["code"]) for one in answers} == {(403, "conflict_of_interest")}


def test_drafts_are_not_found(analyst, complete):
    assert analyst.get(f"{BASE}/{complete.ref}").status_code == 404
    assert analyst.get(image_of(complete)).status_code == 404
    assert analyst.get(BASE).json()["results"] == []


def test_list_filters_by_state(analyst, waiting, unit):
    with unit():
        make.rejected(make.submitted(), make.reviewer(), "document_expired")

    found = [analyst.get(f"{BASE}?status={status}").json()["results"] for status in ("in_review", "rejected", "draft")]

    assert [len(one) for one in found] == [1, 1, 0]
    assert found[0][0]["id"] == waiting.ref
    assert analyst.get(f"{BASE}?status=nonsense").status_code == 422


def test_list_costs_the_same_for_one_and_three(analyst, waiting, unit, django_assert_max_num_queries):
    analyst.get(BASE)
    with django_assert_max_num_queries(2):
        analyst.get(BASE)
    with unit():
        make.submitted()
        make.submitted()

    with django_assert_max_num_queries(2):
        assert len(analyst.get(BASE).json()["results"]) == 3


def test_a_decision_under_one_key_is_made_once(analyst, waiting, work):
    first, again = (
        analyst.post(f"{BASE}/{waiting.ref}/decisions", {**APPROVE, **work}, Idempotency_Key="k1") for _ in range(2)
    )

    assert (first.json(), again.headers["Idempotency-Replayed"]) == (again.json(), "true")
