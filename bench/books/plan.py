"""What is measured: the scenarios, by which path and in which sizes, and what they pay. Pure."""

import itertools
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

ACCOUNTS: Final = 10_000
FUNDS: Final = 10**12
"""What each wallet begins with, in minor units: enough for every payment that is meant to pass."""

_FEE: Final = 25
_LARGEST: Final = 10_000
_OUT_OF_REACH: Final = 2**50
_REFUSED_OF: Final = 20

Legs = tuple[tuple[int, int], ...]
"""Accounts by their number and signed amounts, credit positive."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One measurement. `path` is `post_one`, `post_batch`, `post` (the service in a whole unit) or `copy`."""

    scenario: str
    path: str
    batch: int
    writers: int

    @property
    def name(self) -> str:
        """Return the words that tell this measurement from the others."""
        return f"{self.scenario}/{self.path}/{self.batch}x{self.writers}"


@dataclass(frozen=True, slots=True)
class Profile:
    """How long a run measures."""

    seconds: float
    warm_up_s: float
    yardstick_s: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class People:
    """The accounts that pay, and those that take fees, by their numbers."""

    wallets: Sequence[int]
    fees: Sequence[int]


def transfers(scenario: str, people: People, seed: int) -> Iterator[Legs]:
    """Yield the legs of one payment after the other, the same ones for the same seed."""
    dice = random.Random(seed)  # noqa: S311 - spreads a load, hides nothing
    pair = _zipf(people.wallets, dice) if scenario == "zipf" else lambda: dice.sample(people.wallets, 2)
    fee = _FEE_OF.get(scenario, _no_fee)(people, dice)
    for turn in itertools.count(1):
        payer, payee = pair()
        amount = dice.randint(1, _LARGEST)
        if scenario == "bounded" and turn % _REFUSED_OF == 0:
            amount = _OUT_OF_REACH
        taker = fee()
        if taker is None:
            yield (payer, -amount), (payee, amount)
        else:
            yield (payer, -amount - _FEE), (payee, amount), (taker, _FEE)


def _zipf(wallets: Sequence[int], dice: random.Random) -> Callable[[], list[int]]:
    """Return what draws two different wallets, the n-th with a weight of 1/n."""
    weights = list(itertools.accumulate(1 / place for place in range(1, len(wallets) + 1)))

    def pair() -> list[int]:
        while True:
            found = dice.choices(wallets, cum_weights=weights, k=2)
            if found[0] != found[1]:
                return found

    return pair


Fee = Callable[[], int | None]


def _no_fee(_people: People, _dice: random.Random) -> Fee:
    return lambda: None


def _one_fee(people: People, _dice: random.Random) -> Fee:
    return lambda: people.fees[0]


def _spread_fee(people: People, dice: random.Random) -> Fee:
    return lambda: dice.choice(people.fees)


_FEE_OF: Final = {"hot_fee": _one_fee, "fee3": _spread_fee}


def profile(name: str) -> Profile:
    """Return what `quick` or `full` measures."""
    if name == "quick":
        return Profile(seconds=5.0, warm_up_s=2.0, yardstick_s=5, cells=_QUICK)
    return Profile(seconds=20.0, warm_up_s=2.0, yardstick_s=10, cells=_FULL)


def _cells(scenario: str, *sizes: tuple[str, int, int]) -> Iterator[Cell]:
    return (Cell(scenario, *size) for size in sizes)


_QUICK: Final = (
    *_cells("uniform", ("post_one", 1, 2), ("post_one", 1, 8), ("post_batch", 1, 8), ("post_batch", 10, 8)),
    *_cells("uniform", ("post_batch", 100, 2), ("post_batch", 100, 8), ("post_batch", 1_000, 2)),
    *_cells("zipf", ("post_one", 1, 8), ("post_batch", 100, 2)),
    *_cells("fee3", ("post_one", 1, 8), ("post_batch", 100, 2)),
    *_cells("hot_fee", ("post_one", 1, 8), ("post_batch", 100, 2), ("post_batch", 1_000, 2)),
    *_cells("bounded", ("post_one", 1, 8), ("post_batch", 100, 2)),
    *_cells("service", ("post", 1, 2), ("post", 1, 8)),
    *_cells("copy", ("copy", 1_000, 2)),
)
_SIZES: Final = (("post_one", 1), ("post_batch", 1), ("post_batch", 10), ("post_batch", 100), ("post_batch", 1_000))
_FULL: Final = (
    *(
        Cell(scenario, path, batch, writers)
        for scenario in ("uniform", "hot_fee")
        for path, batch in _SIZES
        for writers in (1, 2, 8)
    ),
    *(
        Cell(scenario, path, batch, writers)
        for scenario in ("zipf", "fee3", "bounded")
        for path, batch, writers in (("post_one", 1, 8), ("post_batch", 100, 2), ("post_batch", 1_000, 2))
    ),
    *_cells("service", ("post", 1, 2), ("post", 1, 8), ("post", 1, 16)),
    *_cells("copy", ("copy", 1_000, 2)),
)
