"""Uploads through the real server: what is too large is refused before it is read, and answered."""

import httpx
import pytest

from apps.compliance.models import Document, KycApplication
from tests.accounts.api.people import Consumer
from tests.factories import compliance as make

MB = 1024 * 1024


@pytest.fixture
def ann(web, committed_db):
    """Return a customer with a draft, over HTTP."""
    with httpx.Client(base_url=web.url, timeout=30) as http:
        consumer = Consumer(web, http).sign_up()
        http.headers["X-Session-Token"] = consumer.token
        person = {"kind": "person", "legal_name": "Ada Okonkwo", "country": "US"}
        http.post("/api/v1/customers", json=person, headers={"Idempotency-Key": "uploads"})
        yield http


@pytest.mark.slow
def test_uploads_are_taken_or_refused_with_an_answer(ann):
    begun = ann.post("/api/v1/kyc/applications", json={}).json()
    address = f"/api/v1/kyc/applications/{begun['id']}/documents"

    def upload(content, **headers):
        files = {"file": ("photo.jpg", content, "image/jpeg")}
        return ann.post(address, data={"kind": "passport"}, files=files, headers=headers)

    taken = upload(make.image(size=(1_200, 800)))
    refused = [upload(content) for content in (bytes(16 * MB), bytes(64 * MB), b"", b"#!/bin/sh\n")]
    after = upload(make.image())

    assert taken.status_code == 201
    assert [(one.status_code, one.json()["code"]) for one in refused] == [
        (413, "document_too_large"),
        (413, "document_too_large"),
        (422, "document_refused"),
        (415, "document_type_refused"),
    ]
    assert after.status_code == 201
    row = next(one for one in KycApplication.objects.order_by("-id")[:5] if one.ref == begun["id"])
    assert Document.objects.filter(application=row).count() == 2
