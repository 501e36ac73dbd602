"""Words of notifications: channels, queues, states and reasons of deliveries, and the form of a kind of message."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Channel(TextChoices):
    """A way to somebody besides the inbox, which every message enters."""

    EMAIL = "email", _("E-mail")


class Lane(TextChoices):
    """The queue that carries a delivery; security messages never wait behind others."""

    MAIL_FAST = "mail_fast", _("Security messages")
    MAIL = "mail", _("All other messages")


class DeliveryState(TextChoices):
    """The life of a delivery. Back to queued only when its lease ended or the other side asked to wait."""

    QUEUED = "queued", _("Queued")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")

    @classmethod
    def moves(cls) -> dict["DeliveryState", tuple["DeliveryState", ...]]:
        """Return what may follow what. A run whose lease was lost still tells what it sent, hence queued to sent."""
        return {
            cls.QUEUED: (cls.SENDING, cls.SENT),
            cls.SENDING: (cls.QUEUED, cls.SENT, cls.FAILED),
            cls.SENT: (),
            cls.FAILED: (),
        }


class Reason(TextChoices):
    """Why a delivery waits or failed."""

    NO_ADDRESS = "no_address", _("There is no address")
    RECIPIENT_ERASED = "recipient_erased", _("The recipient's data was erased")
    RENDER_FAILED = "render_failed", _("The text could not be made")
    PROVIDER_REJECTED = "provider_rejected", _("The mail server refused it")
    PROVIDER_DOWN = "provider_down", _("The mail server did not take it in time")


class Outcome(TextChoices):
    """What the mail server said to one attempt."""

    ACCEPTED = "accepted", _("Accepted")
    DEFERRED = "deferred", _("To be tried again")
    REJECTED = "rejected", _("Refused for good")
    UNAVAILABLE = "unavailable", _("No answer, or no mail is taken now")


class InboxState(TextChoices):
    """Whether its recipient has read a message."""

    UNREAD = "unread", _("Unread")
    READ = "read", _("Read")


class Permission(TextChoices):
    """What staff may do in notifications."""

    DELIVERY_VIEW = "notifications.delivery.view"


class Param(StrEnum):
    """What a value of a message is, and so how it is written: by the recipient's language and time zone."""

    MONEY = "money"
    TEXT = "text"
    NUMBER = "number"
    INSTANT = "instant"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of message, `<app>.<name>`, declared by its app's configuration in `notification_kinds`.

    `params` are exactly the values that a message brings and its texts may use. The texts are files:
    `templates/<app>/notifications/<name>.subject.txt`, `.inbox.txt` and `.email.txt`. `is_security`: before all others.
    """

    code: str
    params: Mapping[str, Param]
    is_security: bool = False

    def template(self, part: str) -> str:
        """Return the path of one text: subject, inbox or email."""
        app, _, name = self.code.partition(".")
        return f"{app}/notifications/{name}.{part}.txt"
