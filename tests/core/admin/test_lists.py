"""Lists of rows: pages by cursor, masked columns, the same number of queries at one row and at three."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.admin.customers import CustomerAdmin
from apps.accounts.models import Customer
from apps.core.admin import keyset, shown
from tests.console.pages import name_of, registered
from tests.factories import accounts
from tests.support import kinds, staff
from tests.support.units import unit

pytestmark = pytest.mark.django_db

EACH = pytest.mark.parametrize("model", registered(), ids=[model._meta.label for model in registered()])
CUSTOMERS = "/console/accounts/customer/"


@pytest.fixture
def auditor():
    return staff.signed_in("auditor")


def refs(answer) -> list[str]:
    return [row.ref for row in answer.context["cl"].result_list]


def test_every_model_of_the_project_has_a_list():
    listed = set(registered())
    wanted = [
        model
        for model in kinds.project_models()
        if "history" not in kinds.kinds_of(model) and model.__module__.startswith("apps.")
    ]

    assert [one._meta.label for one in wanted if one not in listed and not one._meta.is_composite_pk] == []


@EACH
def test_a_list_needs_as_many_queries_at_three_rows_as_at_one(model, auditor):
    url = reverse(f"admin:{name_of(model)}_changelist")
    kinds.make(model)
    auditor.get(url)
    with CaptureQueriesContext(connection) as one:
        auditor.get(url)
    for _ in range(2):
        kinds.make(model)
    with CaptureQueriesContext(connection) as three:
        answer = auditor.get(url)

    assert answer.status_code == 200
    assert len(answer.context["cl"].result_list) >= 3
    assert len(one) == len(three) <= 12


@EACH
def test_a_record_shows_every_column_but_secret_ones(model, auditor):
    row = kinds.make(model)

    answer = auditor.get(shown.record_url(model, row))

    assert answer.status_code == 200
    kept = shown.privacy(model)
    names = [one.name for one in model._meta.concrete_fields if one.name != "id" and kept.get(one.name) != "secret"]
    assert len(answer.context["lines"]) == len(names)


def test_pages_hold_every_row_once_forwards_and_backwards(auditor, monkeypatch):
    monkeypatch.setattr(CustomerAdmin, "list_per_page", 3)
    with unit():
        made = [accounts.customer().ref for _ in range(8)]
    first = auditor.get(CUSTOMERS)
    second = auditor.get(CUSTOMERS + first.context["cl"].next_link)
    third = auditor.get(CUSTOMERS + second.context["cl"].next_link)
    back = auditor.get(CUSTOMERS + third.context["cl"].previous_link)

    assert refs(first) + refs(second) + refs(third) == made[::-1]
    assert refs(back) == refs(second)
    assert (first.context["cl"].previous_link, third.context["cl"].next_link) == ("", "")


def test_a_cursor_of_another_list_begins_anew(auditor, monkeypatch):
    monkeypatch.setattr(CustomerAdmin, "list_per_page", 1)
    with unit():
        accounts.customer()
        newest = accounts.customer().ref
    cursor = keyset.page(Customer.objects.all(), ("id",), limit=1).after

    assert refs(auditor.get(CUSTOMERS, {"after": cursor})) == [newest]
    assert refs(auditor.get(CUSTOMERS, {"after": "forged:signature"})) == [newest]


def test_a_row_made_meanwhile_moves_no_other_row(auditor, monkeypatch):
    monkeypatch.setattr(CustomerAdmin, "list_per_page", 2)
    with unit():
        made = [accounts.customer().ref for _ in range(4)]
    first = auditor.get(CUSTOMERS)
    with unit():
        accounts.customer()

    second = auditor.get(CUSTOMERS + first.context["cl"].next_link)

    assert refs(first) + refs(second) == made[::-1]


def test_counting_gives_up_beyond_the_most_that_is_shown(auditor, monkeypatch):
    monkeypatch.setattr(keyset, "MOST_COUNTED", 2)
    with unit():
        for _ in range(4):
            accounts.customer()

    answer = auditor.get(CUSTOMERS)

    assert answer.context["cl"].is_count_capped
    assert answer.context["cl"].result_count == 3


@pytest.mark.parametrize("query", ["email_fp__startswith=x", "email_sealed__isnull=0", "password__startswith=a"])
def test_a_condition_on_what_is_masked_is_refused(auditor, query):
    assert auditor.get(f"/console/accounts/user/?{query}").status_code == 400


@pytest.mark.parametrize("column", ["legal_name", "email"])
def test_plain_personal_columns_are_masked(auditor, column):
    with unit():
        accounts.customer(name="Grace Unmistakable", address="unmistakable@example.com")

    body = auditor.get("/console/accounts/customersearch/").content.decode()

    assert "nmistakable" not in body
    assert {"legal_name": "G***", "email": "u***@e***.com"}[column] in body


def test_the_span_filter_finds_what_was_made_since(auditor):
    with unit():
        accounts.customer()

    assert len(refs(auditor.get(CUSTOMERS, {"since": "hour"}))) == 1
    assert auditor.get(CUSTOMERS, {"since": "always"}).status_code == 200


@pytest.mark.parametrize("key", ["cus_00000000000000000000000000", "wal_00000000000000000000000000", "1", "x" * 300])
def test_an_unknown_record_is_not_found(auditor, key):
    assert auditor.get(f"{CUSTOMERS}{key}/").status_code == 404
    assert auditor.get(f"{CUSTOMERS}{key}/history/").status_code == 404
