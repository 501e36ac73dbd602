"""What follows from a transfer: both parties are told, each by a handler of its own."""

from apps.core import ids, outbox
from apps.core.outbox import News
from apps.p2p.enums import Topic
from apps.p2p.services import notices


@outbox.handles(Topic.TRANSFER_COMPLETED, name="p2p.tell_sent")
def tell_sent(news: News) -> None:
    notices.tell(transfer=ids.decode("trf", news.subject), kind=notices.SENT, by=news.by, at=news.at)


@outbox.handles(Topic.TRANSFER_COMPLETED, name="p2p.tell_received")
def tell_received(news: News) -> None:
    notices.tell(transfer=ids.decode("trf", news.subject), kind=notices.RECEIVED, by=news.by, at=news.at)


@outbox.handles(Topic.TRANSFER_REVERSED, name="p2p.tell_returned")
def tell_returned(news: News) -> None:
    notices.tell(transfer=ids.decode("trf", news.subject), kind=notices.RETURNED, by=news.by, at=news.at)


@outbox.handles(Topic.TRANSFER_REVERSED, name="p2p.tell_withdrawn")
def tell_withdrawn(news: News) -> None:
    notices.tell(transfer=ids.decode("trf", news.subject), kind=notices.WITHDRAWN, by=news.by, at=news.at)
