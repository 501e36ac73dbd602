"""What follows from a decision: the applicant is told."""

from apps.compliance.enums import Topic
from apps.compliance.services import notices
from apps.core import ids, outbox
from apps.core.outbox import News


@outbox.handles(Topic.APPLICATION_APPROVED, name="compliance.tell_approved")
def tell_approved(news: News) -> None:
    notices.tell_decision(application=ids.decode("kyc", news.subject), kind=notices.APPROVED, by=news.by, at=news.at)


@outbox.handles(Topic.APPLICATION_REJECTED, name="compliance.tell_rejected")
def tell_rejected(news: News) -> None:
    notices.tell_decision(application=ids.decode("kyc", news.subject), kind=notices.REJECTED, by=news.by, at=news.at)


@outbox.handles(Topic.INFORMATION_REQUESTED, name="compliance.tell_requested")
def tell_requested(news: News) -> None:
    notices.tell_request(asked=ids.decode("irq", news.data["request"]), by=news.by, at=news.at)
