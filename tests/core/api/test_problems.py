"""Refusals: one form for views, for Django and for what nobody anticipated."""

import pytest

from apps.core.errors import registry

pytestmark = pytest.mark.django_db

FIELDS = {"type", "title", "status", "code", "detail", "errors", "request_id"}


@pytest.mark.parametrize(
    ("method", "address", "status", "code"),
    [
        ("GET", "nowhere", 404, "not_found"),
        ("GET", "notes/evt_u", 404, "not_found"),
        ("GET", "problems/nowhere", 404, "not_found"),
        ("POST", "health/live", 405, "method_not_allowed"),
        ("OPTIONS", "health/live", 405, "method_not_allowed"),
        ("TRACE", "health/live", 405, "method_not_allowed"),
        ("GET", "notes", 401, "login_required"),
        ("GET", "health/live?a=1", 422, "unknown_field"),
        ("GET", "fault/suspicious", 400, "malformed"),
        ("GET", "fault/slow", 504, "query_too_expensive"),
        ("GET", "fault/bug", 500, "internal_error"),
    ],
)
def test_refusals_have_one_form(nobody, method, address, status, code):
    answer = nobody.send(method, address)

    found = answer.json()
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert (set(found), found["code"], found["status"]) == (FIELDS, code, status)
    assert (found["type"], found["request_id"]) == (f"/api/v1/problems/{code}", answer["X-Request-ID"])
    assert code in registry()


def test_a_server_that_is_away_is_no_bug(nobody):
    answer = nobody.get("fault/redis")

    assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (503, "unavailable", "1")


def test_a_bug_tells_nothing(nobody):
    answer = nobody.get("fault/bug")

    assert (answer.json()["title"], answer.json()["detail"]) == ("Internal error", "Internal error")
    assert b"4111" not in answer.content


def test_a_refusal_of_a_service_carries_its_data_and_its_field(ann):
    answer = ann.post("notes", {"text": "refuse"})

    assert (answer.status_code, answer.json()["code"], answer.json()["context"]) == (
        422,
        "test_note_refused",
        {"limit": 3},
    )
    assert answer.json()["errors"] == [{"pointer": "/text", "code": "test_note_refused", "detail": "Refused"}]


def test_a_faulty_parameter_is_named(ann):
    answer = ann.get("notes?limit=0&cursr=a")

    assert [(fault["parameter"], fault["code"]) for fault in answer.json()["errors"]] == [
        ("limit", "min_value"),
        ("cursr", "unknown_field"),
    ]


def test_a_repeated_parameter_is_named(ann):
    answer = ann.get("notes?limit=1&limit=2")

    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (422, "limit")


def test_an_unknown_sign_in_is_challenged(nobody):
    answer = nobody.get("notes")

    assert answer["WWW-Authenticate"] == 'Session realm="api"'


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "nonsense"])
def test_the_answer_is_json_whatever_is_accepted(nobody, accept):
    answer = nobody.get("health/live", Accept=accept)

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")


def test_a_code_is_explained(nobody):
    assert nobody.get("problems/idempotency_key_reused").json() == {
        "code": "idempotency_key_reused",
        "status": 409,
        "title": "Key used for another request",
        "meaning": "The idempotency key was used for another request.",
        "advice": "Use a new key for a new request.",
    }


def test_all_codes_are_listed_page_by_page(nobody):
    found, address = [], "problems?limit=10"
    while address:
        answer = nobody.get(address).json()
        found += [kind["code"] for kind in answer["results"]]
        address = answer["next"] and answer["next"].removeprefix("/api/v1/")

    assert found == sorted(registry())
