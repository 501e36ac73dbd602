"""Requests at once: each is answered, and the one that is refused leaves nothing."""

import pytest

from apps.core.models import AuditEvent, OutboxMessage
from tests.p2p.api.bodies import body
from tests.p2p.money import available, person
from tests.support.callers import Caller
from tests.support.threads import together
from tests.support.written import state

pytestmark = [pytest.mark.usefixtures("committed_db"), pytest.mark.slow]
OF_TRANSFERS = ("p2p_", "ledger_", "accounts_limit", "core_idempotencykey")


def written(payer):
    """Return how many rows there are that transfers write, and of those about a payer."""
    rows = {table: count for table, (count, _) in state().items() if table.startswith(OF_TRANSFERS)}
    events = AuditEvent.objects.filter(actor_id=payer.user.ref)
    news = OutboxMessage.objects.filter(actor_id=payer.user.ref)
    return {**rows, "audit": events.count(), "outbox": news.count()}


def added(payer, *amounts):
    """Return how transfers at once were answered, and how many rows they added."""
    payee = person(0)
    before = written(payer)
    requests = [body(payer, payee, amount) for amount in amounts]

    answers = together(*[lambda one=one: Caller(payer.user).post("transfers", one) for one in requests])

    after = written(payer)
    found = sorted((one.status_code, one.json().get("code", "")) for one in answers)
    return found, {name: count - before[name] for name, count in after.items()}


def test_two_requests_that_together_overdraw_pass_once_and_the_other_leaves_nothing():
    ann, eve = person(1_000), person(1_000)

    both, rows_of_both = added(ann, 600, 600)
    alone, rows_of_one = added(eve, 600)

    assert (both, alone) == ([(201, ""), (422, "insufficient_funds")], [(201, "")])
    assert (rows_of_both, rows_of_one["p2p_transfer"]) == (rows_of_one, 1)
    assert (available(ann), available(eve)) == (400, 400)
