"""Audit events: what is written, in which exact form, and that it stays."""

import hashlib
import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, connections

from apps.core import audit, db, ids
from apps.core.actors import Actor, Via
from apps.core.enums import DeliveryState
from apps.core.errors import NotDeletable, NoUnit, PlainUpdateRefused, ProgrammingFault
from apps.core.models import AuditEvent
from apps.core.money import Money

AT = datetime(2026, 3, 1, 12, 30, 15, 250, tzinfo=UTC)
BY = Actor(
    kind="staff",
    id="usr_7",
    label="Ana",
    human_id="hum_7",
    roles=frozenset({"support_agent", "auditor"}),
    on_behalf_of="cus_9",
    via=Via(door="console", request_id="req-1", ip="192.0.2.7", login_ref="lgn_3"),
)


def record(**columns):
    with db.unit(by=BY, at=AT):
        key = audit.record(**{"action": "core.thing.do", "subject": "thg_1", **columns})
    return AuditEvent.objects.get(pk=key)


@pytest.mark.django_db
def test_record_writes_who_what_and_where():
    event = record(customer="cus_1", related=["tkt_1"], reason_code="asked", reason_text="by phone", clearance="sar")

    stored = AuditEvent.objects.get(pk=event.pk)
    assert {name: getattr(stored, name) for name in audit.COVERED} == {
        "id": event.pk,
        "at": AT,
        "actor_kind": "staff",
        "actor_id": "usr_7",
        "actor_label": "Ana",
        "human_id": "hum_7",
        "on_behalf_of": "cus_9",
        "roles": ["auditor", "support_agent"],
        "door": "console",
        "login_ref": "lgn_3",
        "ip": "192.0.2.7",
        "action": "core.thing.do",
        "command": "",
        "subject": "thg_1",
        "subject_label": "",
        "customer_ref": "cus_1",
        "related": ["tkt_1"],
        "outcome": "done",
        "reason_code": "asked",
        "reason_text": "by phone",
        "request_id": "req-1",
        "before": None,
        "after": None,
        "data": None,
        "clearance": "sar",
    }


@pytest.mark.django_db
def test_record_is_stamped_by_the_database():
    with db.unit(by=BY, at=AT), connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        (transaction,) = cursor.fetchone()
        event = audit.record(action="core.thing.do", subject="thg_1")

    stored = AuditEvent.objects.get(pk=event)
    assert (stored.epoch, stored.xid) == (1, transaction)
    assert stored.recorded_at > AT + timedelta(days=30)


@pytest.mark.django_db
def test_record_takes_a_row_as_its_typed_id():
    first = record()

    assert record(subject=first).subject == ids.encode("evt", first.pk)


@pytest.mark.django_db
def test_record_keeps_values_in_their_exact_form():
    cairo = timezone(timedelta(hours=2))
    event = record(
        data={
            "money": Money(1250, "USD"),
            "when": datetime(2026, 3, 1, 2, tzinfo=cairo),
            "on": date(2026, 3, 1),
            "rate": Decimal("1.10"),
            "id": UUID(int=5),
            "state": DeliveryState.DEAD,
            "codes": {"b", "a"},
            "list": [None, True, ("é", 2**70)],
        }
    )

    assert AuditEvent.objects.get(pk=event.pk).data == {
        "money": {"amount": 1250, "currency": "USD"},
        "when": "2026-03-01T00:00:00.000000Z",
        "on": "2026-03-01",
        "rate": "1.10",
        "id": "00000000-0000-0000-0000-000000000005",
        "state": "dead",
        "codes": ["a", "b"],
        "list": [None, True, ["é", 2**70]],
    }


@pytest.mark.django_db
def test_digest_is_that_of_the_canonical_text():
    event = record(before={"z": 1, "a": [{"y": 2, "b": "ü"}]})

    stored = AuditEvent.objects.get(pk=event.pk)
    named = {name: getattr(stored, name) for name in audit.COVERED}
    named |= {"id": str(stored.pk), "at": "2026-03-01T12:30:15.000250Z"}
    text = json.dumps(named, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert stored.digest == hashlib.sha256(text.encode()).digest()
    assert '"before":{"a":[{"b":"ü","y":2}],"z":1}' in text


@pytest.mark.django_db
@pytest.mark.parametrize("value", [1.5, float("nan"), object(), b"x"])
def test_record_refuses_what_has_no_exact_form(value):
    with pytest.raises(ProgrammingFault):
        record(data={"deep": [value]})

    assert AuditEvent.objects.count() == 0


@pytest.mark.django_db
def test_record_needs_a_unit():
    with pytest.raises(NoUnit):
        audit.record(action="core.thing.do", subject="thg_1")


@pytest.mark.django_db
def test_event_cannot_be_changed_or_deleted_by_the_model():
    event = record()

    with db.unit(by=BY, at=AT), pytest.raises(PlainUpdateRefused):
        event.save()
    with pytest.raises(NotDeletable):
        event.delete()


@pytest.mark.django_db
def test_an_unknown_outcome_is_refused_by_the_database():
    with pytest.raises(DatabaseError):
        record(outcome="maybe")


@pytest.mark.parametrize(("alias", "sqlstate"), [("default", "42501"), ("owner", "23001")])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE core_auditevent SET action = 'x'",
        "UPDATE core_auditevent_{month} SET action = 'x'",
        "DELETE FROM core_auditevent",
        "DELETE FROM core_auditevent_{month}",
        "TRUNCATE core_auditevent CASCADE",
        "TRUNCATE core_auditevent_{month}",
        "TRUNCATE core_auditevent_default",
    ],
)
def test_events_stay_against_raw_sql(committed_db, alias, sqlstate, statement):
    event = record()
    month = ids.time_of(event.pk).strftime("%Y%m")

    with pytest.raises(DatabaseError) as refused, connections[alias].cursor() as cursor:
        cursor.execute(statement.format(month=month))

    assert refused.value.__cause__.sqlstate == sqlstate
    assert AuditEvent.objects.filter(pk=event.pk, action="core.thing.do").exists()
