"""Words of calls to partners: outcomes, and what an answer's code means."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class OutcomeKind(TextChoices):
    """What a call came to. Unknown: it was sent, and nobody can say yet what became of it."""

    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    REJECTED = "rejected", _("Rejected")
    RETRYABLE = "retryable", _("To be repeated")
    UNKNOWN = "unknown", _("Unknown")


class ErrorClass(TextChoices):
    """What a partner's code means. A definite failure is one of which the partner says that nothing happened."""

    DECLINED = "declined", _("Declined")
    REJECTED = "rejected", _("Rejected")
    RETRYABLE = "retryable", _("To be repeated")
    UNKNOWN = "unknown", _("Unknown")
    DEFINITE_FAILURE = "definite_failure", _("Nothing happened")
