"""Every operation with a JSON body: what is not of its form is refused at its place, and nothing is written."""

import json
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from apps.accounts.enums import Role
from apps.workflow.models import WorkItem
from config.openapi.fields import CONSUMERS
from tests.config import belongings, operations
from tests.config.operations import Operation, each
from tests.factories import compliance, p2p
from tests.support import kinds
from tests.support import staff as people
from tests.support.callers import Caller
from tests.support.units import unit
from tests.support.written import nothing_written

pytestmark = pytest.mark.django_db
WRITING = [one for one in operations.consumers() + operations.staff() if one.media == "application/json"]
PAYING = [one for one in WRITING if "amount" in str(one.fields)]
NO_JSON = [b"{", b"{'a': 1}", b'{"a": 1,}', b'{"a": 1, "a": 2}', b'{"a": "\\ud800"}', b"\xff", b"{} {}"]
NO_OBJECTS = [b"[]", b'"x"', b"1", b"null"]
NO_AMOUNTS = ["0", "-1", "1e30", "1E2", '"12.5"', "12.5", "NaN", "Infinity", str(10**30), str(2**63), "null", "[]"]
NO_CURRENCIES = ['"XXX"', '"usd"', '""', "840", "null"]
WRONG = {"string": [7, [], {}, True], "integer": ["7", 1.5, True, []], "object": ["x", 7, []], "array": ["x", 7, {}]}

Send = Callable[[bytes], Any]


@pytest.fixture
def send(operation: Operation, settings: Any) -> Send:
    """Return what sends a body to an operation as somebody who may, about what they may."""
    settings.THROTTLES = {scope: (10**9, window) for scope, (_, window) in settings.THROTTLES.items()}
    with unit():
        if operation.signed_in == CONSUMERS:
            customer = p2p.person()
            caller, own = Caller(customer.user), belongings.refs(customer, operation.path_ids)
        else:
            caller, own = Caller(people.member(*Role)), {name: row(one) for name, one in operation.path_ids.items()}
    return lambda raw: operation.send(caller, own, raw)


def problems(send: Send, bodies: Iterable[bytes]) -> dict[bytes, Any]:
    """Return, for each body, how it is refused: status, code and the places of the faults."""
    found = {}
    with nothing_written():
        for raw in bodies:
            answer = send(raw)
            body = answer.json()
            places = [fault["pointer"] for fault in body.get("errors", [])]
            found[raw] = (answer.status_code, body.get("code"), places)
    return found


def row(prefix: str) -> str:
    """Return the id of a row on which staff may work."""
    if prefix == WorkItem.id_prefix:
        return WorkItem.objects.get(subject_id=compliance.submitted().ref).ref
    return str(kinds.make(kinds.of_prefix(prefix)).ref)


def not_of(form: Any) -> list[Any]:
    """Return values that are not of the form of a field."""
    kind = form.get("type", "string")
    return WRONG[kind if isinstance(kind, str) else kind[0]]


def paying(operation: Operation, amount: str = "100", currency: str = '"USD"') -> bytes:
    raw = encoded(operation, money={"amount": "AMOUNT", "currency": "CURRENCY"})
    return raw.replace(b'"AMOUNT"', amount.encode()).replace(b'"CURRENCY"', currency.encode())


def encoded(operation: Operation, **fields: Any) -> bytes:
    return json.dumps({**operation.example, **fields}).encode()


@each(WRITING)
def test_a_body_of_another_form_is_refused_at_its_place(operation, send):
    unknown = encoded(operation, colour="blue")
    wrong = {
        encoded(operation, **{name: value}): name for name, form in operation.fields.items() for value in not_of(form)
    }

    found = problems(send, [*NO_JSON, *NO_OBJECTS, unknown, *wrong])

    assert found == {
        **dict.fromkeys(NO_JSON, (400, "malformed_json", [])),
        **dict.fromkeys(NO_OBJECTS, (422, "invalid_field", [""])),
        unknown: (422, "unknown_field", ["/colour"]),
        **{raw: (422, found[raw][1], [f"/{name}"]) for raw, name in wrong.items()},
    }


@each(PAYING)
def test_what_is_no_money_is_refused_at_its_place(operation, send):
    amounts = [paying(operation, amount=amount) for amount in NO_AMOUNTS]
    currencies = [paying(operation, currency=currency) for currency in NO_CURRENCIES]

    assert problems(send, [*amounts, *currencies]) == {
        **dict.fromkeys(amounts, (422, "invalid_amount", ["/money/amount"])),
        **dict.fromkeys(currencies, (422, "unknown_currency", ["/money/currency"])),
    }
