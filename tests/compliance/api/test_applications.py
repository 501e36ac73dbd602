"""A customer's way from a draft to a decision, over HTTP."""

import pytest

from apps.compliance.models import Document, KycApplication
from apps.core import ids
from apps.core.models import IdempotencyKey
from tests.compliance.api.conftest import started
from tests.factories import compliance as make
from tests.support.callers import Caller
from tests.support.written import nothing_written

pytestmark = pytest.mark.django_db

FACTS = {
    "legal_name": "Ada Okonkwo",
    "born_on": "1990-02-28",
    "nationality": "NG",
    "address": {"line1": "12 Harbour Street", "city": "Baltimore", "postal_code": "21201", "country": "US"},
    "id_number": {"kind": "ssn", "country": "US", "number": "219-09-9999"},
}


def test_a_customer_applies(ann):
    begun = ann.post("kyc/applications", {"target_tier": "tier1"})
    address = begun.headers["Location"].removeprefix("/api/v1/")
    stated = ann.patch(address, {"facts": FACTS}, If_Match=begun.headers["ETag"])
    front = ann.upload(begun.json()["id"], make.image("PNG"), "id_card_front")
    back = ann.upload(begun.json()["id"], make.image(), "id_card_back")
    submitted = ann.post(f"{address}/submit")

    assert [one.status_code for one in (begun, stated, front, back, submitted)] == [201, 200, 201, 201, 200]
    assert (begun.json()["status"], submitted.json()["status"]) == ("draft", "in_review")
    assert stated.json()["missing"] == ["identity_document"]
    assert stated.json()["facts"]["id_number"] == {"kind": "ssn", "country": "US", "last4": "9999"}
    assert stated.json()["facts"]["address"]["region"] == ""
    read = ann.get(address).json()
    assert [one["kind"] for one in read["documents"]] == ["id_card_front", "id_card_back"]
    assert (read["missing"], read["reasons"], read["information_request"]) == ([], [], None)


def test_answers_that_are_kept_hold_no_facts(ann):
    row = started(ann)
    ann.patch(f"kyc/applications/{row.ref}", {"facts": FACTS}, If_Match='"v1"')
    ann.upload(row.ref, make.image())
    ann.post(f"kyc/applications/{row.ref}/submit")

    kept = list(IdempotencyKey.objects.values_list("answer_sealed", flat=True))

    assert len(kept) == 3
    assert not any(b"Okonkwo" in answer or b"facts" in answer for answer in kept)


def test_what_was_asked_for_is_told_in_words(ann, unit):
    row = started(ann)
    with unit():
        officer = make.reviewer()
        make.complete(row)
        row.refresh_from_db()
        make.asked(make.submit(row), officer, ["selfie"])

    read = ann.get(f"kyc/applications/{row.ref}").json()

    assert read["status"] == "info_requested"
    assert read["information_request"]["items"] == [{"code": "selfie", "text": "Send a portrait of yourself."}]


def test_a_rejection_is_told_in_approved_words(ann, unit):
    row = started(ann)
    with unit():
        officer = make.reviewer()
        make.complete(row)
        make.rejected(make.submit(row), officer, "document_expired")

    read = ann.get(f"kyc/applications/{row.ref}").json()

    assert (read["status"], read["reasons"]) == (
        "rejected",
        [{"code": "document_expired", "text": "Your document has expired."}],
    )


@pytest.mark.parametrize(
    ("facts", "code", "pointer"),
    [
        ({"legal_name": 7}, "invalid_field", "/facts/legal_name"),
        ({"legal_name": ""}, "invalid_field", "/facts/legal_name"),
        ({"legal_name": None}, "invalid_field", "/facts/legal_name"),
        ({"born_on": "28.2.1990"}, "invalid_field", "/facts/born_on"),
        ({"born_on": "2999-01-01"}, "fact_invalid", "/facts/born_on"),
        ({"nationality": "XX"}, "country_unknown", "/facts/nationality"),
        ({"shoe_size": 42}, "unknown_field", "/facts/shoe_size"),
        ({"address": {"line1": "x", "city": "y"}}, "invalid_field", "/facts/address/country"),
        ({"address": {**FACTS["address"], "planet": "Earth"}}, "unknown_field", "/facts/address/planet"),
        ({"address": "somewhere"}, "invalid_field", "/facts/address"),
        ({"id_number": {"kind": "shoe", "country": "US", "number": "1"}}, "invalid_field", "/facts/id_number/kind"),
    ],
)
def test_patch_refuses_what_is_no_fact(ann, facts, code, pointer):
    row = started(ann)
    with nothing_written():
        answer = ann.patch(f"kyc/applications/{row.ref}", {"facts": facts}, If_Match='"v1"')

    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]


@pytest.mark.parametrize(("tag", "status"), [(None, 428), ('"v9"', 412), ('W/"v1"', 412), ("*", 412)])
def test_patch_needs_the_version_that_was_seen(ann, tag, status):
    row = started(ann)
    with nothing_written():
        headers = {} if tag is None else {"If_Match": tag}
        answer = ann.patch(f"kyc/applications/{row.ref}", {"facts": FACTS}, **headers)

    assert answer.status_code == status


def test_submit_names_what_is_missing(ann):
    row = started(ann)
    with nothing_written():
        answer = ann.post(f"kyc/applications/{row.ref}/submit")

    assert (answer.status_code, answer.json()["code"]) == (422, "checks_incomplete")
    assert answer.json()["context"]["missing"][-1] == "identity_document"


def test_submit_twice_is_refused_and_under_one_key_repeated(ann, unit):
    row = started(ann)
    with unit():
        make.complete(row)
    first = ann.post(f"kyc/applications/{row.ref}/submit", Idempotency_Key="k1")
    with nothing_written():
        same = ann.post(f"kyc/applications/{row.ref}/submit", Idempotency_Key="k1")
        again = ann.post(f"kyc/applications/{row.ref}/submit")

    assert (same.json(), same.headers["Idempotency-Replayed"]) == (first.json(), "true")
    assert (again.status_code, again.json()["code"]) == (409, "invalid_state")


def test_post_refuses_a_second_application(ann):
    started(ann)
    with nothing_written():
        answer = ann.post("kyc/applications", {})

    assert (answer.status_code, answer.json()["code"]) == (409, "application_open")


@pytest.mark.parametrize("body", [{"target_tier": "tier9"}, {"target_tier": 1}, {"tier": "tier1"}])
def test_post_refuses_rubbish(ann, body):
    with nothing_written():
        answer = ann.post("kyc/applications", body)

    assert answer.status_code == 422


def test_others_do_not_find_it(ann, bob, unit):
    row = started(ann)
    with unit():
        document = make.document(row)
    with nothing_written():
        tag = {"If_Match": '"v1"'}

        def answers(application, image):
            return [
                bob.get(f"kyc/applications/{application}"),
                bob.patch(f"kyc/applications/{application}", {"facts": FACTS}, **tag),
                bob.post(f"kyc/applications/{application}/submit"),
                bob.upload(application, make.image()),
                bob.send("DELETE", f"kyc/documents/{image}", **tag),
            ]

        found = [
            answers(row.ref, document.ref),
            answers(KycApplication.ref_of(ids.new()), Document.ref_of(ids.new())),
        ]

        bodies = [[{**one.json(), "request_id": ""} for one in some] for some in found]

    assert {one.status_code for some in found for one in some} == {404}
    assert bodies[0] == bodies[1]
    assert bob.get("kyc/applications").json()["results"] == []


def test_a_login_that_is_no_customer_is_told_so(unit):
    with unit():
        nobody = Caller(make.login())
    with nothing_written():
        found = [nobody.get("kyc/applications"), nobody.post("kyc/applications", {})]

    assert {(one.status_code, one.json()["code"]) for one in found} == {(403, "customer_required")}


def test_list_costs_the_same_for_one_and_three(ann, unit, django_assert_num_queries):
    with unit():
        officer = make.reviewer()
        make.rejected(make.submitted(ann.customer), officer, "document_expired")
    with django_assert_num_queries(2):
        assert len(ann.get("kyc/applications").json()["results"]) == 1
    with unit():
        for _ in range(2):
            make.rejected(make.submitted(ann.customer), officer, "document_expired")

    with django_assert_num_queries(2):
        found = ann.get("kyc/applications").json()["results"]

    assert [one["status"] for one in found] == ["rejected"] * 3
