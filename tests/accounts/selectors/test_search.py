"""Staff find a customer by what they know of one."""

import pytest
from django.db import connection

from apps.accounts.models import CustomerSearch
from apps.accounts.selectors import customers
from apps.core import actors, clock, db
from tests.factories import accounts as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    with db.unit(by=actors.system("test"), at=clock.now()):
        make.customer(name="Bob Example", address="bob@example.com")
        return make.customer(name="Ada Nwosu-Lindström", address="Ada.Lind@Example.com")


@pytest.mark.parametrize("term", ["ada", "LINDSTRÖM", " nwosu-lind ", "ada.lind@example.com", "LIND@EXAMPLE", "wosu"])
def test_search_finds_by_part_in_any_case(ada, term):
    assert [found.customer for found in customers.search(term)] == [ada.pk]


def test_search_finds_by_typed_id(ada):
    assert [found.ref for found in customers.search(ada.ref.upper().replace("CUS_", "cus_"))] == [ada.ref]


@pytest.mark.parametrize("term", ["", "   ", "%", "_", "nobody", "cus_nonsense"])
def test_search_finds_nobody_by_nothing(ada, term):
    assert customers.search(term) == []


def test_search_reads_the_trigram_index(ada):
    rows = CustomerSearch.objects.filter(legal_name__icontains="lindström")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")

    assert "accounts_customersearch_legal" in rows.explain()
