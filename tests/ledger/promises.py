"""Words and figures of holds for tests."""

from datetime import timedelta

from apps.core import clock
from apps.core.money import Money
from apps.ledger.models import Hold
from apps.ledger.selectors import balances


def change(amount=None, **words):
    """Return the words of a change."""
    money = {} if amount is None else {"money": Money(amount, "USD")}
    return {"reason": "changed", **money, **words}


def left(wallet):
    """Return what a wallet has posted and what of it is available."""
    found = balances.triple(wallet.pk)[wallet.pk]
    return found.posted, found.available


def state(hold):
    """Return a hold's state, and its amounts: authorised, captured, of that above what was left, released, left."""
    found = Hold.objects.get(pk=hold)
    parts = (found.amount, found.captured, found.over_captured, found.released, found.remaining)
    return str(found.status), *parts


def in_a_day():
    """Return this time tomorrow."""
    return clock.now() + timedelta(days=1)
