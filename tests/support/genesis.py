"""The first blocks of the books: sealed while the template is built, because a test's open transaction never is."""

import time

from django.db import connection

from apps.ledger.selectors import chain
from tests.factories import ledger
from tests.support.units import later, unit

_PATIENCE = 300


def make() -> None:
    """Move some money and seal it, one transaction a block. Open transactions of the server keep it waiting.

    Nothing is published: tests count the messages of what they do themselves.
    """
    with unit():
        house, wallet = ledger.house(), ledger.wallet()
    with unit():
        sent = ledger.move(house.pk, wallet.pk, 1_000, kind="payments.top_up")
        later()
        ledger.journal.reverse(txn=sent.txn, key=ledger.key(), reason="mistake")
    with unit():
        ledger.move(house.pk, wallet.pk, 1_000, kind="payments.top_up")
    for _ in range(_PATIENCE):
        if not chain.waiting().txns:
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT number FROM ledger_follow(1, now())")
            (number,) = cursor.fetchone()
        if number is None:
            time.sleep(0.1)
    message = "not all was sealed: a transaction of the server stays open"
    raise RuntimeError(message)
