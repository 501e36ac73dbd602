"""What follows from news: calls to partners, each made outside any transaction, at least once and acted on once.

And what customers are told.
"""

from uuid import UUID

from apps.core import ids, outbox
from apps.core.outbox import News
from apps.payments.enums import Topic
from apps.payments.models import PaymentMethod, TopUp, WebhookInbox
from apps.payments.services import cancellations, cards, charges, escalations, inbox, notices, resolution

_CALLS = "partner_calls"


@outbox.handles(Topic.METHOD_CREATED, name="payments.attach", kind="network", queue=_CALLS)
def attach(news: News) -> None:
    cards.attach(_method(news), by=news.by, at=news.at)


@outbox.handles(Topic.METHOD_REMOVED, name="payments.detach", kind="network", queue=_CALLS)
def detach(news: News) -> None:
    cards.detach(_method(news), by=news.by, at=news.at)


@outbox.handles(Topic.TOP_UP_CREATED, name="payments.charge", kind="network", queue=_CALLS)
def charge(news: News) -> None:
    charges.call(_top_up(news), by=news.by, at=news.at)


@outbox.handles(Topic.TOP_UP_QUESTIONED, name="payments.revisit", kind="network", queue=_CALLS)
def revisit(news: News) -> None:
    resolution.revisit(_top_up(news), by=news.by, at=news.at)


@outbox.handles(Topic.TOP_UP_ABANDONED, name="payments.cancel", kind="network", queue=_CALLS)
def cancel(news: News) -> None:
    cancellations.call(_top_up(news), by=news.by, at=news.at)


@outbox.handles(Topic.WEBHOOK_RECEIVED, name="payments.process", kind="network", queue="webhooks_in")
def process(news: News) -> None:
    inbox.process(ids.decode(WebhookInbox.id_prefix, news.subject), by=news.by, at=news.at)


@outbox.handles(Topic.TOP_UP_CAPTURED, name="payments.tell_captured")
def tell_captured(news: News) -> None:
    notices.tell(top_up=_top_up(news), kind=notices.CAPTURED, by=news.by, at=news.at)


@outbox.handles(Topic.TOP_UP_DECLINED, name="payments.tell_declined")
def tell_declined(news: News) -> None:
    notices.tell(top_up=_top_up(news), kind=notices.DECLINED, by=news.by, at=news.at)


@outbox.handles(Topic.TOP_UP_FAILED, name="payments.tell_failed")
def tell_failed(news: News) -> None:
    notices.tell(top_up=_top_up(news), kind=notices.DECLINED, by=news.by, at=news.at)


@outbox.handles(Topic.UNKNOWN_RESOLVED, name="payments.withdraw_work")
def withdraw_work(news: News) -> None:
    escalations.withdraw(_top_up(news), by=news.by, at=news.at)


def _method(news: News) -> UUID:
    return ids.decode(PaymentMethod.id_prefix, news.subject)


def _top_up(news: News) -> UUID:
    return ids.decode(TopUp.id_prefix, news.subject)
