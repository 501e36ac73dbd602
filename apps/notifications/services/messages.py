"""Telling people what happened: once a person and event, in the inbox always, and by mail where there is an address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import structlog

from apps.core import db, outbox
from apps.core.crypto import DataKeyDestroyed
from apps.core.services import data_keys
from apps.notifications.enums import Channel, Lane
from apps.notifications.errors import RecipientUnknown
from apps.notifications.models import Delivery, InboxHead, Notification, Recipient
from apps.notifications.selectors import kinds
from apps.notifications.selectors.inbox import BODY, PARAMS, TITLE
from apps.notifications.services import rendering
from apps.notifications.services.rendering import Reader

SEND: Final = "notifications.deliveries.send"

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Notice:
    """What one person is to be told. The fields are the arguments of `notify`."""

    recipient: str
    kind: str
    subject: str
    params: Mapping[str, Any]
    key: str


def notify(*, recipient: str, kind: str, subject: str, params: Mapping[str, Any], key: str) -> Notification | None:
    """Tell a recipient (typed id) something. Works inside an open unit.

    `kind` is a declared one and `params` exactly its values; they are sealed, so names are allowed. `subject` is the
    typed id of the thing. `key` says for ever that this person was told this: again, nothing is written and the first
    message is returned; None for somebody whose data was erased.
    Order: inbox, message, delivery; after the commit the mail leaves. In one unit, people are told in one call:
    `notify_all`. Raises: recipient_unknown; ProgrammingFault for an undeclared kind or other values.
    """
    notice = Notice(recipient=recipient, kind=kind, subject=subject, params=params, key=key)
    return notify_all(notices=[notice])[0]


def notify_all(*, notices: Sequence[Notice]) -> list[Notification | None]:
    """Tell several people, or one person several things, as `notify` does; in their order. Works inside an open unit.

    Raises: recipient_unknown naming the first; ProgrammingFault.
    """
    db.current()
    heads = _heads([notice.recipient for notice in notices])
    return [_tell(heads[notice.recipient], notice) for notice in notices]


def _heads(owners: Sequence[str]) -> dict[str, InboxHead]:
    """Lock the inboxes; whoever holds one is the only writer of it."""
    found = dict(InboxHead.objects.filter(recipient__owner__in=owners).values_list("recipient__owner", "pk"))
    missing = [owner for owner in owners if owner not in found]
    if missing:
        raise RecipientUnknown(recipient=missing[0])
    heads = db.lock(InboxHead, *found.values())
    return dict(zip(found, heads, strict=True))


def _tell(head: InboxHead, notice: Notice) -> Notification | None:
    told: Notification | None = Notification.objects.filter(recipient=head.recipient_id, key=notice.key).first()
    if told is not None:
        return told
    recipient: Recipient = head.recipient
    try:
        message = _message(recipient, head.last_seq + 1, notice)
    except DataKeyDestroyed:
        _log.info("notification_recipient_erased", kind=notice.kind, subject=notice.subject)
        return None
    message.save()
    head.last_seq, head.unread = message.seq, head.unread + 1
    head.save()
    if recipient.email_sealed is not None:
        lane = Lane.MAIL_FAST if kinds.kind_of(notice.kind).is_security else Lane.MAIL
        Delivery(notification=message, channel=Channel.EMAIL, lane=lane).save()
        outbox.nudge(SEND, queue=lane, once=True, lane=lane.value)
    return message


def _message(recipient: Recipient, seq: int, notice: Notice) -> Notification:
    kind, reader = kinds.kind_of(notice.kind), Reader(recipient.locale, recipient.tz)
    params = rendering.stored(kind=kind, params=notice.params)
    texts = {
        TITLE: rendering.line(kind=kind, part="subject", params=params, reader=reader),
        BODY: rendering.text(kind=kind, part="inbox", params=params, reader=reader),
        PARAMS: params,
    }
    sealed = data_keys.seal_all(owner=recipient.owner, texts=texts)
    return Notification(
        recipient=recipient,
        seq=seq,
        kind=notice.kind,
        key=notice.key,
        subject=notice.subject,
        locale=recipient.locale,
        title_sealed=sealed[TITLE],
        body_sealed=sealed[BODY],
        params_sealed=sealed[PARAMS],
        created_at=db.current().at,
    )
