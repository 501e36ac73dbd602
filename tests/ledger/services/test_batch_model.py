"""Batches against an oracle of dictionaries, and against the same postings one at a time: same codes, same balances."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.core.errors import DomainError
from apps.core.money import Money
from apps.ledger.enums import Mode, Side
from apps.ledger.selectors import balances
from apps.ledger.selectors.drafts import Draft
from apps.ledger.services import accounts, journal
from tests.factories import ledger as make
from tests.ledger.drafts import broken
from tests.ledger.plans import CEILINGS, CLOSED, FLOORS, FROZEN, KEYS, Oracle, Plan, chained, exact, measured


class Books:
    """The same accounts in the ledger: the first six places, funded from the first."""

    def __init__(self, unit: Any) -> None:
        self.unit = unit
        with unit():
            pairs = zip(FLOORS, CEILINGS, strict=True)
            self.accounts = [make.wallet(floor=floor, ceiling=ceiling).pk for floor, ceiling in pairs]
        for place, amount in ((1, 100), (2, 40), (FROZEN, 60), (CLOSED, 1)):
            with unit():
                make.move(self.accounts[0], self.accounts[place], amount)
        with unit():
            make.move(self.accounts[CLOSED], self.accounts[0], 1)
        with unit():
            accounts.freeze(self.accounts[FROZEN], sides=[Side.DR], reason="test")
        with unit():
            accounts.close(self.accounts[CLOSED], reason="test")
        self.keys = [make.key() for _ in range(KEYS)]

    def draft(self, plan: Plan) -> Draft:
        lines = [
            journal.line(
                self.accounts[leg.place],
                Money(abs(leg.amount) if leg.mode in (Mode.EXACT, Mode.UP_TO) else 0, "USD"),
                Side.DR if leg.amount < 0 else Side.CR,
                leg.mode,
                expect_version=leg.expect_version,
                min_available=leg.min_available,
            )
            for leg in plan.legs
        ]
        return Draft(
            lines=lines,
            kind="p2p.transfer",
            key=self.keys[plan.key],
            subject="trf_test",
            linked=plan.linked,
            may_be_empty=plan.may_be_empty,
        )

    def many(self, plans: list[Plan]) -> list[journal.Outcome]:
        with self.unit():
            return journal.post_many(postings=[self.draft(plan) for plan in plans])

    def alone(self, plan: Plan) -> journal.Outcome:
        draft = self.draft(plan)
        if plan.may_be_empty or not all(line.plain for line in draft.lines):
            return self.many([replace(plan, linked=False)])[0]
        try:
            with self.unit():
                return journal.post(lines=draft.lines, kind=draft.kind, key=draft.key, subject=draft.subject)
        except DomainError as error:
            return journal.Refused(error)

    def state(self) -> list[int]:
        found = balances.triple(*self.accounts)
        return [found[account].posted for account in self.accounts]

    def told(self, outcome: journal.Outcome) -> Any:
        if isinstance(outcome, journal.Refused):
            return outcome.error.code, outcome.error.context
        if isinstance(outcome, journal.Skipped):
            return "skipped"
        lines = [
            (self.accounts.index(one.account), one.amount, one.posted, one.available, one.version)
            for one in outcome.lines
        ]
        return str(outcome.status), lines


def code(told: Any) -> str:
    return str(told if isinstance(told, str) else told[0])


FEW = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.slow
@FEW
@given(plans=st.lists(st.one_of(exact(), measured()), min_size=1, max_size=20))
def test_a_batch_is_its_postings_one_at_a_time(db, unit, plans):
    together, apart = Books(unit), Books(unit)

    answers = [together.told(one) for one in together.many(plans)]

    assert answers == [apart.told(apart.alone(plan)) for plan in plans]
    assert [code(one) for one in answers] == (oracle := Oracle()).many(plans)
    assert together.state() == apart.state() == oracle.posted
    assert broken() == {}


@pytest.mark.slow
@FEW
@given(plans=st.lists(chained(), min_size=4, max_size=14), again=st.booleans())
def test_a_chain_is_all_or_none(db, unit, plans, again):
    books, oracle = Books(unit), Oracle()

    for _ in range(1 + again):
        answers = [code(books.told(one)) for one in books.many(plans)]
        assert answers == oracle.many(plans)

    assert books.state() == oracle.posted
    assert broken() == {}
