"""Monthly partitions: made ahead, guarded one by one, and an alarm when one was missing."""

from datetime import UTC, datetime

import pytest
from django.db import connection, connections

from apps.core import actors, audit, db, ids
from apps.core.models import AuditEvent
from apps.core.selectors import partitions as selectors
from apps.core.services import partitions
from apps.core.services.partitions import PartitionsMissing

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
BY = actors.system("test")


def leaves(table):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = %s::regclass ORDER BY 1", [table]
        )
        return [row[0] for row in cursor.fetchall()]


def months(first, count):
    """Return the next months after `first` as they stand in names."""
    return [f"{first.year + (first.month - 1 + n) // 12}{(first.month - 1 + n) % 12 + 1:02}" for n in range(count)]


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["core_auditevent", "core_outboxmessage"])
def test_last_month_to_three_ahead_are_there(table):
    partitions.ensure(by=BY, at=AT)

    now = ids.time_of(ids.new())
    wanted = {f"{table}_{month}" for month in months(now, 4)} | {f"{table}_default"}
    assert wanted <= set(leaves(table))
    assert selectors.days_ahead() >= 89


@pytest.mark.django_db
def test_a_second_run_makes_none():
    partitions.ensure(by=BY, at=AT)

    assert partitions.ensure(by=BY, at=AT) == 0


@pytest.mark.django_db
def test_the_processes_role_may_make_more_months_and_not_call_the_parts():
    with connection.cursor() as cursor:
        cursor.execute("SELECT core_ensure_partitions(5)")
        assert cursor.fetchone()[0] >= 4
    assert selectors.filled_defaults() == []


def test_a_new_partition_is_guarded_like_the_others(committed_db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT core_ensure_partitions(7)")
    newest = leaves("core_auditevent")[-2]
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT p.proname, t.tgtype & 32 = 32 FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
            "WHERE t.tgrelid = %s::regclass AND t.tgenabled = 'O' ORDER BY 2, 1",
            [newest],
        )
        guards = cursor.fetchall()

    assert guards == [("core_refuse", False), ("core_refuse", False), ("core_refuse", True)]


@pytest.mark.django_db
def test_a_row_goes_to_the_month_of_its_id():
    with db.unit(by=BY, at=AT):
        event = audit.record(action="core.thing.do", subject="thg_1")

    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM core_auditevent WHERE id = %s", [event])
        assert cursor.fetchone()[0] == f"core_auditevent_{ids.time_of(event):%Y%m}"


@pytest.mark.django_db
def test_a_row_without_its_month_raises_the_alarm_and_the_other_months_are_made():
    with db.unit(by=BY, at=AT):
        event = AuditEvent(id=ids.new(datetime(2001, 5, 1, tzinfo=UTC)), at=AT, digest=bytes(32), outcome="done")
        event.save()

    with pytest.raises(PartitionsMissing) as missing:
        partitions.ensure(by=BY, at=AT)

    assert missing.value.context == {"tables": ["core_auditevent"]}


@pytest.mark.django_db
def test_the_floor_of_an_instant_is_the_least_id_of_its_millisecond():
    at = datetime(2026, 3, 1, 12, 30, 15, 250_000, tzinfo=UTC)

    with connection.cursor() as cursor:
        cursor.execute("SELECT core_uuid_floor(%s)", [at])
        floor = cursor.fetchone()[0]

    assert floor.int == ids.new(at).int >> 80 << 80
