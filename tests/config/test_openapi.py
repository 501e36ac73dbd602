"""The document and its page, made of the addresses of the tests."""

import pytest
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from config.openapi.reader import Reader, inline

URLS = "tests.core.api.site"


@pytest.fixture(scope="module")
def document():
    return SchemaGenerator(urlconf=URLS).get_schema(request=None, public=True)


def statuses(document, method, path):
    return sorted(document["paths"][f"/api/v1/{path}"][method]["responses"])


def test_the_document_is_valid(document):
    validate_schema(document)

    assert document["openapi"] == "3.1.0"


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("get", "health/live", "200 422 429 503"),
        ("get", "notes", "200 400 401 403 422 429 503"),
        ("post", "notes", "201 400 401 403 409 413 415 422 429 503"),
        ("patch", "notes/{id}", "200 400 401 403 404 412 413 415 422 428 429 503"),
        ("delete", "notes/{id}", "204 401 403 404 412 422 428 429 503"),
    ],
)
def test_an_operation_names_its_answers(document, method, path, expected):
    assert statuses(document, method, path) == expected.split()


def test_headers_follow_from_the_declaration(document):
    paths = document["paths"]
    pay = {one["name"]: one["required"] for one in paths["/api/v1/payments"]["post"]["parameters"]}
    write = [one["name"] for one in paths["/api/v1/notes"]["post"]["parameters"] if one.get("required")]
    change = [one["name"] for one in paths["/api/v1/notes/{id}"]["patch"]["parameters"]]

    assert (pay, "Idempotency-Key" in write, "If-Match" in change) == ({"Idempotency-Key": True}, False, True)


def test_ids_and_money_have_their_form(document):
    parameter = document["paths"]["/api/v1/notes/{id}"]["get"]["parameters"][0]
    money = document["components"]["schemas"]["PositiveMoney"]

    assert parameter["schema"]["pattern"] == "^evt_[0-7][0-9a-hjkmnp-tv-z]{25}$"
    assert (money["properties"]["amount"]["minimum"], money["additionalProperties"]) == (1, False)


def test_a_signed_in_operation_names_the_scheme(document):
    assert document["paths"]["/api/v1/notes"]["get"]["security"] == [{"sessionToken": []}]
    assert "security" not in document["paths"]["/api/v1/echo"]["post"]


def test_bodies_take_no_other_fields(document):
    assert document["components"]["schemas"]["NoteIn"]["additionalProperties"] is False


def test_the_reader_shows_fields_examples_and_codes(document):
    entries = {one.name: one for found in Reader(document, "https://x.test").tags().values() for one in found}

    pay = entries["payments_make"]
    assert [row.name for row in pay.body][:2] == ["text", "target"]
    assert "target.note" in [row.name for row in pay.body]
    assert "Idempotency-Key: $(uuidgen)" in pay.call
    assert "idempotency_key_required" in [one.code for one in pay.refusals]
    assert "https://x.test/api/v1/notes/evt_01jd3n5xbp8k7q2v9c4m6tahwz" in entries["notes_read"].call
    assert "results[].id" in [row.name for row in entries["notes_list"].successes[0].rows]


def test_files_are_sent_as_a_form_and_answered_as_they_are(document):
    described = document["paths"]["/api/v1/files"]["post"]
    entries = {one.name: one for found in Reader(document, "https://x.test").tags().values() for one in found}

    assert list(described["requestBody"]["content"]) == ["multipart/form-data"]
    assert described["responses"]["200"] == {
        "description": "The file.",
        "content": {"image/png": {"schema": {"type": "string", "format": "binary"}}},
    }
    assert "-F 'kind=short'" in entries["files_send"].call
    assert "-F 'file=@file'" in entries["files_send"].call
    assert "Content-Type" not in entries["files_send"].call


def test_text_is_escaped_and_words_are_code():
    assert inline("<b> `a`") == "&lt;b&gt; <code>a</code>"


@pytest.mark.django_db
def test_the_page_needs_no_foreign_host_and_no_script():
    answer = Client().get("/api/docs/")

    text = answer.content.decode()
    assert (answer.status_code, "<script" in text, "style=" in text) == (200, False, False)
    assert ("http://" in text.replace("http://127.0.0.1:8000", ""), "https://" in text) == (False, False)
    assert 'id="health_ready"' in text


@pytest.mark.django_db
def test_the_document_is_handed_out():
    answer = Client().get("/api/v1/openapi")

    assert (answer.status_code, answer.json()["openapi"]) == (200, "3.1.0")
