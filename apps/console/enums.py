"""Words of the console: permissions that belong to no other app, and the kinds of what a search finds."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Permission(TextChoices):
    """What staff may do in the console itself."""

    AUDIT_VIEW = "console.audit.view"
    RECORD_VIEW = "console.record.view"
    """Look at every list, as masked as everybody sees it."""
    REVEAL_MAKE = "console.reveal.make"


class Alarm(TextChoices):
    """What is wrong with the running system."""

    AUDIT_UNSEALED = "audit_unsealed", _("Audit events wait to be sealed")
    LEDGER_UNSEALED = "ledger_unsealed", _("Postings wait to be sealed")
    OUTBOX_LATE = "outbox_late", _("Messages wait to be delivered")
    DELIVERY_DEAD = "delivery_dead", _("Deliveries were given up")
    JOB_OVERDUE = "job_overdue", _("Timed jobs are late")
    PARTITIONS_SHORT = "partitions_short", _("Few partitions are left ahead")


class Stream(TextChoices):
    """Of what a timeline tells."""

    MONEY = "money", _("Money")
    IDENTITY = "identity", _("Identity")
    TALK = "talk", _("Tickets and chats")
    SIGN_IN = "sign_in", _("Sign-ins")
    STAFF = "staff", _("Acts and changes")
    READING = "reading", _("Who looked")


class Why(TextChoices):
    """Why a search found something."""

    EMAIL = "email", _("The e-mail address")
    NUMBER = "number", _("The number of the ticket")
    WORDS = "words", _("Part of the name or address")
