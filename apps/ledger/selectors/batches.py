"""The arrays of a batch, items and legs side by side as `ledger_post_batch` takes them, and its answer. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from apps.core.errors import DomainError, for_constraint
from apps.ledger.enums import PostingStatus
from apps.ledger.selectors import postings
from apps.ledger.selectors.arrays import Bigints, Digests, Smallints, Texts, Uuids
from apps.ledger.selectors.postings import Posting

ITEMS_MAX: Final = 1_000
"""Postings of one call."""
ACCOUNTS_MAX: Final = 2_000
"""Accounts of one call, all of them locked until the commit."""
_REPLAYED, _SKIPPED, _REFUSED = 1, 2, 3


class Left(NamedTuple):
    """What one leg left behind: the amount moved (0: dropped), the account's posted and available, and its version."""

    amount: int
    posted: int
    available: int
    version: int


@dataclass(frozen=True, slots=True)
class Result:
    """A posting that is in the books; the legs are in its own order."""

    status: PostingStatus
    txn: UUID
    posted_at: datetime
    legs: tuple[Left, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """A posting of a batch, to be the transaction `txn`. `linked`: one chain with the next item, all or none."""

    posting: Posting
    txn: UUID
    linked: bool = False
    may_be_empty: bool = False


Answer = Result | DomainError | None
"""What became of an item: None when it was left without amounts."""


class Batch:
    """One call: its items, and their legs by item and then by account."""

    def __init__(self, items: Sequence[Item]) -> None:
        self._items = items
        self._orders = [_by_account(item.posting) for item in items]
        self.accounts = sorted({leg.account for item in items for leg in item.posting.legs})

    def values(self) -> list[Any]:
        """Return the arguments from the ids on; None for an array without values."""
        items = self._items
        told = [item.posting for item in items]
        return [
            Uuids.of([item.txn for item in items]),
            Uuids.of([postings.key_id(one.key) for one in told]),
            Digests.of([postings.digest(one) for one in told]),
            Smallints.of([one.kind for one in told]),
            _or_none([one.effective_on for one in told]),
            Texts.of([one.subject for one in told]),
            _or_none([one.reason for one in told]),
            _or_none([None if one.meta is None else postings.meta_text(one.meta) for one in told]),
            _or_none([one.reverses for one in told]),
            _or_none([item.linked or None for item in items]),
            _or_none([item.may_be_empty or None for item in items]),
            Smallints.of([len(one.legs) for one in told]),
            Bigints.of(self.accounts),
            *self._leg_values(),
        ]

    def answers(self, row: Sequence[Any], at: datetime) -> Iterator[Answer]:
        """Yield what the function's answer says of each item."""
        statuses, txns, booked, refusals, details, moved, balances, versions, available = row
        start = 0
        for place, (item, order) in enumerate(zip(self._items, self._orders, strict=True)):
            status, legs = statuses[place], item.posting.legs
            if status == _REFUSED:
                error = for_constraint(refusals[place])
                if error is None:
                    message = f"no error stands for {refusals[place]}"
                    raise LookupError(message)
                yield error(**(details[place] or {}))
            elif status == _SKIPPED:
                yield None
            else:
                left: list[Any] = [None] * len(order)
                for leg, of in enumerate(order, start):
                    amount = legs[of].amount if moved is None else moved[leg]
                    left[of] = Left(amount, balances[leg], available[leg], versions[leg])
                replayed = status == _REPLAYED
                yield Result(
                    PostingStatus.REPLAYED if replayed else PostingStatus.POSTED,
                    txns[place] if replayed else item.txn,
                    booked[place] or at,
                    tuple(left),
                )
            start += len(order)

    def _leg_values(self) -> list[Any]:
        places = {no: place for place, no in enumerate(self.accounts, start=1)}
        lines: list[int] = []
        legs = []
        for item, order in zip(self._items, self._orders, strict=True):
            given = item.posting.legs
            legs += [given[of] for of in order]
            lines += [of + 1 for of in order]
        modes = [leg.mode.number for leg in legs]
        return [
            Smallints.of(lines),
            Smallints.of([places[leg.account] for leg in legs]),
            Bigints.of([leg.amount for leg in legs]),
            Texts.of([leg.asset for leg in legs]),
            modes if any(modes) else None,
            _or_none([leg.expect_version for leg in legs]),
            _or_none([leg.min_available for leg in legs]),
        ]


def calls(items: Sequence[Item]) -> Iterator[Batch]:
    """Yield the calls that these items take: chains stay together, and a key that comes again opens the next call."""
    batch: list[Item] = []
    keys: set[str] = set()
    accounts: set[int] = set()
    chain: list[Item] = []
    for item in items:
        chain.append(item)
        if item.linked and item is not items[-1]:
            continue
        more_keys = {one.posting.key for one in chain}
        more = {leg.account for one in chain for leg in one.posting.legs}
        too_many = len(batch) + len(chain) > ITEMS_MAX or len(accounts) + len(more - accounts) > ACCOUNTS_MAX
        if batch and (too_many or not keys.isdisjoint(more_keys)):
            yield Batch(batch)
            batch, keys, accounts = [], set(), set()
        batch += chain
        keys |= more_keys
        accounts |= more
        chain = []
    if batch:
        yield Batch(batch)


def _by_account(posting: Posting) -> list[int]:
    legs = posting.legs
    return sorted(range(len(legs)), key=lambda place: legs[place].account)


def _or_none(values: list[Any]) -> list[Any] | None:
    return values if any(value is not None for value in values) else None
