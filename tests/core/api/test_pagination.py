"""Lists: pages without gaps or doubles, and cursors that fit one list and one caller."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

pytestmark = pytest.mark.django_db


@pytest.fixture
def notes(ann):
    """Seven notes of ann, oldest first."""
    return [ann.post("notes", {"text": f"n{number}"}).json()["text"] for number in range(7)]


def texts(answer):
    return [row["text"] for row in answer.json()["results"]]


def follow(caller, answer, way):
    address = answer.json()[way]
    return caller.get(address.removeprefix("/api/v1/")) if address else None


def test_pages_go_through_all_rows_and_back(ann, notes):
    first = ann.get("notes?limit=3")
    second = follow(ann, first, "next")
    third = follow(ann, second, "next")
    back = follow(ann, third, "previous")
    start = follow(ann, back, "previous")

    assert texts(first) + texts(second) + texts(third) == notes[::-1]
    assert (first.json()["previous"], third.json()["next"]) == (None, None)
    assert (texts(back), texts(start), start.json()["previous"]) == (texts(second), texts(first), None)
    assert texts(follow(ann, back, "next")) == texts(third)


def test_an_exact_last_page_has_no_next(ann, notes):
    assert ann.get("notes?limit=7").json()["next"] is None


def test_an_empty_list_has_no_pages(bob, notes):
    assert bob.get("notes").json() == {"results": [], "next": None, "previous": None}


def test_filters_stay_in_the_links(ann, notes):
    ann.post("notes", {"text": "n0"})

    first = ann.get("notes?limit=1&text=n0")

    assert (texts(first), texts(follow(ann, first, "next"))) == (["n0"], ["n0"])


def cursor(answer):
    return answer.json()["next"].rpartition("cursor=")[2]


def test_a_cursor_fits_one_list_one_filter_and_one_caller(ann, bob, notes):
    given = cursor(ann.get("notes?limit=2"))

    answers = [
        bob.get(f"notes?cursor={given}"),
        ann.get(f"notes?text=n1&cursor={given}"),
        ann.get(f"problems?cursor={given}"),
        ann.get(f"notes?cursor={given[:-1]}{'A' if given[-1] != 'A' else 'B'}"),
        ann.get(f"notes?cursor=x{given}"),
        ann.get("notes?cursor=nonsense"),
    ]

    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(400, "invalid_cursor")}


@pytest.mark.parametrize("limit", ["0", "201", "-1", "1.5", "1e1", "x", ""])
def test_a_limit_out_of_range_is_refused(ann, limit):
    assert ann.get(f"notes?limit={limit}").status_code == 422


def test_queries_do_not_grow_with_the_rows(ann):
    counts = []
    for number in (1, 2):
        for _ in range(number):
            ann.post("notes", {"text": "a"})
        with CaptureQueriesContext(connection) as queries:
            ann.get("notes")
        counts.append(len(queries))

    assert counts[0] == counts[1]
