"""One factory per model of notifications; the table guards use them. Call them inside an open unit."""

from typing import Any

from apps.core import db, ids
from apps.core.services import data_keys
from apps.notifications.enums import Channel, Lane, Outcome
from apps.notifications.models import Delivery, DeliveryAttempt, InboxHead, Notification, Recipient
from apps.notifications.selectors.inbox import BODY, PARAMS, TITLE
from apps.notifications.services import recipients


def login() -> str:
    """Return the typed id of a login that owns a data key and nothing else."""
    owner = ids.encode("usr", ids.new())
    data_keys.create(owner=owner)
    return owner


def recipient(*, owner: str = "", email: str | None = "ada@example.test", **where: str) -> Recipient:
    """Return somebody who can be told things."""
    return recipients.upsert(recipient=owner or login(), email=email, **{"locale": "en", "tz": "UTC", **where})


def inbox_head() -> InboxHead:
    """Return an empty inbox."""
    head: InboxHead = InboxHead.objects.select_related("recipient").get(recipient=recipient())
    return head


def notification(*, head: InboxHead | None = None, **words: Any) -> Notification:
    """Return a message of a kind that no app need declare, in an inbox of its own or the given one."""
    head = head or inbox_head()
    texts = {TITLE: words.pop("title", "Hello"), BODY: words.pop("body", "Hello Ada."), PARAMS: "{}"}
    sealed = data_keys.seal_all(owner=head.recipient.owner, texts=texts)
    head.last_seq, head.unread = head.last_seq + 1, head.unread + 1
    head.save()
    columns = {"key": ids.encode("key", ids.new()), "subject": head.recipient.owner, "kind": "tests.hello", **words}
    message = Notification(
        recipient=head.recipient,
        seq=head.last_seq,
        locale="en",
        title_sealed=sealed[TITLE],
        body_sealed=sealed[BODY],
        params_sealed=sealed[PARAMS],
        created_at=db.current().at,
        **columns,
    )
    message.save()
    return message


def delivery(*, lane: Lane = Lane.MAIL) -> Delivery:
    """Return the mail of a message, queued."""
    made = Delivery(notification=notification(), channel=Channel.EMAIL, lane=lane)
    made.save()
    return made


def delivery_attempt() -> DeliveryAttempt:
    """Return an attempt that the mail server accepted."""
    attempt = DeliveryAttempt(
        delivery=delivery(), number=1, outcome=Outcome.ACCEPTED, latency_ms=1, address_fp=bytes(32)
    )
    attempt.save()
    return attempt
