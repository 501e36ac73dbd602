"""Drafts of postings: what a caller asks for, checked for its form before the database is asked."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from apps.core.errors import DomainError
from apps.core.money import LIMIT
from apps.ledger.enums import Mode, Side
from apps.ledger.errors import (
    AccountTwice,
    AccountUnknown,
    AmountInvalid,
    KeyInvalid,
    KeyReused,
    MetaInvalid,
    ReferenceInvalid,
    TooFewLines,
    Unbalanced,
)
from apps.ledger.errors.batches import BatchTooLarge, ExpectationFailed, LinkedFailed
from apps.ledger.models import Account
from apps.ledger.selectors import accounts, postings
from apps.ledger.selectors.batches import ACCOUNTS_MAX, ITEMS_MAX
from apps.ledger.selectors.postings import Capture, Leg, Line, Meta, Posting

_KEY_MAX: Final = 255
"""Characters of a posting key."""


@dataclass(frozen=True, slots=True)
class Draft:
    """One posting of several. The words are those of `journal.post`.

    `reverses` is the transaction that it takes back, `linked` makes it one chain with the next draft: all or none.
    A draft that `may_be_empty` is skipped when its modes leave no amounts. One with a `capture` takes from a hold.
    """

    lines: Sequence[Line]
    kind: str
    key: str
    subject: str
    effective_on: date | None = None
    reason: str | None = None
    meta: Meta | None = None
    as_txn: UUID | None = None
    reverses: UUID | None = None
    linked: bool = False
    may_be_empty: bool = False
    capture: Capture | None = None

    @property
    def plain(self) -> bool:
        """Tell whether every line moves exactly its amount, whatever it meets."""
        return all(one.plain for one in self.lines)


def chains(drafts: Sequence[Draft]) -> Iterator[range]:
    """Yield the places of each chain; a draft that stands alone is one, too."""
    start = 0
    for place, draft in enumerate(drafts):
        if not draft.linked or place == len(drafts) - 1:
            yield range(start, place + 1)
            start = place + 1


def check(drafts: Sequence[Draft]) -> list[Posting | DomainError]:
    """Return each draft as the database takes it, or what is wrong with it or with its chain."""
    numbers = numbers_of(drafts)
    checked: list[Posting | DomainError] = []
    for draft in drafts:
        try:
            checked.append(prepare(draft, numbers))
        except DomainError as error:
            checked.append(error)
    for chain in chains(drafts):
        if len(chain) > 1:
            _check_chain([drafts[place] for place in chain], chain, checked)
    return checked


def _check_chain(drafts: Sequence[Draft], chain: range, checked: list[Posting | DomainError]) -> None:
    accounts_named = {one.account for draft in drafts for one in draft.lines}
    if len(chain) > ITEMS_MAX or len(accounts_named) > ACCOUNTS_MAX:
        for place in chain:
            checked[place] = BatchTooLarge(items=len(chain), accounts=len(accounts_named))
    keys: set[str] = set()
    for place, draft in zip(chain, drafts, strict=True):
        if draft.key in keys and not isinstance(checked[place], DomainError):
            checked[place] = KeyReused()
        keys.add(draft.key)
    if any(isinstance(checked[place], DomainError) for place in chain):
        for place in chain:
            if not isinstance(checked[place], DomainError):
                checked[place] = LinkedFailed()


def numbers_of(drafts: Iterable[Draft]) -> dict[UUID, int]:
    """Return the internal number of each account in these drafts that exists."""
    named: Iterator[object] = (one.account for draft in drafts for one in draft.lines)
    return accounts.known_numbers(account for account in named if isinstance(account, UUID))


def prepare(draft: Draft, numbers: Mapping[UUID, int]) -> Posting:
    """Return the draft as the database takes it.

    Raises: too_few_lines, account_twice, amount_invalid, unbalanced, expectation_failed, kind_unknown, meta_invalid,
    key_invalid, reference_form_invalid, account_unknown.
    """
    _require_form(draft.lines)
    kind = accounts.kind_number(draft.kind)
    if draft.meta:
        _require_meta(draft.kind, draft.meta)
    missing = [one.account for one in draft.lines if one.account not in numbers]
    if missing:
        raise AccountUnknown(accounts=sorted(map(Account.ref_of, missing)))
    require_names(key=draft.key, subject=draft.subject, reason=draft.reason)
    return Posting(
        key=draft.key,
        kind=kind,
        subject=draft.subject,
        legs=tuple(
            Leg(numbers[one.account], one.signed, one.money.currency, one.mode, one.expect_version, one.min_available)
            for one in draft.lines
        ),
        effective_on=draft.effective_on,
        reverses=draft.reverses,
        reason=draft.reason,
        meta=draft.meta or None,
        capture=draft.capture,
    )


def require_names(*, key: str, **references: str | None) -> None:
    """Refuse a key, or a code or typed id, of another form. Raises: key_invalid, reference_form_invalid."""
    if not 1 <= len(key) <= _KEY_MAX or not key.isprintable():
        raise KeyInvalid(length=len(key))
    for field, text in references.items():
        if text is not None and not postings.is_reference(text):
            raise ReferenceInvalid(field=field)


def _require_form(lines: Sequence[Line]) -> None:
    if len(lines) < 2:  # noqa: PLR2004 - double entry
        raise TooFewLines(lines=len(lines))
    sums: Counter[str] = Counter()
    seen: set[UUID] = set()
    for place, one in enumerate(lines, start=1):
        if not isinstance(one.account, UUID):
            raise AccountUnknown(line=place)
        if one.account in seen:
            raise AccountTwice(line=place)
        _require_amount(one, place)
        seen.add(one.account)
        sums[one.money.currency] += one.signed
    if all(one.mode == Mode.EXACT for one in lines):
        for asset, difference in sums.items():
            if difference:
                raise Unbalanced(asset=asset, difference=difference)
    else:
        _require_one_rest(lines)


def _require_amount(one: Line, place: int) -> None:
    measured = one.mode in postings.MEASURED
    if not (1 <= one.money.amount <= postings.LARGEST if measured else one.money.amount == 0):
        raise AmountInvalid(line=place)
    if one.mode == Mode.ALL and one.side != Side.DR:
        raise AmountInvalid(line=place)
    if not all(-LIMIT < expected < LIMIT for expected in (one.expect_version or 0, one.min_available or 0)):
        raise ExpectationFailed(line=place)


def _require_one_rest(lines: Sequence[Line]) -> None:
    taken: set[str] = set()
    for place, one in enumerate(lines, start=1):
        if one.mode == Mode.REST:
            if one.money.currency in taken:
                raise AmountInvalid(line=place)
            taken.add(one.money.currency)


def _require_meta(kind: str, meta: Meta) -> None:
    unknown = meta.keys() - accounts.meta_keys(kind)
    if unknown:
        raise MetaInvalid(keys=sorted(map(str, unknown)))
    for key, value in meta.items():
        if not isinstance(value, int) and not postings.is_reference(value):
            raise MetaInvalid(keys=[key])
    if len(postings.meta_text(meta).encode()) > postings.META_MAX_BYTES:
        raise MetaInvalid(bytes=postings.META_MAX_BYTES)
