"""Opening a file is written down; only who holds the work sees all of it."""

import io

import pytest
from PIL import Image

from apps.compliance.errors import ConflictOfInterest
from apps.compliance.models import Document
from apps.compliance.services import readings
from apps.core import clock
from apps.core.errors import NotFound
from apps.core.models import AuditEvent
from apps.workflow.errors import LeaseLost
from tests.factories import accounts
from tests.factories import compliance as make
from tests.support.written import nothing_written

pytestmark = pytest.mark.django_db


def image_of(application):
    return Document.objects.get(application=application)


def test_the_reviewer_sees_everything(claimed, officer):
    application, _ = claimed

    found = readings.open_file(application.pk, by=officer, at=clock.now())

    assert found.facts.id_number.number == "219-09-9999"
    event = AuditEvent.objects.get(action="compliance.application.read")
    assert (event.actor_id, event.subject, event.data) == (officer.id, application.ref, {"masked": False})


def test_others_see_the_number_masked(claimed, other):
    application, _ = claimed

    found = readings.open_file(application.pk, by=other, at=clock.now())

    assert (found.facts.id_number.number, found.facts.id_number.last4) == ("", "9999")
    assert AuditEvent.objects.get(action="compliance.application.read").data == {"masked": True}


def test_the_reviewer_is_shown_images(claimed, officer):
    application, _ = claimed

    shown = readings.open_document(image_of(application).pk, by=officer, at=clock.now())

    assert Image.open(io.BytesIO(shown.content)).size == (60, 40)
    event = AuditEvent.objects.get(action="compliance.document.read")
    assert (event.actor_id, event.related) == (officer.id, [application.ref])


def test_others_are_shown_no_image(claimed, other):
    application, _ = claimed
    with nothing_written(), pytest.raises(LeaseLost):
        readings.open_document(image_of(application).pk, by=other, at=clock.now())


def test_nobody_opens_their_own_file(unit):
    with unit():
        customer = accounts.customer()
        application = make.submitted(customer)
        officer = make.reviewer(linked_customer=customer)
        make.claimed(officer, application)
    with nothing_written():
        for call, key in ((readings.open_file, application.pk), (readings.open_document, image_of(application).pk)):
            with pytest.raises(ConflictOfInterest):
                call(key, by=officer, at=clock.now())


def test_drafts_are_the_customers_alone(unit, officer, complete):
    with nothing_written():
        for call, key in ((readings.open_file, complete.pk), (readings.open_document, image_of(complete).pk)):
            with pytest.raises(NotFound):
                call(key, by=officer, at=clock.now())


def test_a_number_that_others_state_too_is_shown(claimed, officer, unit):
    application, _ = claimed
    with unit():
        twin = make.submitted()
        make.kyc_application()

    found = readings.open_file(application.pk, by=officer, at=clock.now())

    assert found.same_number == [make.owner_of(twin)]
