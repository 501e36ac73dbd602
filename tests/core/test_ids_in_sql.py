"""The outside form of an id, read by the database: for statements that join what is kept by that form."""

from uuid import UUID

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.core import ids

pytestmark = pytest.mark.django_db


def in_sql(*refs: str) -> list[UUID | None]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT core_id_of(ref) FROM unnest(%s::text[]) WITH ORDINALITY AS r (ref, place) ORDER BY place", [[*refs]]
        )
        return [row[0] for row in cursor.fetchall()]


@given(st.lists(st.uuids(), min_size=1, max_size=20), st.from_regex(r"[a-z]{2,4}", fullmatch=True))
@settings(max_examples=50, deadline=None)
def test_the_database_reads_what_we_write(values: list[UUID], prefix: str) -> None:
    assert in_sql(*(ids.encode(prefix, one) for one in values)) == values


def test_both_ends_are_read() -> None:
    assert in_sql(ids.encode("cus", UUID(int=0)), ids.encode("cus", UUID(int=2**128 - 1))) == [
        UUID(int=0),
        UUID(int=2**128 - 1),
    ]


def test_any_other_text_stands_for_none() -> None:
    whole = ids.encode("cus", UUID(int=2**128 - 1))

    assert (
        in_sql("cus_a", "", whole[:-1], whole + "0", whole.replace("_", ""), whole.upper(), "cus_8" + whole[5:])
        == [None] * 7
    )
