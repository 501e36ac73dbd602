"""Skipping and snoozing."""

from datetime import timedelta

import pytest

from apps.core import clock
from apps.core.errors import DomainError
from apps.workflow import selectors
from apps.workflow.errors import LeaseLost, ReasonUnknown, SnoozeInvalid
from apps.workflow.services import leases, postponements, queues
from tests.factories import workflow as make

pytestmark = pytest.mark.django_db


def take(person):
    return queues.claim_next(queue=make.QUEUE.code, by=person, at=clock.now())


def test_skip_leaves_it_to_others_for_an_hour(item, ana, ben):
    take(ana)

    postponements.skip(item.pk, reason="language", by=ana, at=clock.now())

    assert take(ana) is None
    assert take(ben).pk == item.pk
    event = selectors.events(item.pk).get(kind="skipped")
    assert (event.actor_id, event.reason_code) == (ana.id, "language")


def test_snooze_sleeps_until_its_instant(item, ana):
    take(ana)
    at = clock.now()

    asleep = postponements.snooze(item.pk, until=at + timedelta(hours=1), reason="awaiting_answer", by=ana, at=at)
    early = leases.sweep(by=ana, at=at)
    late = leases.sweep(by=ana, at=at + timedelta(hours=1))

    assert (asleep.state, asleep.claimed_by) == ("snoozed", "")
    assert (early, late) == (0, 1)
    item.refresh_from_db()
    assert (item.state, item.snoozed_until) == ("open", None)
    assert list(selectors.events(item.pk).values_list("kind", flat=True)) == ["claimed", "snoozed", "woken"]


@pytest.mark.parametrize(
    ("mine", "reason", "days", "error"),
    [
        (False, "language", 1, LeaseLost),
        (True, "boredom", 1, ReasonUnknown),
        (True, "language", 0, SnoozeInvalid),
        (True, "language", 31, SnoozeInvalid),
    ],
)
def test_snooze_refuses(item, ana, ben, written, mine, reason, days, error):
    take(ana)
    before, at = written(), clock.now()

    with pytest.raises(error):
        postponements.snooze(item.pk, until=at + timedelta(days=days), reason=reason, by=ana if mine else ben, at=at)

    assert written() == before


@pytest.mark.parametrize(("mine", "reason"), [(False, "language"), (True, "boredom")])
def test_skip_refuses(item, ana, ben, written, mine, reason):
    take(ana)
    before = written()

    with pytest.raises(DomainError) as refused:
        postponements.skip(item.pk, reason=reason, by=ana if mine else ben, at=clock.now())

    assert refused.value.code == ("reason_unknown" if mine else "lease_lost")
    assert written() == before
