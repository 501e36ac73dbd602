"""Idempotency keys: one request is carried out once, whatever happens around it."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection

from apps.core import actors, audit, db
from apps.core.errors import Busy, Conflict, Invalid, LostRace
from apps.core.models import AuditEvent, IdempotencyKey
from apps.core.services import idempotency
from apps.core.services.idempotency import Answer, InProgress, KeyInvalid, KeyReused, KeySpent
from tests.support.threads import together

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
BY = actors.system("test")
HASH = bytes(range(32))
ANSWER = Answer(status=201, body={"id": "thg_1", "money": {"amount": 5, "currency": "USD"}}, headers={"ETag": '"v1"'})


class Call:
    """A request that writes one audit event of its own each time it is carried out."""

    def __init__(self, *failures: Exception) -> None:
        self.subject = f"thg_{uuid4().hex}"
        self.failures = list(failures)
        self.runs = 0

    def __call__(self) -> Answer:
        self.runs += 1
        audit.record(action="core.thing.make", subject=self.subject)
        if self.failures:
            raise self.failures.pop(0)
        return replace(ANSWER, subject=self.subject)

    @property
    def effects(self) -> int:
        return AuditEvent.objects.filter(subject=self.subject).count()


def run(call, *, key="k1", scope="usr_1 POST transfers", request_hash=HASH, **options):
    return idempotency.run(scope=scope, key=key, request_hash=request_hash, call=call, by=BY, at=AT, **options)


@pytest.mark.django_db
def test_first_request_is_carried_out():
    call = Call()

    answer = run(call)

    stored = IdempotencyKey.objects.get(scope="usr_1 POST transfers", key="k1")
    assert answer == replace(ANSWER, subject=call.subject)
    assert stored.status_code == 201
    assert (stored.subject, stored.request_hash, stored.created_at) == (call.subject, HASH, AT)
    assert call.effects == 1


@pytest.mark.django_db
def test_repetition_gets_the_stored_answer_and_no_effect():
    call = Call()
    first = run(call)

    second = run(call)

    assert second == replace(first, replayed=True)
    assert call.effects == 1


@pytest.mark.django_db
def test_repetition_that_would_be_refused_by_now_gets_the_stored_answer():
    call = Call()
    first = run(call)
    call.failures.append(Invalid(reason="funds"))

    assert run(call) == replace(first, replayed=True)
    assert call.effects == 1


@pytest.mark.django_db
def test_another_body_is_refused():
    call, other = Call(), Call()
    run(call)

    with pytest.raises(KeyReused):
        run(other, request_hash=bytes(32))

    assert other.effects == 0


@pytest.mark.django_db
@pytest.mark.parametrize("options", [{"key": "K1"}, {"scope": "usr_2 POST transfers"}])
def test_another_key_or_scope_is_another_request(options):
    run(Call())
    call = Call()

    assert run(call, **options).replayed is False
    assert call.effects == 1


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "k" * 256, "two words", "ü", "line\n", "\x7f"])
def test_a_key_of_wrong_form_is_refused(key):
    call = Call()

    with pytest.raises(KeyInvalid):
        run(call, key=key)

    assert call.runs == 0


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["!", "k" * 255, "a~b"])
def test_a_key_of_visible_characters_is_accepted(key):
    assert run(Call(), key=key).status == 201


@pytest.mark.django_db
def test_a_refusal_leaves_nothing_and_the_key_may_be_used_again():
    call = Call(Invalid(reason="funds"))
    with pytest.raises(Invalid):
        run(call)
    assert (IdempotencyKey.objects.count(), call.effects) == (0, 0)

    assert run(call).status == 201
    assert call.effects == 1


@pytest.mark.django_db
@pytest.mark.parametrize("lost", [1, 2])
def test_a_lost_race_is_run_again(lost):
    call = Call(*[LostRace() for _ in range(lost)])

    assert run(call).replayed is False
    assert (call.runs, call.effects) == (lost + 1, 1)


@pytest.mark.django_db
def test_a_race_lost_three_times_is_busy():
    call = Call(LostRace(), LostRace(), LostRace())

    with pytest.raises(LostRace):
        run(call)

    assert (call.runs, call.effects, IdempotencyKey.objects.count()) == (3, 0, 0)


@pytest.mark.django_db
def test_an_ended_lock_wait_is_not_run_again():
    call = Call(Busy())

    with pytest.raises(Busy):
        run(call)

    assert call.runs == 1


@pytest.mark.django_db
def test_what_comes_before_runs_outside_the_unit_and_once():
    seen = []
    call = Call(LostRace())

    run(call, before=lambda: seen.append(db.is_open()))
    run(call, before=lambda: seen.append(db.is_open()))

    assert seen == [False]


@pytest.mark.django_db
def test_trimming_blanks_old_answers_and_keeps_the_keys():
    call = Call()
    run(call)

    count = idempotency.trim(before=AT + timedelta(seconds=1), limit=10, by=BY, at=AT + timedelta(days=30))

    stored = IdempotencyKey.objects.get(key="k1")
    assert (count, stored.answer_sealed) == (1, None)
    assert stored.trimmed_at == AT + timedelta(days=30)
    with pytest.raises(KeySpent) as spent:
        run(call)
    assert spent.value.context == {"subject": call.subject}
    assert call.effects == 1


@pytest.mark.django_db
def test_trimming_leaves_young_answers_and_stops_at_its_limit():
    for key in ("k1", "k2"):
        run(Call(), key=key)

    assert idempotency.trim(before=AT, limit=10, by=BY, at=AT) == 0
    assert idempotency.trim(before=AT + timedelta(days=1), limit=1, by=BY, at=AT) == 1
    assert list(IdempotencyKey.objects.filter(trimmed_at__isnull=True).values_list("key", flat=True)) == ["k2"]


def test_six_at_once_are_one_effect(committed_db):
    call, key = Call(), uuid4().hex
    others = [lambda: run(call, key=key)] * 4 + [lambda: run(call, key=key, request_hash=bytes(32))] * 2

    outcomes = together(*others)

    answers = [one for one in outcomes if isinstance(one, Answer)]
    errors = [one for one in outcomes if not isinstance(one, Answer)]
    assert call.effects == 1
    assert sum(not one.replayed for one in answers) == 1
    assert {type(one) for one in errors} == {KeyReused}
    assert len(answers) in (2, 4)


class Slow:
    """A request that is written, but not committed before it is told to be."""

    def __init__(self, key: str) -> None:
        self.key, self.written, self.released = key, threading.Event(), threading.Event()

    def __call__(self) -> Answer:
        with db.unit(by=BY, at=AT) as unit:
            answer = run(Call(), key=self.key)
            unit.flush()
            self.written.set()
            self.released.wait()
        return answer


def test_a_twin_that_takes_too_long_is_in_progress(committed_db):
    slow = Slow(uuid4().hex)

    def second():
        slow.written.wait()
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '50ms'")
        try:
            return run(Call(), key=slow.key)
        finally:
            slow.released.set()

    outcomes = together(slow, second)

    assert outcomes[0].replayed is False
    assert isinstance(outcomes[1], InProgress)
    assert outcomes[1].context == {"retry_after_s": 1}
    assert isinstance(outcomes[1], Conflict)


def test_what_is_refused_while_its_twin_runs_gets_the_answer_of_the_twin(committed_db):
    slow = Slow(uuid4().hex)

    def second():
        slow.written.wait()
        threading.Timer(0.1, slow.released.set).start()
        return run(Call(Invalid(reason="funds")), key=slow.key)

    outcomes = together(slow, second)

    assert outcomes[1] == replace(outcomes[0], replayed=True)


def test_a_twin_of_a_refused_request_is_carried_out_and_answers_both(committed_db):
    started, carried_out, key = threading.Event(), threading.Event(), uuid4().hex
    second_call = Call()

    def refused():
        started.set()
        carried_out.wait()
        raise Invalid

    def second():
        started.wait()
        try:
            return run(second_call, key=key)
        finally:
            carried_out.set()

    outcomes = together(lambda: run(refused, key=key), second)

    assert outcomes[0] == replace(outcomes[1], replayed=True)
    assert outcomes[1].replayed is False
    assert second_call.effects == 1
