"""Drafts of postings for tests, and what became of them in short."""

from apps.core.money import Money
from apps.ledger.enums import Side
from apps.ledger.models import Entry, PostingKey, Txn
from apps.ledger.selectors import balances, invariants
from apps.ledger.selectors.drafts import Draft
from apps.ledger.services import journal
from tests.factories import ledger as make


def rows():
    """Return how many rows of the books there are."""
    return Txn.objects.count(), Entry.objects.count(), PostingKey.objects.count()


def lines(payer, payee, amount, asset="USD", **words):
    """Return the two lines of a payment."""
    money = Money(amount, asset)
    return [journal.line(payer.pk, money, Side.DR, **words), journal.line(payee.pk, money, Side.CR)]


def draft(given, **words):
    """Return a draft with a key of its own."""
    return Draft(**{"lines": given, "kind": "p2p.transfer", "key": make.key(), "subject": "trf_test", **words})


def many(unit, *drafts):
    """Post drafts by one batch in a unit of its own."""
    with unit():
        return journal.post_many(postings=drafts)


def code(outcome):
    """Return what became of a draft in one word."""
    return outcome.error.code if isinstance(outcome, journal.Refused) else str(getattr(outcome, "status", "skipped"))


def codes(outcomes):
    """Return what became of each draft in one word."""
    return [code(one) for one in outcomes]


def available(*those):
    """Return what each account has available."""
    found = balances.triple(*[one.pk for one in those])
    return [found[one.pk].available for one in those]


def broken():
    """Return the invariants that do not hold."""
    return {name: found for name, check in invariants.checks() if (found := check())}
