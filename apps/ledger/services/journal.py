"""Posting: the one call by which money moves, last in its unit.

A posting is balanced, happens once per key, and is its own audit record: actor, subject and reason are in its row.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from apps.core import db, ids
from apps.core.errors import DomainError, ProgrammingFault
from apps.core.money import Money
from apps.ledger.enums import PostingStatus, Side
from apps.ledger.errors import OriginUnknown
from apps.ledger.errors.batches import LinkedFailed, NothingToPost
from apps.ledger.selectors import drafts, entries, postings
from apps.ledger.selectors.batches import Answer, Item, Result
from apps.ledger.selectors.drafts import Draft
from apps.ledger.selectors.postings import Line, Meta, Posting
from apps.ledger.services import gateway

line = postings.line
posting_key = postings.posting_key

REVERSAL: Final = "ledger.reversal"
RANK: Final = 100
"""The place of balances in the order of locks."""


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
    """A posting that is in the books; `replayed` when its key had been posted before and nothing new was written.

    A line that was left without an amount by its mode is not among the lines.
    """

    status: PostingStatus
    txn: UUID
    posted_at: datetime
    lines: tuple[PostedLine, ...]

    @property
    def ref(self) -> str:
        """Return the typed id of the transaction."""
        return entries.ref_of(self.txn)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A posting that was left without amounts and had said that it may be: nothing moved, its key is free."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A posting that moved nothing, and why; its key is free."""

    error: DomainError


Outcome = Posted | Skipped | Refused


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
    clock_behind, key_reused; with lines that are not plain nothing_to_post and expectation_failed.
    """
    return post_draft(draft=Draft(lines, kind, key, subject, effective_on, reason, meta, as_txn))


def try_post(
    *,
    lines: Sequence[Line],
    kind: str,
    key: str,
    subject: str,
    effective_on: date | None = None,
    reason: str | None = None,
    meta: Meta | None = None,
    as_txn: UUID | None = None,
) -> Outcome:
    """Post, or return why not, with nothing written. Works inside an open unit, as its last act; words as `post`."""
    return post_many(postings=[Draft(lines, kind, key, subject, effective_on, reason, meta, as_txn)])[0]


def post_many(*, postings: Sequence[Draft]) -> list[Outcome]:
    """Post several drafts, one after the other, and return what became of each, in their order.

    Each gets what it would get alone: a refusal costs the others nothing, but for those of its own chain. Works inside
    an open unit, as its last act. A chain is at most 1,000 drafts on 2,000 accounts. Ids in `as_txn` are new ones.
    Raises: ProgrammingFault for a draft that captures a hold.
    """
    if any(draft.capture for draft in postings):
        message = "a capture is posted alone: holds.capture"
        raise ProgrammingFault(message)
    checked = drafts.check(postings)
    items = [
        Item(one, draft.as_txn or new_txn(), draft.linked, draft.may_be_empty)
        for one, draft in zip(checked, postings, strict=True)
        if not isinstance(one, DomainError)
    ]
    if items:
        db.current().take_rank(RANK, "the ledger call")
    results = iter(gateway.post_batch(items=items))
    outcomes = [
        Refused(one) if isinstance(one, DomainError) else _outcome(draft, next(results))
        for one, draft in zip(checked, postings, strict=True)
    ]
    _name_culprits(postings, outcomes)
    return outcomes


def post_last(*, draft: Draft) -> None:
    """Move money as `post` does, by the end of the open unit, in one round trip with its facts.

    For acts that need not know what the accounts then have, with plain lines. Raises: as `post`.
    """
    if not draft.plain:
        message = "amounts that the ledger decides, and expectations, are answered: use post or try_post"
        raise ProgrammingFault(message)
    gateway.post_last(posting=_ready(draft), txn=draft.as_txn or new_txn())


def new_txn() -> UUID:
    """Return the id of a transaction that is to be posted in this unit. Works inside an open unit.

    Its instant is the unit's, so that its partition and its booking are of one month.
    """
    return ids.new(db.current().at)


def reversal(*, txn: UUID, key: str, reason: str, subject: str | None = None) -> Draft:
    """Return the draft of a transaction's mirror image. Works inside an open unit.

    `subject` is by default that of the origin.

    Raises: origin_unknown.
    """
    origin = entries.transaction(txn)
    if origin is None:
        raise OriginUnknown
    return Draft(
        lines=[
            line(leg.account, Money(abs(leg.amount), leg.asset), Side.CR if leg.amount < 0 else Side.DR)
            for leg in origin.legs
        ],
        kind=REVERSAL,
        key=key,
        subject=subject or origin.subject,
        reason=reason,
        reverses=txn,
    )


def reverse(*, txn: UUID, key: str, reason: str, subject: str | None = None) -> Posted:
    """Undo a transaction by its mirror image. Works inside an open unit, as its last act; actor and instant are its.

    `subject` is the typed id of the row that asks for it, by default that of the origin.
    Raises: origin_unknown; and at the unit's edge not_reversible, return_exceeds_original when it was undone before,
    insufficient_funds, account_frozen, account_closed, key_reused.
    """
    return post_draft(draft=reversal(txn=txn, key=key, reason=reason, subject=subject))


def post_draft(*, draft: Draft) -> Posted:
    """Post one draft. Works inside an open unit, as its last act. Raises: as `post`, `reverse`, `holds.capture`."""
    if not draft.plain:
        outcome = post_many(postings=[draft])[0]
        if isinstance(outcome, Posted):
            return outcome
        raise outcome.error if isinstance(outcome, Refused) else NothingToPost
    posting = _ready(draft)
    return _posted(draft, gateway.post_one(posting=posting, txn=draft.as_txn or new_txn()))


def _ready(draft: Draft) -> Posting:
    posting = drafts.prepare(draft, drafts.numbers_of([draft]))
    db.current().take_rank(RANK, "the ledger call")
    return posting


def _outcome(draft: Draft, answer: Answer) -> Outcome:
    if isinstance(answer, DomainError):
        return Refused(answer)
    return Skipped() if answer is None else _posted(draft, answer)


def _posted(draft: Draft, result: Result) -> Posted:
    lines = tuple(
        PostedLine(one.account, left.amount, left.posted, left.available, left.version)
        for one, left in zip(draft.lines, result.legs, strict=True)
        if left.amount
    )
    return Posted(result.status, result.txn, result.posted_at, lines)


def _name_culprits(postings: Sequence[Draft], outcomes: Sequence[Outcome]) -> None:
    """Say in the refusals of a failed chain which of its drafts failed, counted from 1."""
    for chain in drafts.chains(postings):
        errors = {place: found.error for place in chain if isinstance(found := outcomes[place], Refused)}
        culprits = [place for place, error in errors.items() if not isinstance(error, LinkedFailed)]
        for error in errors.values():
            if isinstance(error, LinkedFailed):
                error.context["item"] = culprits[0] + 1
