"""Opening many sealed values: in order, with one query, erased ones as None."""

from datetime import UTC, datetime
from typing import Any

import pytest

from apps.core import crypto, db
from apps.core.actors import system
from apps.core.errors import NotFound
from apps.core.selectors import data_keys
from apps.core.selectors.data_keys import Sealed
from apps.core.services import data_keys as services

pytestmark = pytest.mark.django_db

NAME, NOTE = "accounts.Customer.legal_name_sealed", "accounts.Customer.note_sealed"
OWNERS = ["cus_a", "cus_b", "cus_c"]
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
BY = system("tests.data_keys")


@pytest.fixture(autouse=True)
def _owners() -> None:
    with db.unit(by=BY, at=AT):
        for owner in OWNERS:
            services.create(owner=owner)


def sealed(owner: str, column: str, text: str) -> Sealed:
    return Sealed(owner, column, services.seal(owner=owner, column=column, text=text))


def erase(owner: str) -> None:
    with db.unit(by=BY, at=AT):
        services.destroy(owner=owner, reason="erasure request")


def test_open_all_keeps_the_order_and_the_gaps() -> None:
    values = [
        sealed("cus_b", NAME, "Ben"),
        None,
        sealed("cus_a", NOTE, ""),
        sealed("cus_a", NAME, "Ana"),
        sealed("cus_b", NAME, "Ben"),
    ]

    assert data_keys.open_all(values) == ["Ben", None, "", "Ana", "Ben"]


@pytest.mark.parametrize("count", [1, 3])
def test_open_all_asks_once(count: int, django_assert_num_queries: Any) -> None:
    values = [sealed(owner, NAME, owner) for owner in OWNERS[:count]]

    with django_assert_num_queries(1):
        texts = data_keys.open_all(values)

    assert texts == OWNERS[:count]


def test_open_all_of_nothing_asks_nothing(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        texts = data_keys.open_all([None, None])

    assert texts == [None, None]


def test_open_all_shows_erased_subjects_as_none() -> None:
    values = [sealed(owner, NAME, owner) for owner in OWNERS]

    erase("cus_b")

    assert data_keys.open_all(values) == ["cus_a", None, "cus_c"]


def test_open_many_opens_one_column_by_subject() -> None:
    values = {owner: sealed(owner, NAME, owner).value for owner in OWNERS}

    erase("cus_c")

    assert data_keys.open_many(column=NAME, sealed=values) == {"cus_a": "cus_a", "cus_b": "cus_b", "cus_c": None}


def test_open_all_names_a_subject_without_a_key() -> None:
    value = sealed("cus_a", NAME, "Ana")

    with pytest.raises(NotFound) as refusal:
        data_keys.open_all([value, Sealed("cus_stranger", NAME, value.value)])

    assert refusal.value.context == {"owners": ["cus_stranger"]}


def test_open_text_refuses_a_value_of_another_column() -> None:
    value = sealed("cus_a", NAME, "Ana")

    with pytest.raises(crypto.Unreadable):
        data_keys.open_text(owner="cus_a", column=NOTE, sealed=value.value)


def test_open_text_of_an_erased_subject_is_refused() -> None:
    value = sealed("cus_a", NAME, "Ana")
    erase("cus_a")

    with pytest.raises(crypto.DataKeyDestroyed) as refusal:
        data_keys.open_text(owner="cus_a", column=NAME, sealed=value.value)

    assert (refusal.value.code, refusal.value.context) == ("data_erased", {"owner": "cus_a"})
