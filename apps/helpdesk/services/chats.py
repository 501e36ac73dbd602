"""Live chats: asked for, taken, talked in, ended. A taken chat belongs to its agent as long as the lease lives."""

from datetime import datetime
from uuid import UUID

from apps.accounts.selectors import customers
from apps.core import audit, db, live, outbox, states
from apps.core.actors import Actor
from apps.core.errors import InvalidState, LostRace, NotFound
from apps.helpdesk.enums import (
    ANSWER_WITHIN,
    CHATS,
    OPEN_CHATS,
    Audience,
    ChatEnd,
    ChatStatus,
    EntryKind,
    Permission,
    Topic,
)
from apps.helpdesk.errors import AlreadyAccepted, NotYourChat, RoomClosed
from apps.helpdesk.models import ChatSession
from apps.helpdesk.selectors import chats
from apps.helpdesk.selectors import rooms as room_reads
from apps.helpdesk.services import agents, rooms
from apps.helpdesk.services.rooms import Sent
from apps.workflow import selectors as work
from apps.workflow.commands import staff_command
from apps.workflow.enums import WorkItemState
from apps.workflow.services import queues


def request(*, body: str, client_msg_id: UUID, by: Actor, at: datetime) -> ChatSession:
    """Open a chat of the caller with its first message, and put it into the queue.

    Order: chat, rooms, work item, state and message in the room, audit, topic helpdesk.chat.queued, hint to the desks.
    Raises: customer_required, chat_open, text_unusable.
    """
    with db.unit(by=by, at=at, why="request"):
        customer = customers.own(by)
        chat = ChatSession(customer=customer, queued_at=at)
        chat.save()
        room = rooms.open_(owner=chat.ref, customer=customer.ref)
        queues.open_(queue=CHATS.code, subject=chat, title="Chat", customer=customer.ref, due_at=at + ANSWER_WITHIN)
        rooms.write(room.pk, body=body, client_msg_id=client_msg_id)
        audit.record(action="helpdesk.chat.request", subject=chat, customer=customer.ref)
        outbox.publish(Topic.CHAT_QUEUED, subject=chat, customer=customer.ref)
        live.hint(agents.DESK)
    return chat


@staff_command("helpdesk.chat.accept", subject="cht", permission=Permission.CHAT_TAKE)
def accept(chat: UUID, *, by: Actor, at: datetime) -> ChatSession:
    """Give a waiting chat to an agent; to who has it already, it stays.

    Order: work item claimed, chat locked and moved with audit, agent and state in the room, topic
    helpdesk.chat.accepted, hint to the desks.
    Raises: already_accepted, room_closed, lease_cap_reached, not_found.
    """
    with db.unit(by=by, at=at, why="accept"):
        item = work.live_of(chats.by_id(chat), queue=CHATS.code)
        if item is None:
            raise RoomClosed(chat=ChatSession.ref_of(chat))
        if item.claimed_by != by.id:
            try:
                queues.claim(item.pk, by=by, at=at)
            except InvalidState as error:
                raise AlreadyAccepted(chat=ChatSession.ref_of(chat)) from error
        return _taken(chat)


def accept_next(*, by: Actor, at: datetime) -> ChatSession | None:
    """Give an agent the chat that has waited longest, or None when none waits.

    Order as of accept. Raises: lease_cap_reached.
    """
    with db.unit(by=by, at=at, why="accept"):
        item = queues.claim_next(queue=CHATS.code, by=by, at=at)
        return None if item is None else _taken(chats.by_ref(item.subject_id).pk)


def send(chat: UUID, *, body: str, client_msg_id: UUID, by: Actor, at: datetime) -> Sent:
    """Say something in a chat; the same `client_msg_id` again is answered with the first number.

    An agent who speaks is there, also without a desk that is connected: their leases are extended.
    Order: leases of an agent, chat held, room locked, message, marks, audit, hint to the room.
    Raises: room_closed, not_participant for staff who do not have it, duplicate_conflict, text_unusable, not_found.
    """
    with db.unit(by=by, at=at, why="send"):
        if by.kind == "staff":
            agents.keep(by=by, at=at)
        (held,) = db.lock(ChatSession, chat, mode="hold")
        _require_own(held, by)
        room = room_reads.of(held.ref)
        may_still = held.status in OPEN_CHATS and (by.kind != "staff" or held.agent == by.id)
        if by.kind == "staff" and held.status in OPEN_CHATS and not may_still:
            raise NotYourChat(chat=held.ref)
        sent = rooms.write(room.pk, body=body, client_msg_id=client_msg_id, may_still=may_still)
        if not sent.is_duplicate:
            audit.record(action="helpdesk.chat.send", subject=held, customer=room.customer_ref, data={"seq": sent.seq})
    return sent


@staff_command("helpdesk.chat.note", subject="cht", permission=Permission.TICKET_NOTE)
def note(chat: UUID, *, body: str, client_msg_id: UUID, by: Actor, at: datetime) -> Sent:
    """Write a note about a chat into the room that only staff can see.

    Order: room locked, message, audit, hint to the room. Raises: duplicate_conflict, text_unusable, not_found.
    """
    with db.unit(by=by, at=at, why="note"):
        held = chats.by_id(chat)
        room = room_reads.of(held.ref, audience=Audience.STAFF)
        sent = rooms.write(room.pk, body=body, client_msg_id=client_msg_id)
        if not sent.is_duplicate:
            audit.record(action="helpdesk.chat.note", subject=held, customer=room.customer_ref, data={"seq": sent.seq})
    return sent


@staff_command("helpdesk.chat.end", subject="cht", permission=Permission.CHAT_TAKE)
def end(chat: UUID, *, by: Actor, at: datetime) -> ChatSession:
    """End a chat: the customer one of their own, an agent one that they have. One that still waited is abandoned.

    Order: work item ended, chat locked and moved with audit, state in the room, room closed, topic
    helpdesk.chat.ended or .abandoned, hint to the desks.
    Raises: room_closed when it has ended, not_participant, lost_race, not_found.
    """
    with db.unit(by=by, at=at, why="end"):
        item = work.live_of(chats.by_id(chat), queue=CHATS.code)
        if item is None:
            raise RoomClosed(chat=ChatSession.ref_of(chat))
        try:
            if item.state == WorkItemState.CLAIMED:
                queues.close(item.pk, outcome="ended")
            else:
                queues.cancel(item.pk, reason="ended")
        except InvalidState as error:
            # Between the look and the lock it was taken, given back, or ended by somebody else.
            raise LostRace from error
        (held,) = db.lock(ChatSession, chat)
        _require_own(held, by)
        if by.kind == "staff" and held.agent != by.id:
            raise NotYourChat(chat=held.ref)
        return _ended(held, by)


def requeue(chat: UUID, *, by: Actor, at: datetime) -> ChatSession:
    """Put a chat back into the queue when nobody holds its work any more; otherwise nothing happens.

    It waits in front: its place is that of its first day. Order: chat locked and moved with audit, state in the room,
    topic helpdesk.chat.requeued, hint to the desks. Raises: not_found.
    """
    with db.unit(by=by, at=at, why="requeue"):
        (held,) = db.lock(ChatSession, chat)
        # Read after the lock: who takes the work meanwhile waits for the chat, and is seen here once they have it.
        item = work.live_of(held, queue=CHATS.code)
        if held.status == ChatStatus.ACTIVE and item is not None and item.state == WorkItemState.OPEN:
            _back(held)
            outbox.publish(Topic.CHAT_REQUEUED, subject=held)
            live.hint(agents.DESK)
        return held


def _taken(chat: UUID) -> ChatSession:
    """Give a chat to the unit's actor, who holds its work."""
    unit = db.current()
    (held,) = db.lock(ChatSession, chat)
    if held.status == ChatStatus.ACTIVE and held.agent == unit.by.id:
        return held
    if held.status == ChatStatus.ACTIVE:
        # The lease of the agent before ran out, and the news of it has not arrived here yet.
        _back(held)
    agents.ensure()
    room = room_reads.of(held.ref)
    states.move(held, ChatStatus.ACTIVE, customer=room.customer_ref, agent=unit.by.id, accepted_at=unit.at)
    rooms.join(room.pk)
    rooms.announce(room.pk, kind=EntryKind.STATE, status=ChatStatus.ACTIVE.value, agent=unit.by.id)
    outbox.publish(Topic.CHAT_ACCEPTED, subject=held, customer=room.customer_ref)
    live.hint(agents.DESK)
    return held


def _back(held: ChatSession) -> None:
    room, before = room_reads.of(held.ref), held.agent
    states.move(held, ChatStatus.QUEUED, customer=room.customer_ref, agent="")
    rooms.announce(room.pk, kind=EntryKind.STATE, status=ChatStatus.QUEUED.value, agent=before)


def _ended(held: ChatSession, by: Actor) -> ChatSession:
    """End a locked chat whose work has ended."""
    at, room = db.current().at, room_reads.of(held.ref)
    to = ChatStatus.ENDED if held.status == ChatStatus.ACTIVE else ChatStatus.ABANDONED
    reason = ChatEnd.AGENT if by.kind == "staff" else ChatEnd.CUSTOMER
    states.move(held, to, customer=room.customer_ref, ended_at=at, end_reason=reason)
    rooms.announce(room.pk, kind=EntryKind.STATE, status=to.value, reason=reason.value)
    rooms.close(room.pk)
    topic = Topic.CHAT_ENDED if to == ChatStatus.ENDED else Topic.CHAT_ABANDONED
    outbox.publish(topic, subject=held, customer=room.customer_ref)
    live.hint(agents.DESK)
    return held


def _require_own(held: ChatSession, by: Actor) -> None:
    """Refuse a customer's call about the chat of another as one about nothing."""
    if by.kind != "staff" and held.customer_id != customers.own(by).pk:
        raise NotFound(chat=held.ref)
