"""Images of an application: taken while it may be changed, sealed at rest."""

from functools import partial

import pytest
from django.core.files.storage import default_storage

from apps.compliance.errors import DocumentDuplicate, TooManyDocuments
from apps.compliance.models import Document
from apps.compliance.services import applications, blobs, documents
from apps.core import clock
from apps.core.errors import DomainError, InvalidState, NotFound, Stale
from apps.core.models import AuditEvent
from apps.core.services import data_keys
from tests.factories import compliance as make
from tests.support.written import nothing_written

pytestmark = pytest.mark.django_db


def add(application, by, content=None, kind="passport"):
    prepared = documents.prepare(application.pk, content=make.image() if content is None else content)
    return documents.add(application.pk, kind=kind, image=prepared, by=by, at=clock.now())


def test_add_keeps_an_image_sealed(draft, officer):
    given = make.image("PNG", size=(80, 50))

    found = add(draft, officer, given)

    assert (found.media_type, found.width, found.height, found.version) == ("image/png", 80, 50, 1)
    with default_storage.open(found.view_key) as file:
        stored = file.read()
    assert b"PNG" not in stored
    assert blobs.opened(document=found).startswith(b"\x89PNG")
    event = AuditEvent.objects.get(action="compliance.document.add")
    assert (event.subject, event.related) == (found.ref, [draft.ref])


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\xff\xd8\xff" + bytes(16 * 1024 * 1024), "document_too_large"),
        (b"", "document_refused"),
        (b"<script>alert(1)</script>", "document_type_refused"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "document_heic_refused"),
        (b"\x89PNG\r\n\x1a\nscript", "document_refused"),
    ],
    ids=["16 MB", "0 bytes", "script", "HEIC", "PNG that is a script"],
)
def test_add_refuses_what_is_no_image(draft, officer, content, code):
    with nothing_written(), pytest.raises(DomainError) as refused:
        add(draft, officer, content)

    assert refused.value.code == code


def test_add_refuses_the_same_image_again(draft, officer):
    given = make.image()
    add(draft, officer, given)
    with nothing_written(), pytest.raises(DocumentDuplicate):
        add(draft, officer, given, "selfie")


def test_add_stops_at_twelve(draft, officer):
    for _ in range(12):
        add(draft, officer)
    with nothing_written(), pytest.raises(TooManyDocuments):
        add(draft, officer)


@pytest.mark.slow
def test_add_stops_at_sixty_with_removed_ones(draft, officer):
    for _ in range(60):
        documents.remove(add(draft, officer).pk, version=1, by=officer, at=clock.now())
    with nothing_written(), pytest.raises(TooManyDocuments):
        add(draft, officer)


def test_add_is_refused_when_it_was_submitted_meanwhile(complete, officer):
    prepared = documents.prepare(complete.pk, content=make.image())
    applications.submit(complete.pk, by=officer, at=clock.now())
    with nothing_written(), pytest.raises(InvalidState):
        documents.add(complete.pk, kind="selfie", image=prepared, by=officer, at=clock.now())


def test_remove_hides_an_image(draft, officer):
    found = add(draft, officer)

    documents.remove(found.pk, version=1, by=officer, at=clock.now())

    assert Document.objects.filter(application=draft).count() == 0
    removed = Document.all_objects.get(pk=found.pk)
    assert (removed.deleted_by, removed.version) == (officer.id, 2)
    with pytest.raises(NotFound):
        documents.remove(found.pk, version=2, by=officer, at=clock.now())
    assert add(draft, officer).kind == "passport"


def test_remove_needs_the_version_that_was_seen(draft, officer):
    found = add(draft, officer)
    with nothing_written(), pytest.raises(Stale):
        documents.remove(found.pk, version=7, by=officer, at=clock.now())


def test_images_of_what_is_in_review_stay(waiting, officer):
    image = Document.objects.get(application=waiting)
    with nothing_written():
        for call in (partial(add, waiting, officer), partial(documents.remove, image.pk, version=1)):
            with pytest.raises(InvalidState):
                call() if call.func is add else call(by=officer, at=clock.now())


def test_an_erasure_closes_images(draft, officer, unit):
    found = add(draft, officer)
    with unit():
        data_keys.destroy(owner=make.owner_of(draft), reason="asked for")

    with pytest.raises(DomainError) as refused:
        blobs.opened(document=Document.objects.get(pk=found.pk))

    assert refused.value.code == "data_erased"
