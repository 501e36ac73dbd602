"""Sealed rows of every kind, and what alters them as only a superuser can."""

from contextlib import contextmanager
from datetime import timedelta

import pytest

from apps.core import clock
from apps.ledger.models import BoundsChange, HoldEvent, Txn, TxnLink
from apps.ledger.services import follower, holds, journal
from tests.factories import ledger as make
from tests.ledger.drafts import lines
from tests.ledger.services.chain.reading import BY
from tests.support import roles
from tests.support.ground import Ground, superuser

TABLES = (
    *("ledger_txn", "ledger_entry", "ledger_boundschange", "ledger_txnlink", "ledger_holdevent"),
    *("ledger_block", "ledger_anchor"),
)
CHECKS = """
SELECT conrelid::regclass, conname FROM pg_constraint
 WHERE conrelid::regclass::text = ANY(%s) AND contype IN ('c', 'f')
"""


@pytest.fixture
def rows(unit):
    """Return a row of each sealed table, all of one block, among others."""
    follower.run(by=BY, at=clock.now())
    with unit():
        house, wallet = make.house(), make.wallet()
    with unit():
        make.move(house.pk, wallet.pk, 1_000, kind="payments.top_up")
    with unit():
        sent = make.move(wallet.pk, house.pk, 300)
    with unit():
        back = journal.reverse(txn=sent.txn, key=make.key(), reason="mistake")
    with unit():
        hold = make.held(wallet.pk, 200, expires_at=clock.now() + timedelta(days=1)).hold
    with unit():
        taken = holds.capture(
            hold, lines=lines(wallet, house, 50), kind="p2p.transfer", key=make.key(), subject="trf_test", final=False
        )
    follower.run(by=BY, at=clock.now())
    return {
        "ledger_txn": Txn.objects.get(pk=sent.txn),
        "ledger_entry": Txn.objects.get(pk=sent.txn),
        "ledger_boundschange": BoundsChange.objects.get(account=wallet),
        "ledger_holdevent": HoldEvent.objects.get(txn=taken.txn),
        "ledger_txnlink": TxnLink.objects.get(txn=back.txn, origin_leg=1),
    }


@pytest.fixture
def tamper(own_cluster):
    """Return what alters rows as only a superuser can, and takes it back."""

    @contextmanager
    def tampering(*statements, params=()):
        wrapper = superuser(*own_cluster)
        ground = Ground(wrapper)
        ground.begin()
        try:
            with ground.savepoint():
                roles.become("superuser")
                for table in TABLES:
                    roles.run(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
                for table, name in roles.run(CHECKS, [list(TABLES)]):
                    roles.run(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
                for statement in statements:
                    roles.run(statement, params)
                roles.become("app")
                yield
        finally:
            ground.undo()
            wrapper.close()

    return tampering
