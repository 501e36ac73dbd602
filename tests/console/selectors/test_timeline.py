"""The timeline: every app's news in one order, in pages without gap or double, read only where it is asked for."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import LoginEvent
from apps.accounts.services import customers
from apps.console.enums import Stream
from apps.console.selectors import timeline
from apps.core import clock
from tests.factories import accounts, helpdesk, p2p
from tests.support.units import PROVER, later, unit

pytestmark = pytest.mark.django_db

ALL = [stream for stream in Stream if stream != Stream.READING]


def whose(customer):
    return timeline.Whose(customer.pk, customer.ref, customer.user_id)


def events(customer, streams=ALL, **options):
    return timeline.page(whose(customer), streams=streams, **options).events


def test_it_tells_of_transfers_tickets_sign_ins_and_acts():
    with unit():
        transfer = p2p.transfer()
    sender = transfer.sender
    with unit():
        helpdesk.ticket(helpdesk.as_customer(sender))
        LoginEvent(user_id=sender.user_id, result="succeeded", at=clock.now()).save()
    customers.freeze(sender.pk, reason="suspected_theft", by=PROVER, at=clock.now())

    found = events(sender)

    assert [event.stream for event in found[:4]] == [Stream.STAFF, Stream.SIGN_IN, Stream.TALK, Stream.MONEY]
    assert (found[0].by, found[0].status, found[0].reason) == (PROVER.id, "frozen", "suspected_theft")
    assert (found[3].is_out, found[3].ref) == (True, transfer.ref)


def test_both_sides_of_a_transfer_see_it():
    with unit():
        transfer = p2p.transfer()

    (received,) = events(transfer.receiver, [Stream.MONEY])

    assert (received.ref, received.is_out) == (transfer.ref, False)


def test_pages_hold_every_event_once():
    with unit():
        customer = accounts.customer()
        for _ in range(7):
            later()
            helpdesk.ticket(helpdesk.as_customer(customer))
    everything = [event.key for event in events(customer, limit=100)]

    read, older = [], ""
    while True:
        page = timeline.page(whose(customer), streams=ALL, before=older, limit=3)
        read += [event.key for event in page.events]
        older = page.older
        if not older:
            break

    assert read == everything
    assert everything == sorted(everything, reverse=True)


def test_a_stream_that_is_not_asked_for_is_not_read():
    with unit():
        customer = accounts.customer()

    with CaptureQueriesContext(connection) as queries:
        events(customer, [Stream.TALK])

    assert not [one for one in queries if "p2p_" in one["sql"] or "core_auditevent" in one["sql"]]


def test_others_events_are_not_there():
    with unit():
        mine, other = accounts.customer(), helpdesk.ticket()

    assert other.ref not in [event.ref for event in events(mine)]


def test_a_cursor_that_is_none_begins_at_the_newest():
    with unit():
        customer = accounts.customer()

    assert events(customer, before="forged") == events(customer)
