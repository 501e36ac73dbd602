"""Random sequences of acts against an oracle of dictionaries: same refusals, same balances, books whole."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.core.errors import DomainError
from apps.ledger.enums import Side
from apps.ledger.selectors import balances, invariants
from apps.ledger.services import accounts, journal
from tests.factories import ledger as make

if TYPE_CHECKING:
    from uuid import UUID

FLOORS: dict[int, int | None] = {0: None, 1: 0, 2: 0, 3: -50}
PLACE = st.sampled_from(sorted(FLOORS))
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("move"), PLACE, PLACE, st.integers(-1, 120), st.integers(0, 6)),
        st.tuples(st.just("reverse"), st.integers(0, 9)),
        st.tuples(st.just("freeze"), PLACE, st.sampled_from([(Side.DR,), (Side.CR,), (Side.DR, Side.CR)])),
        st.tuples(st.just("unfreeze"), PLACE),
        st.tuples(st.just("close"), PLACE),
    ),
    min_size=1,
    max_size=25,
)


@dataclass
class Oracle:
    """What the books must say, kept without them."""

    posted: dict[int, int] = field(default_factory=lambda: dict.fromkeys(FLOORS, 0))
    blocked: dict[int, set[Side]] = field(default_factory=lambda: {place: set() for place in FLOORS})
    closed: set[int] = field(default_factory=set)
    keys: dict[int, tuple[int, int, int]] = field(default_factory=dict)
    done: list[list[tuple[int, int]]] = field(default_factory=list)
    reversed: set[int] = field(default_factory=set)

    def move(self, payer: int, payee: int, amount: int, key: int) -> str:
        if amount < 1:
            return "amount_invalid"
        if payer == payee:
            return "account_twice"
        if key in self.keys:
            return "replayed" if self.keys[key] == (payer, payee, amount) else "key_reused"
        answer = self._legs([(payer, -amount), (payee, amount)])
        if answer == "posted":
            self.keys[key] = (payer, payee, amount)
        return answer

    def reverse(self, place: int) -> str:
        if place >= len(self.done):
            return "none"
        if place in self.reversed:
            return "return_exceeds_original"
        answer = self._legs([(account, -amount) for account, amount in self.done[place]])
        if answer == "posted":
            self.reversed.add(place)
        return answer

    def freeze(self, place: int, sides: tuple[Side, ...]) -> str:
        if place in self.closed:
            return "account_closed"
        self.blocked[place] |= set(sides)
        return "done"

    def unfreeze(self, place: int) -> str:
        if place in self.closed:
            return "account_closed"
        self.blocked[place].clear()
        return "done"

    def close(self, place: int) -> str:
        if place in self.closed:
            return "account_closed"
        if self.posted[place]:
            return "account_in_use"
        self.closed.add(place)
        return "done"

    def _legs(self, legs: list[tuple[int, int]]) -> str:
        for place, amount in sorted(legs):
            side = Side.CR if amount > 0 else Side.DR
            floor = FLOORS[place]
            if place in self.closed:
                return "account_closed"
            if side in self.blocked[place]:
                return "account_frozen"
            if amount < 0 and floor is not None and self.posted[place] + amount < floor:
                return "insufficient_funds"
        for place, amount in legs:
            self.posted[place] += amount
        self.done.append(legs)
        return "posted"


class Books:
    """The same acts on the ledger itself."""

    def __init__(self, unit: Any) -> None:
        self.unit = unit
        with unit():
            opened = [make.wallet(floor=FLOORS[place]) for place in sorted(FLOORS)]
        self.accounts: list[UUID] = [one.pk for one in opened]
        self.keys = [make.key() for _ in range(7)]
        self.done: list[UUID] = []

    def act(self, name: str, *values: Any) -> str:
        try:
            with self.unit():
                return str(getattr(self, name)(*values))
        except DomainError as error:
            return error.code

    def move(self, payer: int, payee: int, amount: int, key: int) -> str:
        return self._note(make.move(self.accounts[payer], self.accounts[payee], amount, key=self.keys[key]))

    def reverse(self, place: int) -> str:
        if place >= len(self.done):
            return "none"
        return self._note(journal.reverse(txn=self.done[place], key=make.key(), reason="mistake"))

    def freeze(self, place: int, sides: tuple[Side, ...]) -> str:
        accounts.freeze(self.accounts[place], sides=sides, reason="test")
        return "done"

    def unfreeze(self, place: int) -> str:
        accounts.unfreeze(self.accounts[place], reason="test")
        return "done"

    def close(self, place: int) -> str:
        accounts.close(self.accounts[place], reason="test")
        return "done"

    def _note(self, posted: journal.Posted) -> str:
        if posted.status == "posted":
            self.done.append(posted.txn)
        return posted.status

    def posted(self) -> list[int]:
        found = balances.triple(*self.accounts)
        return [found[account].posted for account in self.accounts]


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_the_books_do_what_the_oracle_says(db, unit, acts):
    books, oracle = Books(unit), Oracle()

    for name, *values in acts:
        expected = getattr(oracle, name)(*values)
        assert (name, values, books.act(name, *values)) == (name, values, expected)

    assert books.posted() == list(oracle.posted.values())
    assert {code: found for code, check in invariants.checks() if (found := check())} == {}
