"""Words of compliance: states of an application, documents, what may be asked for, reasons, the queue, topics."""

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from apps.accounts.enums import Role
from apps.workflow.enums import Queue


class ApplicationStatus(TextChoices):
    """The life of an application. Who reviews one is the lease of its work item, not a state."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    IN_REVIEW = "in_review", _("In review")
    INFO_REQUESTED = "info_requested", _("More information needed")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")

    @classmethod
    def moves(cls) -> dict["ApplicationStatus", tuple["ApplicationStatus", ...]]:
        """Return what may follow what."""
        return {
            cls.DRAFT: (cls.SUBMITTED,),
            cls.SUBMITTED: (cls.IN_REVIEW,),
            cls.IN_REVIEW: (cls.INFO_REQUESTED, cls.APPROVED, cls.REJECTED),
            cls.INFO_REQUESTED: (cls.IN_REVIEW,),
            cls.APPROVED: (),
            cls.REJECTED: (),
        }


EDITABLE: Final = (ApplicationStatus.DRAFT, ApplicationStatus.INFO_REQUESTED)
"""States in which the customer may change facts and documents."""

UNDECIDED: Final = (
    ApplicationStatus.DRAFT,
    ApplicationStatus.SUBMITTED,
    ApplicationStatus.IN_REVIEW,
    ApplicationStatus.INFO_REQUESTED,
)


class TargetTier(TextChoices):
    """What may be applied for."""

    TIER1 = "tier1", _("Known customer")


class DocumentKind(TextChoices):
    """What an image shows."""

    PASSPORT = "passport", _("Passport")
    ID_CARD_FRONT = "id_card_front", _("Identity card, front")
    ID_CARD_BACK = "id_card_back", _("Identity card, back")
    LICENCE_FRONT = "licence_front", _("Driving licence, front")
    LICENCE_BACK = "licence_back", _("Driving licence, back")
    SELFIE = "selfie", _("Portrait of the applicant")
    PROOF_OF_ADDRESS = "proof_of_address", _("Proof of address")


IDENTITY_DOCUMENTS: Final = (
    frozenset({DocumentKind.PASSPORT}),
    frozenset({DocumentKind.ID_CARD_FRONT, DocumentKind.ID_CARD_BACK}),
    frozenset({DocumentKind.LICENCE_FRONT, DocumentKind.LICENCE_BACK}),
)
"""Each of these sets of images alone shows who somebody is."""


class MediaType(TextChoices):
    """The forms in which images are taken and kept."""

    JPEG = "image/jpeg", "JPEG"
    PNG = "image/png", "PNG"


class IdNumberKind(TextChoices):
    """By which number a state knows a person."""

    SSN = "ssn", _("Social security number")
    ITIN = "itin", _("Taxpayer identification number")
    NATIONAL_ID = "national_id", _("National identity number")
    PASSPORT = "passport", _("Passport number")


class RequestStatus(TextChoices):
    """The life of a request for more information."""

    OPEN = "open", _("Open")
    ANSWERED = "answered", _("Answered")

    @classmethod
    def moves(cls) -> dict["RequestStatus", tuple["RequestStatus", ...]]:
        """Return what may follow what."""
        return {cls.OPEN: (cls.ANSWERED,), cls.ANSWERED: ()}


class RequestItem(TextChoices):
    """What a customer may be asked for, in the words the customer reads."""

    CLEARER_IMAGES = "clearer_images", _("Send sharper images of your document, without reflections.")
    BOTH_SIDES = "both_sides", _("Send both sides of your document.")
    VALID_DOCUMENT = "valid_document", _("Send a document that has not expired.")
    SELFIE = "selfie", _("Send a portrait of yourself.")
    PROOF_OF_ADDRESS = "proof_of_address", _("Send a proof of your address that is at most three months old.")
    CORRECT_FACTS = "correct_facts", _("Correct your details: they differ from your document.")


class RejectionReason(TextChoices):
    """Why an application is rejected, in the approved words the customer reads: never a hit, a score or a note."""

    IDENTITY_NOT_CONFIRMED = "identity_not_confirmed", _("We could not confirm your identity.")
    FACTS_DIFFER = "facts_differ", _("Your details differ from those of your document.")
    DOCUMENT_UNREADABLE = "document_unreadable", _("We could not read your document.")
    DOCUMENT_EXPIRED = "document_expired", _("Your document has expired.")
    UNDER_AGE = "under_age", _("You are not old enough to use this service.")
    NOT_SERVED = "not_served", _("We do not offer this service where you live.")
    OTHER = "other", _("We could not accept your application.")


class Topic(TextChoices):
    """News of compliance."""

    APPLICATION_SUBMITTED = "compliance.application.submitted"
    APPLICATION_APPROVED = "compliance.application.approved"
    APPLICATION_REJECTED = "compliance.application.rejected"
    INFORMATION_REQUESTED = "compliance.information.requested"


class Permission(TextChoices):
    """What staff may do in compliance."""

    APPLICATION_DECIDE = "compliance.application.decide"


KYC: Final = Queue(
    code="compliance.kyc",
    title=_("Identity checks"),
    permission=Permission.APPLICATION_DECIDE,
    pickers=frozenset({Role.KYC_SENIOR}),
)
