"""Posting: the one call by which money moves, last in its unit.

A posting is balanced, happens once per key, and is its own audit record: actor, subject and reason are in its row.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from apps.core import db, ids
from apps.ledger.enums import PostingStatus
from apps.ledger.errors import (
    AccountTwice,
    AccountUnknown,
    AmountInvalid,
    KeyInvalid,
    MetaInvalid,
    OriginUnknown,
    ReferenceInvalid,
    TooFewLines,
    Unbalanced,
)
from apps.ledger.selectors import accounts, entries, postings
from apps.ledger.selectors.postings import Leg, Line, Meta, Posting
from apps.ledger.services import gateway

line = postings.line
posting_key = postings.posting_key

REVERSAL: Final = "ledger.reversal"
_RANK: Final = 100
_KEY_MAX: Final = 255


@dataclass(frozen=True, slots=True)
class PostedLine:
    """What a line left behind, in minor units: its signed amount (credit positive), and what the account then had."""

    account: UUID
    amount: int
    posted: int
    available: int
    version: int


@dataclass(frozen=True, slots=True)
class Posted:
    """A posting that is in the books; `replayed` when its key had been posted before and nothing new was written."""

    status: PostingStatus
    txn: UUID
    posted_at: datetime
    lines: tuple[PostedLine, ...]

    @property
    def ref(self) -> str:
        """Return the typed id of the transaction."""
        return entries.ref_of(self.txn)


def post(
    *,
    lines: Sequence[Line],
    kind: str,
    key: str,
    subject: str,
    effective_on: date | None = None,
    reason: str | None = None,
    meta: Meta | None = None,
    as_txn: UUID | None = None,
) -> Posted:
    """Move money by one balanced transaction. Works inside an open unit, as its last act; actor and instant are its.

    `key` comes from `posting_key`, `subject` is the typed id of the row behind it, `effective_on` the value date (UTC
    day of the unit when absent), `meta` holds codes and typed ids under the keys of the kind; `as_txn` is the id from
    `new_txn` where the caller's row already names it.
    Raises: too_few_lines, account_twice, amount_invalid, unbalanced, kind_unknown, meta_invalid, key_invalid,
    reference_form_invalid, account_unknown; and at the unit's edge insufficient_funds, ceiling_exceeded,
    account_frozen, account_closed, asset_mismatch, fx_position_required, effective_in_future, period_closed,
    clock_behind, key_reused.
    """
    posting = _posting(lines, kind, key, subject, effective_on, reason, meta)
    return _call(posting, [one.account for one in lines], as_txn)


def post_last(*, lines: Sequence[Line], kind: str, key: str, subject: str, as_txn: UUID) -> None:
    """Move money as `post` does, by the end of the open unit, in one round trip with its facts.

    For acts that need not know what the accounts then have. Raises: as `post`.
    """
    posting = _posting(lines, kind, key, subject)
    _take_rank(posting)
    gateway.post_last(posting=posting, txn=as_txn)


def new_txn() -> UUID:
    """Return the id of a transaction that is to be posted in this unit. Works inside an open unit.

    Its instant is the unit's, so that its partition and its booking are of one month.
    """
    return ids.new(db.current().at)


def reverse(*, txn: UUID, key: str, reason: str, subject: str | None = None) -> Posted:
    """Undo a transaction by its mirror image. Works inside an open unit, as its last act; actor and instant are its.

    `subject` is the typed id of the row that asks for it, by default that of the origin.
    Raises: origin_unknown; and at the unit's edge not_reversible, return_exceeds_original when it was undone before,
    insufficient_funds, account_frozen, account_closed, key_reused.
    """
    origin = entries.transaction(txn)
    if origin is None:
        raise OriginUnknown
    posting = Posting(
        key=key,
        kind=accounts.kind_number(REVERSAL),
        subject=subject or origin.subject,
        legs=tuple(Leg(leg.account_no, -leg.amount, leg.asset) for leg in origin.legs),
        reverses=txn,
        reason=reason,
    )
    return _call(posting, [leg.account for leg in origin.legs])


def _posting(
    lines: Sequence[Line],
    kind: str,
    key: str,
    subject: str,
    effective_on: date | None = None,
    reason: str | None = None,
    meta: Meta | None = None,
) -> Posting:
    _require_form(lines)
    if meta:
        _require_meta(kind, meta)
    numbers = accounts.numbers(one.account for one in lines)
    return Posting(
        key=key,
        kind=accounts.kind_number(kind),
        subject=subject,
        legs=tuple(Leg(numbers[one.account], one.signed, one.money.currency) for one in lines),
        effective_on=effective_on,
        reason=reason,
        meta=meta or None,
    )


def _call(posting: Posting, named: Sequence[UUID], as_txn: UUID | None = None) -> Posted:
    _take_rank(posting)
    result = gateway.post_one(posting=posting, txn=as_txn or new_txn())
    lines = tuple(
        PostedLine(account, leg.amount, left.posted, left.available, left.version)
        for account, leg, left in zip(named, posting.legs, result.legs, strict=True)
    )
    return Posted(result.status, result.txn, result.posted_at, lines)


def _take_rank(posting: Posting) -> None:
    if not 1 <= len(posting.key) <= _KEY_MAX:
        raise KeyInvalid(length=len(posting.key))
    for field, text in (("subject", posting.subject), ("reason", posting.reason)):
        if text is not None and not postings.is_reference(text):
            raise ReferenceInvalid(field=field)
    db.current().take_rank(_RANK, "the ledger call")


def _require_form(lines: Sequence[Line]) -> None:
    if len(lines) < 2:  # noqa: PLR2004 - double entry
        raise TooFewLines(lines=len(lines))
    sums: dict[str, int] = {}
    seen: set[UUID] = set()
    for place, one in enumerate(lines, start=1):
        if not isinstance(one.account, UUID):
            raise AccountUnknown(line=place)
        if one.account in seen:
            raise AccountTwice(line=place)
        if not 1 <= one.money.amount <= postings.LARGEST:
            raise AmountInvalid(line=place)
        seen.add(one.account)
        sums[one.money.currency] = sums.get(one.money.currency, 0) + one.signed
    for asset, difference in sums.items():
        if difference:
            raise Unbalanced(asset=asset, difference=difference)


def _require_meta(kind: str, meta: Meta) -> None:
    unknown = meta.keys() - accounts.meta_keys(kind)
    if unknown:
        raise MetaInvalid(keys=sorted(map(str, unknown)))
    for key, value in meta.items():
        if not isinstance(value, int) and not postings.is_reference(value):
            raise MetaInvalid(keys=[key])
    if len(postings.meta_text(meta).encode()) > postings.META_MAX_BYTES:
        raise MetaInvalid(bytes=postings.META_MAX_BYTES)
