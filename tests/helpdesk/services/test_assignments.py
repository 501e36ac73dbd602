"""Who has a ticket."""

import pytest

from apps.core.errors import Stale
from apps.helpdesk.enums import TicketStatus
from apps.helpdesk.errors import AssigneeUnknown
from apps.helpdesk.selectors import rooms as room_reads
from apps.helpdesk.services import assignments, tickets
from apps.workflow.enums import WorkItemState
from tests.factories import helpdesk as make
from tests.helpdesk.reads import item_of, waiting

pytestmark = pytest.mark.django_db


def test_assign_gives_a_ticket_to_an_agent(ticket, nadia, omar, now):
    row = assignments.assign(ticket.pk, assignee=omar.id, version=ticket.version, by=nadia, at=now)

    assert (row.assignee, row.version, waiting()) == (omar.id, ticket.version + 1, [])
    (entry,) = room_reads.page(room_reads.of(ticket.ref), after_seq=1).entries
    assert (entry.kind, entry.data["joined"]) == ("participant", True)


def test_assign_to_nobody_puts_it_back_into_the_queue(ticket, nadia, now):
    row = assignments.assign(ticket.pk, assignee=nadia.id, version=ticket.version, by=nadia, at=now)

    back = assignments.assign(ticket.pk, assignee="", version=row.version, by=nadia, at=now)

    assert (back.assignee, waiting()) == ("", [ticket.ref])


def test_assign_to_the_same_agent_changes_nothing(ticket, nadia, now, written):
    row = assignments.assign(ticket.pk, assignee=nadia.id, version=ticket.version, by=nadia, at=now)
    before = written()

    assignments.assign(ticket.pk, assignee=nadia.id, version=row.version, by=nadia, at=now)

    assert written() == before


def test_assign_refuses_people_who_are_no_agents(ticket, unit, ada, nadia, now, written):
    with unit():
        auditor = make.agent("Ines", role="auditor")
    before = written()

    for nobody in (ada.id, auditor.id, "usr_x", "cus_x"):
        with pytest.raises(AssigneeUnknown):
            assignments.assign(ticket.pk, assignee=nobody, version=ticket.version, by=nadia, at=now)

    assert written() == before


def test_assign_needs_the_version_that_was_seen(ticket, nadia, now, written):
    before = written()

    with pytest.raises(Stale):
        assignments.assign(ticket.pk, assignee=nadia.id, version=ticket.version + 1, by=nadia, at=now)

    assert written() == before


def test_claim_next_takes_the_oldest_of_nobody(ticket, unit, nadia, omar, now):
    with unit():
        second = make.ticket()

    taken = [assignments.claim_next(by=by, at=now) for by in (nadia, omar, nadia)]

    assert [row and row.pk for row in taken] == [ticket.pk, second.pk, None]
    assert item_of(ticket).state == WorkItemState.DECIDED


def test_a_resolved_ticket_that_loses_its_agent_does_not_wait(ticket, nadia, now):
    row = assignments.assign(ticket.pk, assignee=nadia.id, version=ticket.version, by=nadia, at=now)
    row = tickets.set_status(ticket.pk, status=TicketStatus.RESOLVED, version=row.version, by=nadia, at=now)

    assignments.assign(ticket.pk, assignee="", version=row.version, by=nadia, at=now)

    assert waiting() == []
