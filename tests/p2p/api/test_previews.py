"""Previews over HTTP: the figures and, for so many look-ups a day, the name."""

import pytest

from apps.p2p.models import Transfer
from tests.p2p.api.bodies import body
from tests.p2p.money import available, person
from tests.support.callers import Caller

pytestmark = pytest.mark.django_db


def test_post_shows_the_name_the_fee_and_what_is_left():
    ann, bob = person(5_000), person(0, name="Kenji Sato")

    answer = Caller(ann.user).post("transfers/preview", body(ann, bob, note="Lunch"))

    assert answer.status_code == 200
    assert answer.json() == {
        "counterparty": "Kenji Sato",
        "money": {"amount": 2_510, "currency": "USD"},
        "fee": {"amount": 0, "currency": "USD"},
        "available_after": {"amount": 2_490, "currency": "USD"},
        "blocked_by": None,
    }
    assert (available(ann), Transfer.objects.count()) == (5_000, 0)


def test_post_of_an_unknown_address_has_the_same_shape():
    ann, bob = person(5_000), person(0)
    caller = Caller(ann.user)

    known = caller.post("transfers/preview", body(ann, bob)).json()
    unknown = caller.post("transfers/preview", body(ann, "nobody@example.com")).json()

    assert unknown == {**known, "counterparty": None}


def test_post_beyond_the_look_ups_of_a_day_has_the_same_shape(settings):
    settings.PAYEE_NAMES_A_DAY = 1
    ann, bob = person(5_000), person(0)
    caller = Caller(ann.user)

    first, second = [caller.post("transfers/preview", body(ann, bob)).json() for _ in range(2)]

    assert first["counterparty"] == "Ada Okonkwo"
    assert second == {**first, "counterparty": None}


def test_thirty_look_ups_a_day_are_the_default(settings):
    assert settings.PAYEE_NAMES_A_DAY == 30


def test_post_over_a_limit_names_it():
    ann, bob = person(9_000), person(0)

    shown = Caller(ann.user).post("transfers/preview", body(ann, bob, 5_001)).json()

    assert shown["blocked_by"] == {
        "window": "day",
        "limit": {"amount": 5_000, "currency": "USD"},
        "used": {"amount": 0, "currency": "USD"},
        "resets_at": None,
    }
