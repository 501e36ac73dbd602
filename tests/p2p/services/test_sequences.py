"""Any story of transfers and reversals: no money appears or vanishes, nobody is overdrawn, limits count what stands."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as draw

from apps.accounts.errors import LimitExceeded
from apps.accounts.selectors import limits
from apps.core import clock
from apps.ledger.errors import InsufficientFunds
from apps.p2p.errors import AlreadyReversed, PayeeIsPayer
from tests.p2p.money import available, pay, person, reverse

PEOPLE = 3
FUNDS = 3_000
DAY = 5_000
REFUSALS = (InsufficientFunds, LimitExceeded, AlreadyReversed, PayeeIsPayer)

someone = draw.integers(0, PEOPLE - 1)
sending = draw.tuples(draw.just("send"), someone, someone, draw.integers(1, 2 * FUNDS))
reversing = draw.tuples(draw.just("reverse"), draw.integers(0, 9))
stories = draw.lists(sending | reversing, max_size=12)


@pytest.mark.django_db
@pytest.mark.slow
@given(story=stories)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_story_makes_or_loses_money(story):
    people = [person(FUNDS) for _ in range(PEOPLE)]
    balances, sent = [FUNDS] * PEOPLE, []

    for verb, *words in story:
        before = list(balances)
        try:
            tell(verb, words, people, balances, sent)
        except REFUSALS:
            balances = before

        assert [available(one) for one in people] == balances
        assert sum(balances) == PEOPLE * FUNDS
        assert min(balances) >= 0
    for place, one in enumerate(people):
        assert used(one) == sum(amount for payer, _, amount, stands, _ in sent if payer == place and stands)


def tell(verb, words, people, balances, sent):
    """Carry out one step and note what should have become of it."""
    if verb == "send":
        payer, payee, amount = words
        made = pay(people[payer], people[payee], amount)
        sent.append([payer, payee, amount, True, made.pk])
        balances[payer], balances[payee] = balances[payer] - amount, balances[payee] + amount
    elif sent:
        one = sent[words[0] % len(sent)]
        reverse(one[4])
        one[3] = False
        balances[one[0]], balances[one[1]] = balances[one[0]] + one[2], balances[one[1]] - one[2]


def used(customer):
    """Return what of the day's limit a customer has used; never more than there is."""
    standing = limits.standing(customer=customer.pk, currencies=["USD"], at=clock.now())
    (day,) = [one for one in standing if (one.operation, one.window) == ("p2p_send", "day")]
    assert 0 <= day.used <= DAY
    return day.used
