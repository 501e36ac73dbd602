"""Redaction of whole log events: by the names of fields, at any depth, within a budget."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

from apps.core import ids, redact


def test_event_masks_by_the_name_of_a_field() -> None:
    fields = {
        "event": "accounts.signed_up",
        "password": "x",
        "newPassword": "x",
        "access_token": "x",
        "Authorization": "x",
        "HTTP_X_API_KEY": "x",
        "sessionid": "x",
        "csrfmiddlewaretoken": "x",
        "pin": 1234,
        "code": "482913",
        "login_code": "AB3K9Q",
        "legal_name": "Ana Lopez",
        "email": "ana@example.com",
        "dateOfBirth": date(1990, 1, 1),
    }

    cleaned = redact.event(None, "info", fields)

    secret = dict.fromkeys(
        [
            "password",
            "newPassword",
            "access_token",
            "Authorization",
            "HTTP_X_API_KEY",
            "sessionid",
            "csrfmiddlewaretoken",
            "pin",
            "code",
            "login_code",
        ],
        "[secret]",
    )
    personal = dict.fromkeys(["legal_name", "email", "dateOfBirth"], "[personal]")
    assert cleaned == {"event": "accounts.signed_up", **secret, **personal}


def test_event_keeps_what_operations_need() -> None:
    fields = {
        "event": "http.request",
        "level": "info",
        "request_id": "7f3c9f0e2a",
        "actor_id": "usr_01j2hz8pvcfp79y0938nkrkayd",
        "id": UUID("0190a3f4-5b6c-7d8e-9f01-23456789abcd"),
        "address_id": ids.encode("adr", ids.new()),
        "route": "/api/v1/transfers",
        "status_code": 200,
        "code": "insufficient_funds",
        "error_code": "busy",
        "country_code": "USA",
        "reason_code": "",
        "ms": 12.345678901234567,
        "at": datetime(2026, 3, 1, tzinfo=UTC),
        "amount": {"amount": 1250, "currency": "USD"},
        "keyboard": None,
        "spinning": True,
        "password": None,
    }

    assert redact.event(None, "info", dict(fields)) == fields


def test_event_looks_into_nested_values() -> None:
    fields = {
        "event": "call",
        "body": {"user": {"note": "pay 4111111111111111", "secret": "x"}, "rows": ({"ssn": "1"}, "ana@example.com")},
        "ana@example.com": 4111111111111111,
        "set": {"078-05-1120"},
        "raw": b"4111111111111111",
        "price": Decimal("12.50"),
        "error": ValueError("card 4111 1111 1111 1111 refused"),
    }

    assert redact.event(None, "info", fields) == {
        "event": "call",
        "body": {"user": {"note": "pay [card]", "secret": "[secret]"}, "rows": [{"ssn": "[personal]"}, "[email]"]},
        "[email]": "[card]",
        "set": ["[identity number]"],
        "raw": "[16 bytes]",
        "price": "12.50",
        "error": "card [card] refused",
    }


def test_event_does_not_change_what_it_was_given() -> None:
    body = {"password": "x"}

    redact.event(None, "info", {"event": "call", "body": body})

    assert body == {"password": "x"}


class Unprintable:
    def __str__(self) -> str:
        raise RuntimeError


def test_value_of_an_object_that_cannot_be_shown_is_its_kind() -> None:
    assert redact.value(Unprintable()) == "[Unprintable]"


def test_value_that_contains_itself_is_cut() -> None:
    found: list[object] = []
    found.append(found)

    assert json.dumps(redact.value(found)) == '[[[[[[["[cut]"]]]]]]]'


def test_value_with_too_much_in_it_is_cut() -> None:
    assert len(redact.value(list(range(100_000)))) == redact.MAX_VALUES - 1
