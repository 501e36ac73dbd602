"""The chain of audit events: sealed without losing any, and whatever is changed in it is found and named."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from apps.core import audit, db
from apps.core.models import AuditBlock, AuditEvent
from apps.core.selectors import chains
from apps.core.services import audit_blocks
from apps.core.services.audit_blocks import CHAIN
from apps.core.services.sealed_checks import Fault
from tests.core.services.audit_blocks.chain import AT, BY, newest, record, seal, seal_up_to, verify
from tests.support.threads import together

pytestmark = [pytest.mark.own_cluster, pytest.mark.usefixtures("committed_db")]


def test_events_are_sealed_into_a_block_that_follows_the_last():
    before = newest()
    record(3)

    assert seal() == 3

    block = newest()
    assert (block.seq, block.count, block.epoch) == (before.seq + 1, 3, before.epoch)
    assert (block.prev_hash, block.xid_from) == (before.hash, before.xid_to)
    assert block.sealed_at == AT


def test_nothing_new_makes_no_block():
    before = newest()

    assert seal() == 0
    assert newest().seq == before.seq


def test_an_open_transaction_is_waited_for_and_not_skipped():
    early = record(2)
    with db.unit(by=BY, at=AT) as unit:
        audit.record(action="core.thing.do", subject="thg_open")
        unit.flush()
        late = together(lambda: record(2), seal)
        sealed = newest().seq

    assert late[1] in (0, 2)
    assert seal() + late[1] == 2 + 1 + 2
    assert newest().seq > sealed
    assert len(early) == 2
    assert chains.unsealed_age_s(CHAIN) == 0


def test_only_one_runner_seals():
    record(5)

    outcomes = together(*[seal] * 4)

    assert sum(outcomes) == 5


def test_a_block_is_cut_at_the_border_of_a_transaction():
    for count in (2, 2, 2):
        record(count)

    assert [seal_up_to(3) for _ in range(4)] == [2, 2, 2, 0]


def test_a_large_transaction_is_one_block():
    record(7)
    record(1)

    assert [seal_up_to(3) for _ in range(3)] == [7, 1, 0]


def test_a_whole_chain_verifies():
    blocks, events = AuditBlock.objects.count(), AuditEvent.objects.count()

    verdict = audit_blocks.verify(by=BY, at=AT)

    assert (verdict.blocks, verdict.rows, verdict.fault) == (blocks, events, None)


def test_events_that_wait_are_verified_and_counted():
    record(2)

    verdict = verify()

    assert (verdict.blocks, verdict.fault) == (1, None)
    assert verdict.rows == newest().count + 2
    seal()


@pytest.mark.parametrize(
    "change",
    [
        "actor_id = 'usr_9'",
        "roles = '{x}'",
        "at = at + interval '1 microsecond'",
        "after = '{\"n\": 2}'",
        "data = NULL",
        "reason_text = 'x'",
        "clearance = 'x'",
        "digest = sha256('x')",
    ],
)
def test_an_altered_event_is_named_with_its_block(superuser, change):
    event = record(3, after={"n": 1}, data={"n": 1})[1]
    seal()

    with superuser(f"UPDATE core_auditevent SET {change} WHERE id = %s", event.pk):
        assert verify().fault == Fault("altered", newest().seq, str(event.pk))
        with pytest.raises(CommandError, match=str(event.pk)):
            call_command("verify_audit", from_block=newest().seq)


def test_an_event_altered_with_its_digest_breaks_its_block(superuser):
    event = record(2)[0]
    seal()
    stored = AuditEvent.objects.get(pk=event.pk)
    stored.action = "core.thing.other"
    forged = audit.digest([getattr(stored, name) for name in audit.COVERED])

    with superuser(
        "UPDATE core_auditevent SET action = 'core.thing.other', digest = %s WHERE id = %s", forged, event.pk
    ):
        assert verify().fault == Fault("hash", newest().seq)


def test_a_removed_event_is_counted(superuser):
    event = record(2)[0]
    seal()

    with superuser("DELETE FROM core_auditevent WHERE id = %s", event.pk):
        assert verify().fault == Fault("count", newest().seq)
