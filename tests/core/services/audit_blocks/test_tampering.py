"""The chain of audit events: sealed without losing any, and whatever is changed in it is found and named."""

from uuid import uuid4

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from apps.core import audit
from apps.core.models import AuditBlock, AuditEvent
from apps.core.selectors import chains
from apps.core.services.audit_blocks import CHAIN
from apps.core.services.sealed_checks import Fault
from apps.core.services.sealing import EpochNeeded, Tampered
from tests.core.services.audit_blocks.chain import AT, MOVE, newest, record, seal, verify

pytestmark = [pytest.mark.own_cluster, pytest.mark.usefixtures("committed_db")]


def test_an_added_event_is_counted(superuser):
    stored = AuditEvent.objects.get(pk=record(2)[0].pk)
    seal()
    stored.pk = uuid4()
    forged = audit.digest([getattr(stored, name) for name in audit.COVERED])
    copy = (
        "INSERT INTO core_auditevent SELECT (jsonb_populate_record(e, jsonb_build_object('id', %s::text, "
        "'digest', %s::text))).* FROM core_auditevent e WHERE subject = %s"
    )

    with superuser(copy, str(stored.pk), f"\\x{forged.hex()}", stored.subject):
        assert verify().fault == Fault("count", newest().seq)


def test_an_event_moved_within_its_block_is_found(superuser):
    first, _, third = record()[0], record(), record()[0]
    seal()

    with superuser(MOVE, third.pk, first.pk):
        assert verify().fault == Fault("hash", newest().seq)


def test_an_event_moved_to_another_block_is_found(superuser):
    first = record()[0]
    seal()
    second = record()[0]
    seal()

    with superuser(MOVE, second.pk, first.pk):
        assert verify().fault == Fault("count", newest().seq)
        assert verify(from_block=newest().seq - 1).fault == Fault("count", newest().seq - 1)


@pytest.mark.parametrize(
    "change",
    ["prev_hash = sha256('x')", "xid_from = xid_from - 1", "seq = seq + 1"],
)
def test_a_changed_block_is_named(superuser, change):
    record()
    seal()
    seq = newest().seq

    with superuser(f"UPDATE core_auditblock SET {change} WHERE seq = %s", seq):
        assert verify(from_block=seq).fault == Fault("chain", seq)


@pytest.mark.parametrize("change", ["hash = sha256('x')", "xid_to = xid_to + 1", "epoch = epoch + 1", "count = 0"])
def test_a_block_whose_content_was_changed_is_named(superuser, change):
    record()
    seal()
    seq = newest().seq

    with superuser(f"UPDATE core_auditblock SET {change} WHERE seq = %s", seq):
        assert verify(from_block=seq).fault.block == seq


def test_a_missing_block_is_named(superuser):
    for _ in range(2):
        record()
        seal()
    seq = newest().seq

    with superuser("DELETE FROM core_auditblock WHERE seq = %s", seq - 1):
        assert verify(from_block=seq).fault == Fault("chain", seq - 1)
        assert verify(from_block=seq - 2).fault == Fault("chain", seq - 1)


def test_an_event_outside_every_block_is_named(superuser):
    event = record()[0]
    seal()

    with superuser("UPDATE core_auditevent SET epoch = 0 WHERE id = %s", event.pk):
        assert verify().fault == Fault("count", newest().seq)
        assert verify(from_block=newest().seq + 1).fault == Fault("outside", 0, str(event.pk))


def test_sealing_stops_at_an_altered_event(superuser):
    event = record()[0]

    with superuser("UPDATE core_auditevent SET action = 'x' WHERE id = %s", event.pk):
        with pytest.raises(Tampered) as found:
            seal()
        assert verify().fault == Fault("altered", 0, str(event.pk))

    assert found.value.context == {"row": str(event.pk)}
    assert seal() == 1


def test_the_processes_role_cannot_change_blocks():
    with pytest.raises(Exception, match="permission denied"), connection.cursor() as cursor:
        cursor.execute("UPDATE core_auditblock SET hash = prev_hash")


def test_an_anchor_is_written_once():
    block = newest()
    AuditBlock.objects.filter(pk=block.pk).update(anchored_at=AT, anchor_ref="mail")

    with pytest.raises(Exception, match="written once"):
        AuditBlock.objects.filter(pk=block.pk).update(anchor_ref="other")


def test_a_restored_dump_stops_sealing_until_a_new_epoch_is_opened(superuser):
    """Transaction ids have started again: the last block seems to lie in the future."""
    record(2)
    seal()
    left = record()[0]
    last = newest()

    future = "UPDATE core_auditblock SET xid_to = xid_to + 1000000000 WHERE seq = %s"
    with superuser(future, last.seq), pytest.raises(EpochNeeded):
        seal()
    with pytest.raises(CommandError):
        call_command("audit_epoch", new=True, reason=" ")

    call_command("audit_epoch", new=True, reason="restored")

    new = chains.current_epoch(CHAIN)
    assert new == last.epoch + 1
    assert newest().epoch == last.epoch
    assert newest().xid_to > AuditEvent.objects.get(pk=left.pk).xid
    assert seal() == 1
    block = newest()
    assert (block.epoch, block.xid_from, block.count) == (new, 0, 1)
    opened = AuditEvent.objects.get(action="core.audit.open_epoch", data__epoch=new)
    assert (opened.reason_text, opened.epoch) == ("restored", new)
