"""Uploads: what is no image is refused, and leaves nothing."""

import pytest
from django.test.client import MULTIPART_CONTENT

from apps.compliance.models import Document
from tests.compliance.api.conftest import started
from tests.factories import compliance as make
from tests.support.written import nothing_written

pytestmark = pytest.mark.django_db
MB = 1024 * 1024


def test_an_image_is_taken_whatever_its_name(ann):
    row = started(ann)

    answer = ann.upload(row.ref, make.image("PNG", size=(90, 70)), "selfie")

    body = answer.json()
    assert answer.status_code == 201
    assert (body["kind"], body["media_type"], body["width"], body["height"]) == ("selfie", "image/png", 90, 70)
    assert answer.headers["ETag"] == '"v1"'


def test_the_same_request_again_is_answered_the_same(ann):
    row, image = started(ann), make.image()

    first = ann.upload(row.ref, image, Idempotency_Key="k1")
    again = ann.upload(row.ref, image, Idempotency_Key="k1")
    other = ann.upload(row.ref, make.image(), Idempotency_Key="k1")

    assert again.json() == first.json()
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    assert Document.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"\xff\xd8\xff" + bytes(16 * MB), 413, "document_too_large"),
        (b"\xff\xd8\xff" + bytes(15 * MB), 413, "document_too_large"),
        (b"", 422, "document_refused"),
        (b"<html><script>alert(1)</script></html>", 415, "document_type_refused"),
        (b"\x89PNG\r\n\x1a\n<script>alert(1)</script>", 422, "document_refused"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", 415, "document_heic_refused"),
        (make.bomb(30_000, 30_000), 422, "document_refused"),
    ],
    ids=["16 MB", "a little above 15 MB", "0 bytes", "script", "PNG that is a script", "HEIC", "bomb"],
)
def test_what_is_no_image_is_refused(ann, content, status, code):
    row = started(ann)
    with nothing_written():
        answer = ann.upload(row.ref, content)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_heic_is_refused_with_advice(ann):
    answer = ann.upload(started(ann).ref, b"\0\0\0\x18ftypheic\0\0\0\0mif1heic")

    assert answer.json()["title"] == "HEIC is not taken: send the photo as JPEG"
    advice = ann.get(answer.json()["type"].removeprefix("/api/v1/")).json()
    assert "most compatible" in str(advice)


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b'{"kind": "passport"}', "application/json", 415),
        (b"no form at all", MULTIPART_CONTENT, 422),
        (b"", "multipart/form-data", 422),
        (b"kind=passport", "application/x-www-form-urlencoded", 415),
    ],
)
def test_what_is_no_form_is_refused(ann, body, kind, status):
    row = started(ann)
    with nothing_written():
        answer = ann.post(f"kyc/applications/{row.ref}/documents", body, Content_Type=kind)

    assert answer.status_code == status


def test_a_wrong_kind_is_refused(ann):
    row = started(ann)
    with nothing_written():
        answer = ann.upload(row.ref, make.image(), "library_card")

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/kind")


def test_an_image_is_removed(ann):
    row = started(ann)
    document = ann.upload(row.ref, make.image()).json()["id"]
    address = f"kyc/documents/{document}"

    missing = ann.send("DELETE", address)
    stale = ann.send("DELETE", address, If_Match='"v2"')
    removed = ann.send("DELETE", address, If_Match='"v1"')
    again = ann.send("DELETE", address, If_Match='"v1"')

    assert [one.status_code for one in (missing, stale, removed, again)] == [428, 412, 204, 404]
    assert ann.get(f"kyc/applications/{row.ref}").json()["documents"] == []


def test_images_in_review_stay(ann, unit):
    row = started(ann)
    with unit():
        make.submit(make.complete(row))
    image = Document.objects.get(application=row)
    with nothing_written():
        added = ann.upload(row.ref, make.image())
        removed = ann.send("DELETE", f"kyc/documents/{image.ref}", If_Match='"v1"')

    assert [(one.status_code, one.json()["code"]) for one in (added, removed)] == [(409, "invalid_state")] * 2
