"""Plans of postings by the place of their accounts, and an oracle of dictionaries that says what comes of them."""

from dataclasses import dataclass, field, replace
from typing import Any

from hypothesis import strategies as st

from apps.ledger.enums import Mode

FLOORS: list[int | None] = [None, 0, 0, -50, 0, 0]
CEILINGS: list[int | None] = [None, None, 80, None, None, None]
FROZEN, CLOSED = 4, 5
PLACES = range(len(FLOORS))
OPEN = range(FROZEN)
KEYS = 24


@dataclass(frozen=True)
class Leg:
    """One line of a plan, by the place of its account."""

    place: int
    amount: int
    mode: Mode = Mode.EXACT
    expect_version: int | None = None
    min_available: int | None = None


@dataclass(frozen=True)
class Plan:
    """One posting of a plan; `key` is a place among few, so that keys come again."""

    legs: tuple[Leg, ...]
    key: int
    linked: bool = False
    may_be_empty: bool = False


@st.composite
def exact(draw: Any) -> Plan:
    """Return a posting of two or three exact lines, most of them balanced."""
    payer, payee, fee = draw(st.permutations(draw(st.sampled_from([OPEN, OPEN, OPEN, PLACES]))))[:3]
    amount = draw(st.integers(0, 90))
    off = draw(st.sampled_from([0] * 9 + [1]))
    legs = [Leg(payer, -amount), Leg(payee, amount + off)]
    if draw(st.booleans()):
        part = draw(st.integers(1, 5))
        legs = [Leg(payer, -amount - part), Leg(payee, amount + off), Leg(fee, part)]
    return Plan(tuple(draw(st.permutations(legs))), draw(st.integers(0, KEYS - 1)))


@st.composite
def measured(draw: Any) -> Plan:
    """Return a posting whose amounts the ledger decides, or that expects something."""
    payer, payee, rest = draw(st.permutations(draw(st.sampled_from([OPEN, OPEN, OPEN, PLACES]))))[:3]
    amount = draw(st.integers(1, 120))
    words: dict[str, Any] = draw(
        st.sampled_from(
            [{}, {}, {}, {}, {"expect_version": 1}, {"min_available": 20}, {"expect_version": 2, "min_available": 1}]
        )
    )
    legs = draw(
        st.sampled_from(
            [
                (Leg(payer, -amount, Mode.UP_TO, **words), Leg(payee, 1, Mode.REST)),
                (Leg(payer, -1, Mode.ALL, **words), Leg(payee, 1, Mode.REST)),
                (Leg(payer, -amount, Mode.UP_TO, **words), Leg(rest, -1, Mode.REST), Leg(payee, amount)),
                (Leg(payer, -1, Mode.REST), Leg(payee, amount, Mode.UP_TO, **words)),
                (Leg(payer, -amount, **words), Leg(payee, amount)),
                (Leg(payer, -amount, Mode.UP_TO, **words), Leg(payee, amount)),
            ]
        )
    )
    return Plan(tuple(draw(st.permutations(legs))), draw(st.integers(0, KEYS - 1)), may_be_empty=draw(st.booleans()))


@st.composite
def chained(draw: Any) -> Plan:
    """Return any posting, perhaps linked with the next."""
    return replace(draw(st.one_of(exact(), measured())), linked=draw(st.booleans()))


@dataclass
class Oracle:
    """What the books must say, kept without them."""

    posted: list[int] = field(default_factory=lambda: [-200, 100, 40, 0, 60, 0])
    version: list[int] = field(default_factory=lambda: [5, 1, 1, 0, 1, 2])
    keys: dict[int, tuple[Leg, ...]] = field(default_factory=dict)

    def many(self, plans: list[Plan]) -> list[str]:
        answers: list[str] = []
        chain: list[Plan] = []
        for place, plan in enumerate(plans):
            chain.append(plan)
            if not plan.linked or place == len(plans) - 1:
                answers += self.chain(chain)
                chain = []
        return answers

    def chain(self, plans: list[Plan]) -> list[str]:
        forms = [self.form(plan, [one.key for one in plans[:place]]) for place, plan in enumerate(plans)]
        if any(forms):
            return [form or "linked_failed" for form in forms]
        before = (self.posted[:], self.version[:], dict(self.keys))
        answers: list[str] = []
        broken = False
        for plan in plans:
            answer = self.one(plan) if not broken else self.known(plan) or "linked_failed"
            answers.append(answer)
            if not broken and answer not in ("posted", "replayed", "skipped"):
                broken = True
                self.posted, self.version, self.keys = before[0][:], before[1][:], dict(before[2])
                answers[:-1] = ["replayed" if one == "replayed" else "linked_failed" for one in answers[:-1]]
        return answers

    def form(self, plan: Plan, earlier: list[int]) -> str:
        if any(leg.amount == 0 for leg in plan.legs):
            return "amount_invalid"
        if all(leg.mode == Mode.EXACT for leg in plan.legs) and sum(leg.amount for leg in plan.legs):
            return "unbalanced"
        return "key_reused" if plan.key in earlier else ""

    def known(self, plan: Plan) -> str:
        if plan.key not in self.keys:
            return ""
        said = [(leg.place, leg.amount, leg.mode) for leg in self.keys[plan.key]]
        return "replayed" if said == [(leg.place, leg.amount, leg.mode) for leg in plan.legs] else "key_reused"

    def one(self, plan: Plan) -> str:
        if known := self.known(plan):
            return known
        moves = self.settle(plan.legs)
        if len(moves) < 2:
            return "skipped" if plan.may_be_empty else "nothing_to_post"
        answer = self.legs(moves) or self.expectations(plan.legs)
        if not answer and sum(moves.values()):
            answer = "unbalanced"
        if answer:
            return answer
        for place, amount in moves.items():
            self.posted[place] += amount
            self.version[place] += 1
        self.keys[plan.key] = plan.legs
        return "posted"

    def settle(self, legs: tuple[Leg, ...]) -> dict[int, int]:
        moves = {leg.place: self.measure(leg) for leg in legs}
        for leg in legs:
            if leg.mode == Mode.REST:
                over = -sum(moves.values())
                moves[leg.place] = over if over * leg.amount > 0 else 0
        return {place: amount for place, amount in moves.items() if amount}

    def measure(self, leg: Leg) -> int:
        posted, floor, ceiling = self.posted[leg.place], FLOORS[leg.place], CEILINGS[leg.place]
        if leg.mode == Mode.ALL:
            return -max(posted - (floor or 0), 0)
        if leg.mode == Mode.REST:
            return 0
        if leg.mode == Mode.UP_TO and leg.amount < 0:
            return leg.amount if floor is None else -min(-leg.amount, max(posted - floor, 0))
        if leg.mode == Mode.UP_TO:
            return leg.amount if ceiling is None else min(leg.amount, max(ceiling - posted, 0))
        return leg.amount

    def legs(self, moves: dict[int, int]) -> str:
        for place, amount in sorted(moves.items()):
            floor, ceiling, after = FLOORS[place], CEILINGS[place], self.posted[place] + amount
            if place == CLOSED:
                return "account_closed"
            if place == FROZEN and amount < 0:
                return "account_frozen"
            if amount < 0 and floor is not None and after < floor:
                return "insufficient_funds"
            if amount > 0 and ceiling is not None and after > ceiling:
                return "ceiling_exceeded"
        return ""

    def expectations(self, legs: tuple[Leg, ...]) -> str:
        for leg in legs:
            if leg.expect_version not in (None, self.version[leg.place]):
                return "expectation_failed"
            if leg.min_available is not None and self.posted[leg.place] < leg.min_available:
                return "expectation_failed"
        return ""
