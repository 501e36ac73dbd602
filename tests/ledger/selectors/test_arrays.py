"""Packed arrays reach the database as what was packed."""

import struct
from uuid import UUID

import psycopg
import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from apps.ledger.selectors.arrays import Bigints, Digests, Smallints, Texts, Uuids

pytestmark = pytest.mark.django_db

SMALL = st.integers(-(2**15), 2**15 - 1)
LARGE = st.integers(-(2**63), 2**63 - 1)
TEXT = st.text(st.characters(blacklist_characters="\0", blacklist_categories=("Cs",)), max_size=20)


def read(packed):
    """Return what the database reads, and the type that it was sent as."""
    with connection.connection.cursor(binary=True) as cursor:
        return cursor.execute("SELECT %s, pg_typeof(%s)::text", [packed, packed]).fetchone()


@pytest.fixture(autouse=True)
def connected():
    connection.ensure_connection()


@given(st.lists(SMALL, max_size=30))
def test_small_numbers(values):
    assert read(Smallints.of(values)) == (values, "smallint[]")


@given(st.lists(LARGE, max_size=30))
def test_large_numbers(values):
    assert read(Bigints.of(values)) == (values, "bigint[]")


@given(st.lists(st.uuids(), max_size=30))
def test_uuids(values):
    assert read(Uuids.of(values)) == (values, "uuid[]")


@given(st.lists(st.binary(max_size=40), max_size=30))
def test_digests(values):
    assert read(Digests.of(values)) == (values, "bytea[]")


@given(st.lists(TEXT, max_size=30))
def test_texts(values):
    assert read(Texts.of(values)) == (values, "text[]")


@pytest.mark.parametrize(("kind", "value"), [(Smallints, 2**15), (Bigints, 2**63), (Bigints, -(2**63) - 1)])
def test_a_number_without_room_is_not_packed(kind, value):
    with pytest.raises(struct.error):
        kind.of([value])


def test_a_text_that_the_database_cannot_keep_is_refused_there():
    with pytest.raises(psycopg.DataError):
        read(Texts.of(["a\0b"]))


def test_elements_are_counted_from_one():
    with connection.connection.cursor() as cursor:
        row = cursor.execute("SELECT (%s)[1], array_lower(%s, 1)", [Uuids.of([UUID(int=7)])] * 2).fetchone()
    assert row == (UUID(int=7), 1)
