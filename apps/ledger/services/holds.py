"""Holds: money of an account that is promised and not yet moved. It is not available until its hold ends.

Each act happens once per key and is its own record; it is the last act of its unit, like a posting.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection

from apps.core import db, ids, outbox
from apps.core.actors import Actor
from apps.core.errors import ProgrammingFault
from apps.core.money import Money
from apps.ledger.enums import HoldAct, HoldKind, Topic
from apps.ledger.errors import AmountInvalid
from apps.ledger.errors.holds import ToleranceInvalid
from apps.ledger.models import Account, Hold
from apps.ledger.selectors import accounts, postings
from apps.ledger.selectors.drafts import Draft, require_names
from apps.ledger.selectors.postings import Capture, Line, Meta
from apps.ledger.selectors.promises import TOLERANCE_MAX_BPS, HoldChange, HoldResult, Placing
from apps.ledger.services import gateway, journal
from apps.ledger.services.journal import Posted

EXPIRED_MAX: Final = 500
"""Holds that one pass of the expiry ends."""
_EXPIRE: Final = "SELECT hold, account, asset, amount, kind, subject FROM ledger_hold_expire(%s, %s, %s)"


def place(
    *,
    account: UUID,
    money: Money,
    kind: HoldKind,
    reason: str,
    subject: str,
    key: str,
    expires_at: datetime | None = None,
    tolerance_bps: int = 0,
    as_hold: UUID | None = None,
) -> HoldResult:
    """Hold money of an account (`lac`). Works inside an open unit, as its last act; actor and instant are its.

    `reason` is a code, `subject` the typed id of the row behind it, `key` comes from `journal.posting_key`. A capture
    may pass the amount by `tolerance_bps` basis points of it. Without `expires_at` the hold ends by an act alone.
    Raises: amount_invalid, tolerance_invalid, key_invalid, reference_form_invalid, account_unknown, asset_mismatch,
    account_frozen, account_closed, insufficient_funds, hold_expiry_invalid, clock_behind, key_reused.
    """
    require_names(key=key, reason=reason, subject=subject)
    if not 0 <= tolerance_bps <= TOLERANCE_MAX_BPS:
        raise ToleranceInvalid(most=TOLERANCE_MAX_BPS)
    placing = Placing(
        hold=as_hold or new_hold(),
        key=key,
        account=accounts.number(account),
        asset=money.currency,
        amount=_amount(money),
        kind=HoldKind(kind),
        reason=reason,
        subject=subject,
        tolerance_bps=tolerance_bps,
        expires_at=expires_at,
    )
    db.current().take_rank(journal.RANK, "the ledger call")
    return gateway.change_hold(act=placing)


def increase(hold: UUID, *, money: Money, reason: str, key: str) -> HoldResult:
    """Hold more of the same account under a hold (`hld`). Works inside an open unit, as its last act.

    Raises: as `place`; hold_not_open, hold_expired, hold_mismatch.
    """
    return _change(HoldAct.INCREASED, hold, reason, key, money=money)


def reduce(hold: UUID, *, money: Money, reason: str, key: str) -> HoldResult:
    """Give back a part of what a hold has left. Works inside an open unit, as its last act.

    With nothing left the hold is released, or captured when a part of it was.
    Raises: amount_invalid, key_invalid, reference_form_invalid, hold_not_open, hold_exceeded, hold_mismatch,
    clock_behind, key_reused.
    """
    return _change(HoldAct.REDUCED, hold, reason, key, money=money)


def extend(hold: UUID, *, until: datetime, reason: str, key: str) -> HoldResult:
    """Let a hold expire later. Works inside an open unit, as its last act.

    Raises: key_invalid, reference_form_invalid, hold_not_open, hold_expired, hold_expiry_invalid, clock_behind,
    key_reused.
    """
    return _change(HoldAct.EXTENDED, hold, reason, key, until=until)


def release(hold: UUID, *, reason: str, key: str) -> HoldResult:
    """Give back what a hold has left, and end it. Works inside an open unit, as its last act.

    Raises: key_invalid, reference_form_invalid, hold_not_open, clock_behind, key_reused.
    """
    return _change(HoldAct.RELEASED, hold, reason, key)


def capture(
    hold: UUID,
    *,
    lines: Sequence[Line],
    kind: str,
    key: str,
    subject: str,
    money: Money | None = None,
    final: bool = True,
    reason: str | None = None,
    meta: Meta | None = None,
    as_txn: UUID | None = None,
) -> Posted:
    """Move held money by a transaction that debits the hold's account. Works inside an open unit, as its last act.

    The debit on that account is what is captured, or `money` of it when the rest is to come from what is available.
    More than the hold has left is taken from what is available, within its tolerance. A capture of all that is left, or
    a `final` one, ends the hold. Other words as `journal.post`.
    Raises: as `journal.post` for plain lines; hold_not_open, hold_expired, hold_exceeded, hold_mismatch.
    """
    taken = None if money is None else _amount(money)
    draft = Draft(
        lines, kind, key, subject, reason=reason, meta=meta, as_txn=as_txn, capture=Capture(hold, taken, final)
    )
    if not draft.plain:
        message = "lines of a capture move exactly their amounts"
        raise ProgrammingFault(message)
    return journal.post_draft(draft=draft)


def expire(*, by: Actor, at: datetime) -> int:
    """End up to 500 holds whose time is over, and return how many; a hold that is being changed just now waits.

    Topic ledger.hold.expired for each.
    """
    with db.unit(by=by, at=at, why="expire"):
        with connection.cursor() as cursor:
            cursor.execute(_EXPIRE, [EXPIRED_MAX, at, by.id])
            found = cursor.fetchall()
        for hold, account, asset, amount, kind, subject in found:
            money = {"amount": amount, "currency": asset}
            data = {"account": Account.ref_of(account), "money": money, "kind": kind, "subject": subject}
            outbox.publish(Topic.HOLD_EXPIRED, subject=Hold.ref_of(hold), data=data)
    return len(found)


def new_hold() -> UUID:
    """Return the id of a hold that is to be placed in this unit. Works inside an open unit."""
    return ids.new(db.current().at)


def _change(
    act: HoldAct, hold: UUID, reason: str, key: str, money: Money | None = None, until: datetime | None = None
) -> HoldResult:
    require_names(key=key, reason=reason)
    wanted = HoldChange(
        act=act,
        hold=hold,
        key=key,
        reason=reason,
        amount=None if money is None else _amount(money),
        asset=None if money is None else money.currency,
        until=until,
    )
    db.current().take_rank(journal.RANK, "the ledger call")
    return gateway.change_hold(act=wanted)


def _amount(money: Money) -> int:
    if not 1 <= money.amount <= postings.LARGEST:
        raise AmountInvalid
    return money.amount
