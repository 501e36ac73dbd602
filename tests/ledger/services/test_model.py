"""Random sequences of acts against an oracle of dictionaries: same refusals, same balances, books whole."""

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.core.errors import DomainError
from apps.core.money import Money
from apps.ledger.enums import Side, Strength
from apps.ledger.models import Account, Hold
from apps.ledger.selectors import balances, invariants
from apps.ledger.services import accounts, holds, journal
from tests.factories import ledger as make
from tests.ledger.oracle import FLOORS, Oracle

if TYPE_CHECKING:
    from uuid import UUID

PLACE = st.sampled_from(sorted(FLOORS))
HOLD = st.integers(0, 3)
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("move"), PLACE, PLACE, st.integers(-1, 120), st.integers(0, 6)),
        st.tuples(st.just("reverse"), st.integers(0, 9)),
        st.tuples(st.just("hold"), PLACE, st.integers(0, 120), st.sampled_from([0, 1_000])),
        st.tuples(st.just("capture"), HOLD, PLACE, st.integers(0, 120), st.booleans()),
        st.tuples(st.just("increase"), HOLD, st.integers(0, 60)),
        st.tuples(st.just("reduce"), HOLD, st.integers(0, 60)),
        st.tuples(st.just("release"), HOLD),
        st.tuples(
            st.just("freeze"),
            PLACE,
            st.sampled_from([(Side.DR,), (Side.CR,), (Side.DR, Side.CR)]),
            st.sampled_from(Strength),
        ),
        st.tuples(st.just("unfreeze"), PLACE),
        st.tuples(st.just("close"), PLACE),
    ),
    min_size=1,
    max_size=30,
)


class Books:
    """The same acts on the ledger itself."""

    def __init__(self, unit: Any) -> None:
        self.unit = unit
        with unit():
            opened = [make.wallet(floor=FLOORS[place]) for place in sorted(FLOORS)]
        self.accounts: list[UUID] = [one.pk for one in opened]
        self.keys = [make.key() for _ in range(7)]
        self.done: list[UUID] = []
        self.holds: list[UUID] = []

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

    def hold(self, place: int, amount: int, bps: int) -> str:
        answer = make.held(self.accounts[place], amount, tolerance_bps=bps)
        self.holds.append(answer.hold)
        return answer.status

    def capture(self, number: int, payee: int, amount: int, final: bool) -> str:
        if number >= len(self.holds):
            return "none"
        hold = Hold.objects.get(pk=self.holds[number])
        payer = Account.objects.get(no=hold.account_no).pk
        money = Money(amount, "USD")
        lines = [journal.line(payer, money, Side.DR), journal.line(self.accounts[payee], money, Side.CR)]
        words: Any = {"kind": "p2p.transfer", "key": make.key(), "subject": "trf_test", "final": final}
        return self._note(holds.capture(hold.pk, lines=lines, **words))

    def increase(self, number: int, amount: int) -> str:
        return self._change(holds.increase, number, money=Money(amount, "USD"))

    def reduce(self, number: int, amount: int) -> str:
        return self._change(holds.reduce, number, money=Money(amount, "USD"))

    def release(self, number: int) -> str:
        return self._change(holds.release, number)

    def _change(self, act: Any, number: int, **words: Any) -> str:
        if number >= len(self.holds):
            return "none"
        return str(act(self.holds[number], reason="test", key=make.key(), **words).status)

    def freeze(self, place: int, sides: tuple[Side, ...], strength: Strength) -> str:
        accounts.freeze(self.accounts[place], sides=sides, strength=strength, reason="test")
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

    def figures(self) -> list[tuple[int, int]]:
        found = balances.triple(*self.accounts)
        return [(found[account].posted, found[account].available) for account in self.accounts]

    def promises(self) -> list[tuple[Any, ...]]:
        found = [Hold.objects.get(pk=hold) for hold in self.holds]
        return [(one.amount, one.captured, one.over_captured, one.released, one.remaining, one.status) for one in found]


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_the_books_do_what_the_oracle_says(db, unit, acts):
    books, oracle = Books(unit), Oracle()

    for name, *values in acts:
        expected = getattr(oracle, name)(*values)
        assert (name, values, books.act(name, *values)) == (name, values, expected)

    assert books.figures() == [(posted, posted - oracle.held(place)) for place, posted in oracle.posted.items()]
    assert books.promises() == [
        (one.amount, one.captured, one.over, one.released, one.remaining, one.status) for one in oracle.holds
    ]
    assert {code: found for code, check in invariants.checks() if (found := check())} == {}
