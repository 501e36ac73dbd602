"""Attempts: a row before the call, one key for its repetitions, one record of what it came to."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection

from apps.core.errors import Duplicate, NoUnit
from apps.partners.models import Attempt
from apps.partners.outcomes import Accepted, Declined, Unknown, Wire
from apps.partners.selectors import attempts as selectors
from apps.partners.services import attempts
from apps.partners.services.attempts import Called
from tests.factories import partners as make
from tests.partners.frame import AT

pytestmark = pytest.mark.django_db

KEEP = frozenset({"id", "amount", "status"})


def called(attempt: Attempt, outcome=None, wire: Wire | None = None) -> Called:
    return Called(attempt, outcome or Accepted("succeeded", {"id": "pi_1"}), wire or Wire(), AT + timedelta(seconds=2))


def test_prepare_writes_a_row_without_an_outcome(unit):
    with unit():
        attempt = make.attempt()

    kept = Attempt.objects.get(pk=attempt.pk)
    assert (kept.generation, kept.retry_no, kept.outcome, kept.claimed_at, kept.prepared_at) == (1, 0, None, None, AT)


def test_prepare_needs_a_unit():
    before = Attempt.objects.count()

    with pytest.raises(NoUnit):
        make.attempt()

    assert Attempt.objects.count() == before


def test_prepare_refuses_a_second_call_of_the_same_act(unit):
    subject = make.subject()
    with unit():
        make.attempt(subject=subject)

    with pytest.raises(Duplicate), unit():
        make.attempt(subject=subject)

    assert [one.retry_no for one in selectors.of_subject(subject)] == [0]


def test_a_repetition_keeps_the_key_and_a_new_generation_has_another(unit):
    subject = make.subject()
    with unit():
        first = make.attempt(subject=subject)
        again = make.attempt(subject=subject, retry_of=first)
        third = make.attempt(subject=subject, retry_of=again)
        other = make.attempt(subject=subject, generation=2)

    assert first.idempotency_key == again.idempotency_key == third.idempotency_key != other.idempotency_key
    assert [(one.generation, one.retry_no) for one in (first, again, third, other)] == [(1, 0), (1, 1), (1, 2), (2, 0)]


def test_keys_differ_by_subject_and_operation(unit):
    subject = make.subject()
    with unit():
        rows = [make.attempt(subject=subject), make.attempt(), make.attempt(subject=subject, operation="other")]

    assert len({row.idempotency_key for row in rows}) == 3


def test_finish_records_the_outcome_and_scrubs_the_conversation(unit):
    card = "4242424242424242"
    wire = Wire(402, {"amount": 5, "number": card}, {"id": card, "message": card}, "req_1", 12)
    with unit():
        attempt = make.attempt()
        is_first = attempts.finish(called=called(attempt, Declined(f"no {card}", {"id": "pi_2"}), wire), keep=KEEP)

    kept = Attempt.objects.get(pk=attempt.pk)
    assert is_first
    assert (kept.outcome, kept.code, kept.partner_ref, kept.http_status) == ("declined", "no [card]", "pi_2", 402)
    assert (kept.finished_at, kept.latency_ms) == (AT + timedelta(seconds=2), 12)
    assert kept.request_redacted == {"amount": 5, "number": "[hidden]"}
    assert kept.response_redacted == {"id": "[card]", "message": "[hidden]"}


def test_finish_keeps_the_first_record(unit):
    with unit():
        attempt = make.attempt()
        attempts.finish(called=called(attempt, Unknown("worker_lost")), keep=KEEP)
        is_first = attempts.finish(called=called(attempt), keep=KEEP)

    assert not is_first
    assert Attempt.objects.values_list("outcome", "code").get(pk=attempt.pk) == ("unknown", "worker_lost")


@pytest.mark.parametrize(
    "change",
    [
        "outcome = 'accepted', code = 'x', finished_at = now()",
        "subject = 'top_other'",
        "outcome = NULL, code = NULL, finished_at = NULL",
    ],
)
def test_a_recorded_attempt_is_not_rewritten_by_raw_sql(unit, change):
    with unit():
        attempt = make.attempt()
        attempts.finish(called=called(attempt, Declined("no")), keep=KEEP)

    with pytest.raises(DatabaseError), unit(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE partners_attempt SET {change} WHERE id = %s", [attempt.pk])

    assert Attempt.objects.values_list("outcome", "code").get(pk=attempt.pk) == ("declined", "no")


def test_a_certain_failure_is_told_from_doubt(unit):
    with unit():
        refused, doubtful, open_ = make.attempt(), make.attempt(), make.attempt()
        attempts.finish(called=called(refused, Declined("no")), keep=KEEP)
        attempts.finish(called=called(doubtful, Unknown("timeout")), keep=KEEP)

    assert [selectors.has_failed_for_certain(one) for one in (refused, doubtful, open_)] == [True, False, False]
