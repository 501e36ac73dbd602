"""A planted card number is in no row, no log line and no answer, whatever way it takes."""

import json
import logging

import pytest
from django.db import connection

from apps.core import clock, ids
from apps.partners.services import calls
from tests.payments import shop
from tests.support import kinds
from tests.support.callers import Caller

pytestmark = pytest.mark.django_db
NUMBER = "4242424242424242"


def rows_with(text: str) -> list[str]:
    """Return the tables in which some row shows the text."""
    tables = sorted({model._meta.db_table for model in kinds.project_models()})
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(f"SELECT '{one}' FROM {one} t WHERE t::text LIKE %s" for one in tables),
            [f"%{text}%" for _ in tables],
        )
        return [row[0] for row in cursor.fetchall()]


def test_a_number_in_the_token_is_nowhere(ada, caplog):
    caplog.set_level(logging.DEBUG)
    answer = Caller(ada.user).post("payment-methods", {"token": f"pm_{NUMBER}-"})

    assert (answer.status_code, NUMBER in answer.content.decode()) == (422, False)
    assert (rows_with(NUMBER), NUMBER in caplog.text) == ([], False)


def test_a_number_in_the_partners_words_is_nowhere(ada, partner, caplog):
    caplog.set_level(logging.DEBUG)
    method = shop.card(partner, ada)
    partner.spoil("decline", path="/v1/payment_intents", code=f"declined {NUMBER}")
    partner.spoil("error", path="/v1/payment_intents", status=400, code=NUMBER)

    found = [shop.call(shop.reserved(method, 1_000)) for _ in range(2)]

    assert [one.status for one in found] == ["declined", "failed"]
    assert (rows_with(NUMBER), NUMBER in caplog.text) == ([], False)


def test_a_number_in_an_exception_is_nowhere(ada, partner, capsys):
    top_up = shop.reserved(shop.card(partner, ada))
    attempt = next(iter(shop.attempts_of(top_up)))

    def send(_):
        message = f"card {NUMBER}"
        raise ValueError(message)

    called = calls.perform(attempt.pk, send=send, by=shop.BY, at=clock.now())

    assert called.outcome.code == "adapter_error"
    assert NUMBER not in "".join(capsys.readouterr())
    assert rows_with(NUMBER) == []


def test_a_number_in_an_event_is_sealed(partner, caplog):
    caplog.set_level(logging.DEBUG)
    body = json.loads(shop.made_up("payment_intent.succeeded", reference=ids.encode("top", ids.new())))
    body["data"]["object"]["description"] = NUMBER

    shop.receive(json.dumps(body).encode())

    assert (rows_with(NUMBER), NUMBER in caplog.text) == ([], False)


def test_the_token_is_in_no_row_and_no_log(ada, partner, caplog):
    caplog.set_level(logging.DEBUG)
    token = shop.token(partner)
    method = shop.added(ada, token)

    shop.cards.attach(method.pk, by=shop.BY, at=clock.now())
    shop.call(shop.reserved(method, 1_000))

    assert (rows_with(token), token in caplog.text) == ([], False)
