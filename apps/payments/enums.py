"""Words of payments: states of cards and top-ups, what became of events, topics, permissions."""

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from apps.workflow.enums import Queue

CHARGE: Final = "payment_intents.create"
READ: Final = "payment_intents.read"
SEARCH: Final = "payment_intents.search"
CANCEL: Final = "payment_intents.cancel"
"""Calls about a payment, by the names that their attempts keep."""

NO_SUCH_PAYMENT: Final = "no_such_payment"
SEVERAL_PAYMENTS: Final = "several_payments"
"""What a search by our reference comes to when it does not find the one payment."""


class MethodKind(TextChoices):
    """What money is taken from."""

    CARD = "card", _("Card")


class MethodStatus(TextChoices):
    """The life of a payment method. Pending: the partner has not answered yet."""

    PENDING = "pending", _("Being added")
    ACTIVE = "active", _("Ready")
    REFUSED = "refused", _("Refused")

    @classmethod
    def moves(cls) -> dict["MethodStatus", tuple["MethodStatus", ...]]:
        """Return what may follow what."""
        return {cls.PENDING: (cls.ACTIVE, cls.REFUSED), cls.ACTIVE: (), cls.REFUSED: ()}


class TopUpStatus(TextChoices):
    """The life of a top-up. Unknown: the partner was asked, and nobody can say yet whether the money was taken.

    Requires action: the card's bank asks its owner to confirm; nothing was taken yet.
    """

    CREATED = "created", _("Created")
    REQUIRES_ACTION = "requires_action", _("To be confirmed with the bank")
    PROCESSING = "processing", _("Under way at the bank")
    UNKNOWN = "unknown", _("Being clarified")
    CAPTURED = "captured", _("Completed")
    DECLINED = "declined", _("Declined")
    CANCELED = "canceled", _("Canceled")
    FAILED = "failed", _("Failed")

    @classmethod
    def moves(cls) -> dict["TopUpStatus", tuple["TopUpStatus", ...]]:
        """Return what may follow what."""
        ends = (cls.CAPTURED, cls.DECLINED, cls.CANCELED, cls.FAILED)
        return {
            cls.CREATED: (cls.REQUIRES_ACTION, cls.PROCESSING, cls.UNKNOWN, *ends),
            cls.REQUIRES_ACTION: (cls.PROCESSING, cls.UNKNOWN, *ends),
            cls.PROCESSING: (cls.UNKNOWN, *ends),
            cls.UNKNOWN: (cls.REQUIRES_ACTION, cls.PROCESSING, *ends),
            cls.CAPTURED: (),
            cls.DECLINED: (),
            cls.CANCELED: (),
            cls.FAILED: (),
        }


OPEN = (TopUpStatus.CREATED, TopUpStatus.REQUIRES_ACTION, TopUpStatus.PROCESSING, TopUpStatus.UNKNOWN)
"""The states in which the money may still come."""


class Finding(TextChoices):
    """What the partner last said of a payment, when it was read again."""

    NOT_READ = "not_read", _("Not read yet")
    TAKEN = "taken", _("The money was taken")
    DECLINED = "declined", _("The bank declined")
    UNDER_WAY = "under_way", _("The bank has not decided")
    NOTHING = "nothing", _("The partner knows of no payment")
    SEVERAL = "several", _("The partner knows of several payments")
    UNCLEAR = "unclear", _("No clear answer")


class Settlement(TextChoices):
    """How a payment ended, in the words of its states."""

    CAPTURED = "captured", _("The money was taken")
    DECLINED = "declined", _("The bank declined")
    CANCELED = "canceled", _("It was canceled before money was taken")
    FAILED = "failed", _("No money was taken")


class ReleaseMode(TextChoices):
    """When money that the partner has taken can be used."""

    IMMEDIATE = "immediate", _("At once")


class InboxResult(TextChoices):
    """What became of an event: it moved something, told nothing new, spoke of nobody, or is of a kind left alone."""

    APPLIED = "applied", _("Applied")
    STALE = "stale", _("Nothing new")
    UNMATCHED = "unmatched", _("Of nothing we know")
    IGNORED = "ignored", _("Not handled")


class AnomalyReason(TextChoices):
    """Why something from outside did not fit."""

    ILLEGAL_MOVE = "illegal_move", _("The state does not allow it")
    INTEGRITY = "integrity", _("Other amount, currency or reference")
    SECOND_PAYMENT = "second_payment", _("Taken a second time")
    NOT_CREDITABLE = "not_creditable", _("The wallet takes no money")
    UNMATCHED = "unmatched", _("Of nothing we know")
    BODY_DIFFERS = "body_differs", _("Same id, other content")


class Topic(TextChoices):
    """News of payments."""

    METHOD_CREATED = "payments.payment_method.created"
    METHOD_ACCEPTED = "payments.payment_method.accepted"
    METHOD_REFUSED = "payments.payment_method.refused"
    METHOD_REMOVED = "payments.payment_method.removed"
    TOP_UP_CREATED = "payments.top_up.created"
    TOP_UP_CAPTURED = "payments.top_up.captured"
    TOP_UP_DECLINED = "payments.top_up.declined"
    TOP_UP_FAILED = "payments.top_up.failed"
    TOP_UP_CANCELED = "payments.top_up.canceled"
    TOP_UP_ABANDONED = "payments.top_up.abandoned"
    TOP_UP_QUESTIONED = "payments.top_up.questioned"
    UNKNOWN_OPENED = "payments.unknown.opened"
    UNKNOWN_RESOLVED = "payments.unknown.resolved"
    WEBHOOK_RECEIVED = "payments.webhook.received"


class Permission(TextChoices):
    """What staff may do in payments."""

    ATTEMPT_VIEW = "payments.attempt.view"
    ATTEMPT_RESOLVE = "payments.attempt.resolve"
    INBOX_VIEW = "payments.inbox.view"


UNKNOWN: Final = Queue(
    code="payments.unknown",
    title=_("Payments without an outcome"),
    permission=Permission.ATTEMPT_RESOLVE,
)
