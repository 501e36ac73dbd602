"""Entries of rooms as frames."""

from typing import Any

from apps.core.ids import encode
from apps.helpdesk.enums import EntryKind
from apps.helpdesk.selectors.rooms import Author, Entry, Page, Said
from apps.helpdesk.services.rooms import Sent

Body = dict[str, Any]


def frame_of(entry: Entry, room: str, *, is_chat: bool) -> Body:
    """Return the frame of an entry of a room (typed id): its type, number and content."""
    if entry.said is not None:
        kind, d = "msg.new", _message(entry.said)
    elif entry.kind == EntryKind.PARTICIPANT:
        kind, d = "participant", {**_agent(entry.data), "joined": entry.data["joined"]}
    else:
        kind = "chat.state" if is_chat else "ticket.state"
        agent = _agent(entry.data) if entry.data.get("agent") else None
        d = {"state": entry.data["status"], "reason": entry.data.get("reason"), "agent": agent}
    at = entry.at.isoformat().replace("+00:00", "Z")
    return {"v": 1, "t": kind, "room": room, "seq": entry.seq, "ts": at, "d": d}


def batch(page: Page, room: str, *, is_chat: bool) -> Body:
    """Return the content of a resume.batch."""
    return {
        "room": room,
        "from": page.after_seq + 1,
        "to": page.after_seq + len(page.entries),
        "items": [frame_of(entry, room, is_chat=is_chat) for entry in page.entries],
        "more": page.has_more,
    }


def sent(found: Sent) -> Body:
    """Return the content of a msg.ack."""
    return {
        "client_msg_id": str(found.client_msg_id),
        "seq": found.seq,
        "message_id": encode("msg", found.message),
        "duplicate": found.is_duplicate,
        "redacted": found.is_redacted,
    }


def author(found: Author) -> Body:
    """Return somebody as readers see them."""
    return {"ref": found.ref, "kind": found.kind, "name": found.name}


def _message(said: Said) -> Body:
    return {
        "message_id": encode("msg", said.id),
        "author": author(said.author),
        "kind": "text",
        "body": said.body,
        "redacted": said.body is None,
        "client_msg_id": str(said.client_msg_id) if said.client_msg_id else None,
    }


def _agent(data: Body) -> Body:
    found = data.get("agent") or {"ref": "", "name": ""}
    return {"ref": found["ref"], "kind": "agent", "name": found["name"]}
