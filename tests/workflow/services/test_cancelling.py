"""Work that nobody has to do any more."""

import pytest

from apps.core import clock
from apps.core.errors import InvalidState
from apps.core.models import OutboxMessage
from apps.workflow import selectors
from apps.workflow.services import queues
from tests.factories import workflow as make

pytestmark = pytest.mark.django_db


def test_cancel_ends_what_waits(item, unit, ana):
    with unit():
        queues.cancel(item.pk, reason="withdrawn")

    item.refresh_from_db()
    assert (item.state, item.closed_at is not None) == ("cancelled", True)
    assert selectors.events(item.pk).get(kind="cancelled").reason_code == "withdrawn"
    assert OutboxMessage.objects.filter(topic="workflow.work_item.cancelled", subject=item.ref).count() == 1
    assert queues.claim_next(queue=make.QUEUE.code, by=ana, at=clock.now()) is None


def test_cancel_refuses_what_somebody_holds(item, unit, ana, written):
    queues.claim_next(queue=make.QUEUE.code, by=ana, at=clock.now())
    before = written()

    with pytest.raises(InvalidState), unit():
        queues.cancel(item.pk)

    assert written() == before
