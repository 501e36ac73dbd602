"""What the books must say of a few accounts, kept in dictionaries and without them."""

from dataclasses import dataclass, field, replace

from apps.ledger.enums import Side, Strength

FLOORS: dict[int, int | None] = {0: None, 1: 0, 2: 0, 3: -50}


@dataclass
class Promise:
    """A hold as the oracle keeps it."""

    place: int
    amount: int
    bps: int
    captured: int = 0
    over: int = 0
    released: int = 0
    remaining: int = 0
    status: str = "open"

    def end(self, status: str) -> None:
        self.released += self.remaining
        self.remaining = 0
        self.status = status


@dataclass
class Oracle:
    """What the books must say, kept without them."""

    posted: dict[int, int] = field(default_factory=lambda: dict.fromkeys(FLOORS, 0))
    blocked: dict[int, set[Side]] = field(default_factory=lambda: {place: set() for place in FLOORS})
    soft: set[int] = field(default_factory=set)
    closed: set[int] = field(default_factory=set)
    holds: list[Promise] = field(default_factory=list)
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

    def hold(self, place: int, amount: int, bps: int) -> str:
        if amount < 1:
            return "amount_invalid"
        answer = self._leg(place, -amount)
        if answer:
            return answer
        self.holds.append(Promise(place, amount, bps, remaining=amount))
        return "posted"

    def capture(self, number: int, payee: int, amount: int, final: bool) -> str:
        if number >= len(self.holds):
            return "none"
        hold = self.holds[number]
        if amount < 1:
            return "amount_invalid"
        if payee == hold.place:
            return "account_twice"
        if hold.status != "open":
            return "hold_not_open"
        excess = max(amount - hold.remaining, 0)
        if excess > hold.amount * hold.bps // 10_000 - hold.over:
            return "hold_exceeded"
        ends = final or amount >= hold.remaining
        before = replace(hold)
        hold.captured += amount
        hold.over += excess
        hold.remaining -= amount - excess
        if ends:
            hold.end("captured")
        answer = self._legs([(hold.place, -amount), (payee, amount)], promised=hold.place)
        if answer != "posted":
            self.holds[number] = before
        return answer

    def increase(self, number: int, amount: int) -> str:
        if refusal := self._change(number, amount):
            return refusal
        hold = self.holds[number]
        if refusal := self._leg(hold.place, -amount):
            return refusal
        hold.amount += amount
        hold.remaining += amount
        return "posted"

    def reduce(self, number: int, amount: int) -> str:
        if refusal := self._change(number, amount):
            return refusal
        hold = self.holds[number]
        if amount > hold.remaining:
            return "hold_exceeded"
        hold.released += amount
        hold.remaining -= amount
        if not hold.remaining:
            hold.end("captured" if hold.captured else "released")
        return "posted"

    def release(self, number: int) -> str:
        if refusal := self._change(number, 1):
            return refusal
        self.holds[number].end("released")
        return "posted"

    def _change(self, number: int, amount: int) -> str:
        if number >= len(self.holds):
            return "none"
        if amount < 1:
            return "amount_invalid"
        return "" if self.holds[number].status == "open" else "hold_not_open"

    def held(self, place: int) -> int:
        return sum(hold.remaining for hold in self.holds if hold.place == place)

    def freeze(self, place: int, sides: tuple[Side, ...], strength: Strength) -> str:
        if place in self.closed:
            return "account_closed"
        if strength == Strength.SOFT and Side.DR in sides:
            self.soft.add(place)
            self.blocked[place] |= set(sides) - {Side.DR}
        else:
            self.blocked[place] |= set(sides)
        return "done"

    def unfreeze(self, place: int) -> str:
        if place in self.closed:
            return "account_closed"
        self.blocked[place].clear()
        self.soft.discard(place)
        return "done"

    def close(self, place: int) -> str:
        if place in self.closed:
            return "account_closed"
        if self.posted[place] or self.held(place):
            return "account_in_use"
        self.closed.add(place)
        return "done"

    def _leg(self, place: int, amount: int, *, is_promised: bool = False) -> str:
        side = Side.CR if amount > 0 else Side.DR
        floor = FLOORS[place]
        if place in self.closed:
            return "account_closed"
        if side in self.blocked[place] or (side == Side.DR and place in self.soft and not is_promised):
            return "account_frozen"
        if amount < 0 and floor is not None and self.posted[place] - self.held(place) + amount < floor:
            return "insufficient_funds"
        return ""

    def _legs(self, legs: list[tuple[int, int]], promised: int | None = None) -> str:
        for place, amount in sorted(legs):
            if refusal := self._leg(place, amount, is_promised=place == promised):
                return refusal
        for place, amount in legs:
            self.posted[place] += amount
        self.done.append(legs)
        return "posted"
