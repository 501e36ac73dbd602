"""Refusals of compliance."""

from apps.core.errors import BadMediaType, Conflict, Duplicate, Forbidden, Invalid, TooLarge


class ApplicationOpen(Duplicate):
    """There is an application that is not decided yet. Go on with that one: `GET /api/v1/kyc/applications`."""

    code = "application_open"
    title = "An application is open"
    constraints = ("compliance_kycapplication_undecided",)


class AlreadyApproved(Conflict):
    """The identity is confirmed already; there is nothing to apply for."""

    code = "already_approved"
    title = "Already confirmed"


class ChecksIncomplete(Invalid):
    """Facts or documents are missing; the answer names them in `context.missing`. Add them and submit again."""

    code = "checks_incomplete"
    title = "Something is missing"


class FactInvalid(Invalid):
    """A fact cannot be true, such as a birth date that lies ahead. Correct the named field."""

    code = "fact_invalid"
    title = "Cannot be right"


class DocumentTooLarge(TooLarge):
    """A document has at most 15 MB. Send a smaller image; sides of 2,000 pixels are enough."""

    code = "document_too_large"
    title = "Document too large"


class DocumentRefused(Invalid):
    """The file is no image that can be shown: `context.reason` is empty, damaged or too_many_pixels.

    Photograph the document again and send that.
    """

    code = "document_refused"
    title = "Not an image that we can show"


class DocumentTypeRefused(BadMediaType):
    """Only JPEG and PNG images are taken; what a file is shows in its content, not in its name."""

    code = "document_type_refused"
    title = "Send a JPEG or PNG image"


class DocumentHeicRefused(BadMediaType):
    """The image is HEIC, which phones use by themselves. Export it as JPEG, or set the camera to "most compatible"."""

    code = "document_heic_refused"
    title = "HEIC is not taken: send the photo as JPEG"


class DocumentDuplicate(Duplicate):
    """This very image belongs to the application already."""

    code = "document_duplicate"
    title = "Image sent before"
    constraints = ("compliance_document_once",)


class TooManyDocuments(Conflict):
    """An application holds at most 12 images, and is sent 60 in all. Remove one first, or write to support."""

    code = "too_many_documents"
    title = "Too many images"


class ConflictOfInterest(Forbidden):
    """Nobody opens or decides their own file. Give the work back; a colleague does it."""

    code = "conflict_of_interest"
    title = "Your own file"
