"""What follows from news: customers are told of answers, and a chat whose agent has gone waits again."""

from uuid import UUID

from apps.core import ids, outbox
from apps.core.outbox import News
from apps.helpdesk.enums import CHATS, Topic
from apps.helpdesk.models import ChatSession, Ticket
from apps.helpdesk.services import chats, notices
from apps.workflow.enums import Topic as Work


@outbox.handles(Topic.TICKET_REPLIED, name="helpdesk.tell_answered")
def tell_answered(news: News) -> None:
    if news.data["by"] == "agent":
        notices.tell_answered(_ticket(news), seq=news.data["seq"], by=news.by, at=news.at)


@outbox.handles(Topic.TICKET_RESOLVED, name="helpdesk.tell_resolved")
def tell_resolved(news: News) -> None:
    notices.tell_resolved(_ticket(news), by=news.by, at=news.at)


@outbox.handles(Topic.CHAT_UNREAD, name="helpdesk.tell_unread")
def tell_unread(news: News) -> None:
    chat = ids.decode(ChatSession.id_prefix, news.subject)
    notices.tell_unread(chat, seq=news.data["seq"], by=news.by, at=news.at)


@outbox.handles(Work.WORK_ITEM_RELEASED, name="helpdesk.requeue")
def requeue(news: News) -> None:
    if news.data["queue"] == CHATS.code:
        chats.requeue(ids.decode(ChatSession.id_prefix, news.data["about"]), by=news.by, at=news.at)


def _ticket(news: News) -> UUID:
    return ids.decode(Ticket.id_prefix, news.subject)
