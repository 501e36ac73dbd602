"""What the demo's customers did in the last twelve weeks, as acts in the order of time.

Drawn by a fixed seed, so that every demo tells the same story about other instants.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from tools.demo.seed.people import NOTES, PEOPLE, Person

WEEKS: Final = 12
_SEED: Final = 20_261
_WITH_YEN: Final = ("JP", "GB", "NZ")
_UNIDENTIFIED: Final = 9
_TRANSFERS: Final = 170
_FROZEN: Final = (16, 41)
_TICKETS: Final = 10


@dataclass(frozen=True, slots=True, order=True)
class Act:
    """One thing that happened: what, to whom, and with how many minor units of which currency."""

    at: datetime
    order: int
    verb: str = field(compare=False)
    person: Person = field(compare=False)
    other: Person | None = field(compare=False, default=None)
    amount: int = field(compare=False, default=0)
    currency: str = field(compare=False, default="USD")
    note: str = field(compare=False, default="")


def begin(now: datetime) -> datetime:
    """Return the instant of the first act."""
    return now - timedelta(weeks=WEEKS)


def acts(now: datetime) -> list[Act]:
    """Return the whole story up to now, in order."""
    chance = random.Random(_SEED)  # noqa: S311 - a story, not a secret
    joined = _joined(now, chance)
    found = [act for person in PEOPLE for act in _beginnings(person, joined[person], chance)]
    found += _transfers(now, joined, chance)
    found += [_act(now - timedelta(days=3 + number), "freeze", PEOPLE[number]) for number in _FROZEN]
    found += [_act(begin(now) - timedelta(days=1), "employ", PEOPLE[0])]
    found += _waiting(now)
    found += _odd(now)
    found += [
        _act(now - timedelta(hours=7 + 31 * number), "ask", PEOPLE[3 * number], amount=number)
        for number in range(_TICKETS)
    ]
    return sorted(act for act in found if act.at < now)


def _joined(now: datetime, chance: random.Random) -> dict[Person, datetime]:
    start, span = begin(now), timedelta(weeks=WEEKS - 1) / len(PEOPLE)
    return {
        person: start + span * number * 0.6 + timedelta(minutes=chance.randrange(600))
        for number, person in enumerate(PEOPLE)
    }


def _is_identified(person: Person) -> bool:
    return PEOPLE.index(person) < len(PEOPLE) - _UNIDENTIFIED


def _beginnings(person: Person, joined: datetime, chance: random.Random) -> Iterator[Act]:
    yield _act(joined, "join", person)
    if person.country in _WITH_YEN:
        yield _act(joined + timedelta(minutes=9), "add", person, currency="JPY")
    if _is_identified(person):
        yield _act(joined + timedelta(hours=chance.randrange(3, 40)), "identify", person)
    for number in range(chance.randrange(2, 5) if _is_identified(person) else 1):
        amount = chance.choice((5_000, 10_000, 20_000, 35_000, 50_000, 80_000)) if _is_identified(person) else 4_000
        yield _act(joined + timedelta(days=2 + 9 * number), "fund", person, amount=amount)
    if person.country in _WITH_YEN and _is_identified(person):
        yield _act(joined + timedelta(days=4), "fund", person, amount=24_800, currency="JPY")


def _waiting(now: datetime) -> Iterator[Act]:
    """Yield the applications that no decision was made about yet; one lacks something."""
    late = PEOPLE[-_UNIDENTIFIED:]
    yield _act(now - timedelta(days=3), "lack", late[0])
    for number, person in enumerate(late[1:6]):
        yield _act(now - timedelta(minutes=40 + 170 * number), "apply", person)


def _odd(now: datetime) -> Iterator[Act]:
    """Yield what does not go smoothly: cards that are refused or decline, and payments that are open still."""
    yield _act(now - timedelta(days=20), "refuse", PEOPLE[5])
    yield _act(now - timedelta(days=12), "decline", PEOPLE[5], amount=15_000)
    yield _act(now - timedelta(days=5), "decline", PEOPLE[14], amount=60_000)
    yield _act(now - timedelta(hours=30), "lose", PEOPLE[7], amount=12_000)
    yield _act(now - timedelta(hours=2), "wait", PEOPLE[12], amount=25_000)
    yield _act(now - timedelta(minutes=8), "confirm", PEOPLE[20], amount=40_000)


def _transfers(now: datetime, joined: dict[Person, datetime], chance: random.Random) -> Iterator[Act]:
    senders = [person for person in PEOPLE if _is_identified(person)]
    for _ in range(_TRANSFERS):
        person, other = chance.sample(senders, 2)
        ready = max(joined[person], joined[other]) + timedelta(days=3)
        if ready >= now:
            continue
        at = ready + (now - ready) * chance.random()
        amount = chance.choice((450, 799, 1_200, 1_850, 2_500, 3_340, 4_999, 7_500, 12_000))
        yield _act(at, "send", person, other, amount=amount, note=chance.choice(NOTES))


def _act(at: datetime, verb: str, person: Person, other: Person | None = None, **words: object) -> Act:
    order = PEOPLE.index(person)
    return Act(at, order, verb, person, other, **words)  # type: ignore[arg-type]  # amount, currency and note
