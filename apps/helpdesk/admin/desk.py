"""The desk of chats, told live by a socket: what waits, what is mine, and the talk; and single chats as they were."""

from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.core import ids
from apps.core.admin import Page, frame, shown
from apps.core.errors import NotFound
from apps.helpdesk.admin.talk import talk
from apps.helpdesk.enums import AgentStatus, ChatStatus, Permission
from apps.helpdesk.selectors import agents
from apps.helpdesk.services import readings

_DESK = (Permission.CHAT_TAKE.value,)
_READ = (Permission.TICKET_READ.value,)


def desk(request: HttpRequest) -> HttpResponse:
    """Show the desk; its content comes by the staff API and the socket."""
    own = agents.own(by=frame.actor(request))
    return frame.render(
        request,
        "helpdesk/desk.html",
        title=_("Chat desk"),
        own_status=own.profile.chosen_status if own else AgentStatus.OFFLINE.value,
        statuses=[one for one in AgentStatus if one != AgentStatus.OFFLINE],
        customer_url=reverse("admin:customer", args=["CUSTOMER"]),
        urls={
            "queue": reverse("staff_queue"),
            "next": reverse("staff_queue_next"),
            "chats": reverse("staff_chats"),
            "status": reverse("staff_agent_status"),
            "socket": reverse("staff_ws_tickets"),
        },
    )


def chat(request: HttpRequest, object_id: str) -> HttpResponse:
    """Show one chat as it was; that it was opened is written down, but for the agent who has it."""
    by = frame.actor(request)
    found = readings.open_chat(_key(object_id), by=by, at=frame.at(request))
    row = found.chat
    return frame.render(
        request,
        "helpdesk/chat.html",
        title=_("Chat"),
        chat=row,
        shown=found,
        talk=talk(row.ref, by=by),
        customer=shown.ref(found.customer.ref),
        badge=shown.badge(row.status, row.get_status_display()),
        facts=_facts(row),
        is_at_desk=row.status == ChatStatus.ACTIVE and row.agent == by.id,
        record_url=reverse("admin:helpdesk_chatsession_change", args=[row.ref]),
    )


def _facts(row: Any) -> list[tuple[Any, Any]]:
    return [
        (_("Asked"), shown.instant(row.queued_at)),
        (_("Taken"), shown.instant(row.accepted_at)),
        (_("Ended"), shown.instant(row.ended_at)),
        (_("Ended by"), row.get_end_reason_display() or shown.NOTHING),
    ]


def _key(ref: str) -> UUID:
    try:
        return ids.decode("cht", ref)
    except ids.BadId as error:
        raise NotFound from error


shown.page_for("cht", "admin:chat")

PAGES: Final = (
    Page("desk/", "desk", desk, _DESK),
    Page("<str:object_id>/talk/", "chat", chat, _READ),
)
