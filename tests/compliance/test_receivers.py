"""Applicants are told what became of their application, once, in their inbox and by mail."""

import pytest

from apps.compliance.services import applications
from apps.core import clock
from apps.core.models import OutboxDelivery
from apps.core.selectors import data_keys
from apps.core.services import dispatch
from apps.notifications.models import Delivery, Notification
from apps.notifications.selectors.inbox import BODY, TITLE
from apps.notifications.services import recipients
from tests.factories import accounts
from tests.factories import compliance as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(unit, officer):
    """Return an application of somebody who can be told, and the work on it."""
    with unit():
        customer = accounts.customer()
        recipients.upsert(recipient=customer.user.ref, email="ada@example.com", locale="en", tz="UTC")
    with unit():
        return make.claimed(officer, make.submitted(customer))


def told():
    """Run what is due and return title and text of every message."""
    dispatch.drain(queue="default")
    rows = Notification.objects.select_related("recipient").order_by("seq")
    return [
        (
            data_keys.open_text(owner=row.recipient.owner, column=TITLE, sealed=row.title_sealed),
            data_keys.open_text(owner=row.recipient.owner, column=BODY, sealed=row.body_sealed),
        )
        for row in rows
    ]


def decide(verb, held, officer, **given):
    application, item = held
    call = getattr(applications, verb)
    return call(application.pk, item=item.pk, version=item.version, by=officer, at=clock.now(), **given)


@pytest.mark.parametrize(
    ("verb", "given", "title"),
    [
        ("approve", {"reason": "identity_confirmed"}, "Your identity is confirmed"),
        ("reject", {"reason": "document_expired"}, "Your application was not accepted"),
        ("request_more", {"wanted": ["selfie"]}, "We need more from you"),
    ],
)
def test_an_applicant_is_told_once(held, officer, verb, given, title):
    decide(verb, held, officer, **given)

    first, again = told(), told()

    assert [heading for heading, _ in first] == [title]
    assert again == first
    assert Delivery.objects.count() == 1
    assert set(OutboxDelivery.objects.values_list("state", flat=True)) == {"done"}


def test_a_rejection_does_not_say_why(held, officer):
    decide("reject", held, officer, reason="document_expired")

    assert "expired" not in str(told())


def test_a_request_says_until_when(held, officer):
    request = decide("request_more", held, officer, wanted=["selfie"])

    ((_, text),) = told()
    assert str(request.due_at.year) in text


def test_a_second_request_is_told_too(held, officer, unit):
    decide("request_more", held, officer, wanted=["selfie"])
    with unit():
        application = held[0]
        application.refresh_from_db()
        make.asked(make.submit(application), officer, ["both_sides"])

    assert len(told()) == 2
