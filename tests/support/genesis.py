"""The first blocks of the books: sealed while the template is built, because a test's open transaction never is."""

import time

from django.db import connection

from tests.factories import ledger
from tests.support.units import later, unit

_BLOCKS = 3
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
    sealed = 0
    for _ in range(_PATIENCE):
        with connection.cursor() as cursor:
            cursor.execute("SELECT number FROM ledger_follow(1, now())")
            sealed = cursor.fetchone()[0] or sealed
        if sealed == _BLOCKS:
            return
        time.sleep(0.1)
    message = f"{sealed} blocks were sealed: a transaction of the server stays open"
    raise RuntimeError(message)
