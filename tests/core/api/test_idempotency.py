"""Idempotency-Key at the door: required or accepted, replayed, bound to caller, operation and body."""

import pytest

from apps.core.models import AuditEvent, IdempotencyKey

pytestmark = pytest.mark.django_db


def effects():
    return AuditEvent.objects.filter(action="test.note.write").count()


def test_a_repetition_is_answered_without_a_second_effect(ann):
    first = ann.post("payments", {"text": "a"}, Idempotency_Key="k1")
    again = ann.post("payments", b'{ "text" : "a" }', Idempotency_Key="k1")

    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
    assert ("Idempotency-Replayed" in first, again["Idempotency-Replayed"], effects()) == (False, "true", 1)


def test_headers_are_replayed_too(ann):
    first = ann.post("notes", {"text": "a"}, Idempotency_Key="k1")
    again = ann.post("notes", {"text": "a"}, Idempotency_Key="k1")

    assert first["Location"] == again["Location"] == f"/api/v1/notes/{first.json()['id']}"


def test_another_body_is_refused(ann):
    ann.post("payments", {"text": "a"}, Idempotency_Key="k1")

    answer = ann.post("payments", {"text": "b"}, Idempotency_Key="k1")

    assert (answer.status_code, answer.json()["code"], effects()) == (409, "idempotency_key_reused", 1)


def test_a_required_key_is_required(ann):
    answer = ann.post("payments", {"text": "a"})

    assert (answer.status_code, answer.json()["code"], effects()) == (400, "idempotency_key_required", 0)


def test_an_accepted_key_may_be_left_out(ann):
    statuses = [ann.post("notes", {"text": "a"}).status_code for _ in range(2)]

    assert (statuses, effects(), IdempotencyKey.objects.count()) == ([201, 201], 2, 0)


@pytest.mark.parametrize("address", ["payments", "notes"])
@pytest.mark.parametrize("key", ["", " ", "a b", "k" * 256, "k\u00e9"])
def test_a_malformed_key_is_refused(ann, address, key):
    answer = ann.post(address, {"text": "a"}, Idempotency_Key=key)

    assert (answer.status_code, answer.json()["code"], effects()) == (400, "idempotency_key_invalid", 0)


def test_the_longest_key_is_taken(ann):
    assert ann.post("payments", {"text": "a"}, Idempotency_Key="k" * 255).status_code == 201


def test_callers_operations_and_cases_do_not_share_keys(ann, bob):
    answers = [
        ann.post("payments", {"text": "a"}, Idempotency_Key="k1"),
        bob.post("payments", {"text": "a"}, Idempotency_Key="k1"),
        ann.post("notes", {"text": "a"}, Idempotency_Key="k1"),
        ann.post("payments", {"text": "a"}, Idempotency_Key="K1"),
    ]

    assert ([answer.status_code for answer in answers], effects()) == ([201] * 4, 4)


def test_a_refusal_leaves_the_key_free(ann):
    refused = ann.post("payments", {"text": "refuse"}, Idempotency_Key="k1")
    left = (effects(), IdempotencyKey.objects.count())
    taken = ann.post("payments", {"text": "a"}, Idempotency_Key="k1")

    assert (refused.status_code, left, taken.status_code, effects()) == (422, (0, 0), 201, 1)
