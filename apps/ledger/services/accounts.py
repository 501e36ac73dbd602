"""Accounts: opened once per purpose, frozen, closed, bounded. Figures, bounds and blocks are on the hot row.

Written inside the caller's unit; what an account may do changes under the lock of its balance.
"""

from collections.abc import Collection
from typing import Final
from uuid import UUID

from apps.core import audit, db, outbox, states
from apps.ledger.enums import BLOCKS, AccountClass, AccountStatus, AssetStatus, Flag, Side, Strength, Topic
from apps.ledger.errors import AccountClosed, AssetMismatch, AssetUnknown, CodeUnknown, ReferenceInvalid
from apps.ledger.models import Account, Asset, Balance, GlCode
from apps.ledger.selectors import accounts, postings
from apps.ledger.services import gateway

BOTH: Final = (Side.DR, Side.CR)
_SOFT: Final = {Side.DR: Flag.NEW_DEBITS_BLOCKED, Side.CR: Flag.CREDIT_BLOCKED}
_HARD: Final = {Side.DR: Flag.DEBIT_BLOCKED, Side.CR: Flag.CREDIT_BLOCKED}
_LIFTED: Final = {Side.DR: Flag.DEBIT_BLOCKED | Flag.NEW_DEBITS_BLOCKED, Side.CR: Flag.CREDIT_BLOCKED}


def open_(
    *,
    code: str,
    asset: str,
    owner: str = "",
    qualifier: str = "",
    floor: int | None = None,
    ceiling: int | None = None,
    pending_of: UUID | None = None,
) -> Account:
    """Open the account of a purpose, or return the one that is there. Works inside an open unit.

    `owner` is an opaque typed id, empty for the house; `floor` and `ceiling` bound the signed balance (credit positive)
    in minor units, None leaves a side free; `pending_of` is the account whose money, not yet usable, this one keeps.
    Raises: gl_code_unknown, asset_unknown, reference_form_invalid, asset_mismatch (other asset than `pending_of`),
    floor_above_balance (bounds without zero), duplicate when another unit opened it at the same instant.
    """
    unit = db.current()
    found = accounts.find(code=code, asset=asset, owner=owner, qualifier=qualifier)
    if found is not None:
        return found
    _require_references(owner, qualifier)
    gl_code, kept = _code(code), _asset(asset)
    if pending_of is not None and not Account.objects.filter(pk=pending_of, asset=kept).exists():
        raise AssetMismatch(pending_of=Account.ref_of(pending_of))
    account = Account(
        no=gateway.next_account_number(),
        gl_code=gl_code,
        asset=kept,
        owner_ref=owner,
        qualifier=qualifier,
        pending_of_id=pending_of,
        opened_on=unit.at.date(),
    )
    account.save()
    gateway.open_balance(account=account.pk, floor=floor, ceiling=ceiling)
    return account


def register_code(*, code: str, normal_side: Side, name: str) -> GlCode:
    """Add a code to the chart, or return the one that is there. Works inside an open unit.

    `code` is `CLASS:NAME[:QUALIFIER]`; its first letter is the class.
    Raises: gl_code_unknown for a class that the books do not have.
    """
    found: GlCode | None = GlCode.objects.filter(code=code).first()
    if found is not None:
        return found
    if code[:1] not in AccountClass.values:
        raise CodeUnknown(gl_code=code)
    made = GlCode(code=code, account_class=AccountClass(code[:1]), normal_side=normal_side, name=name)
    made.save()
    return made


def freeze(
    *ids: UUID, reason: str, sides: Collection[Side] = BOTH, strength: Strength = Strength.HARD
) -> tuple[Account, ...]:
    """Block debits, credits or both of accounts. Works inside an open unit.

    A soft freeze stops new debits and lets those pass that were promised before. Order: state, hot row, topic
    ledger.account.frozen. When this returns, no posting that was still running passes it.
    Raises: account_closed, not_found.
    """
    added = _join(_SOFT if strength == Strength.SOFT else _HARD, sides)
    held = tuple(db.lock(Account, *ids))
    for account in held:
        balance = _open_balance(account)
        _set(account, balance, Flag(balance.flags) & BLOCKS | added, reason)
        outbox.publish(Topic.ACCOUNT_FROZEN, subject=account, data={"sides": sorted(sides), "strength": strength})
    return held


def unfreeze(*ids: UUID, reason: str, sides: Collection[Side] = BOTH) -> tuple[Account, ...]:
    """Lift blocks of accounts. Works inside an open unit.

    Order: state, hot row, topic ledger.account.unfrozen. Raises: account_closed, not_found.
    """
    lifted = _join(_LIFTED, sides)
    held = tuple(db.lock(Account, *ids))
    for account in held:
        balance = _open_balance(account)
        _set(account, balance, Flag(balance.flags) & BLOCKS & ~lifted, reason)
        outbox.publish(Topic.ACCOUNT_UNFROZEN, subject=account, data={"sides": sorted(sides)})
    return held


def close(account: UUID, *, reason: str) -> Account:
    """Close an account for ever. Works inside an open unit.

    Order: hot row, state, topic ledger.account.closed.
    Raises: account_closed, account_in_use while something is posted, held or pending, not_found.
    """
    (held,) = db.lock(Account, account)
    balance = _open_balance(held)
    blocks = Flag(balance.flags) & BLOCKS | Flag.CLOSED
    gateway.set_bounds(account=held.pk, floor=balance.floor, ceiling=balance.ceiling, blocks=blocks, reason=reason)
    states.move(held, AccountStatus.CLOSED, reason_code=reason, closed_on=db.current().at.date())
    outbox.publish(Topic.ACCOUNT_CLOSED, subject=held)
    return held


def set_bounds(account: UUID, *, floor: int | None, ceiling: int | None, reason: str) -> Account:
    """Set the bounds of an account's signed balance in minor units, None for free. Works inside an open unit.

    Raises: floor_above_balance when the present balance lies outside, account_closed, not_found.
    """
    (held,) = db.lock(Account, account)
    balance = _open_balance(held)
    blocks = Flag(balance.flags) & BLOCKS
    gateway.set_bounds(account=held.pk, floor=floor, ceiling=ceiling, blocks=blocks, reason=reason)
    audit.record(
        action="ledger.account.set_bounds",
        subject=held,
        before={"floor": balance.floor, "ceiling": balance.ceiling},
        after={"floor": floor, "ceiling": ceiling},
        reason_code=reason,
    )
    return held


def _require_references(owner: str, qualifier: str) -> None:
    for field, text in (("owner", owner), ("qualifier", qualifier)):
        if text and not postings.is_reference(text):
            raise ReferenceInvalid(field=field)


def _code(code: str) -> GlCode:
    found: GlCode | None = GlCode.objects.filter(code=code).first()
    if found is None:
        raise CodeUnknown(gl_code=code)
    return found


def _asset(code: str) -> Asset:
    found: Asset | None = Asset.objects.filter(code=code, status=AssetStatus.ACTIVE).first()
    if found is None:
        raise AssetUnknown(asset=code)
    return found


def _set(account: Account, balance: Balance, blocks: Flag, reason: str) -> None:
    status = AccountStatus.FROZEN if blocks else AccountStatus.ACTIVE
    if account.status != status:
        states.move(account, status, reason_code=reason)
    else:
        audit.record(
            action="ledger.account.set_blocks",
            subject=account,
            before={"blocks": int(Flag(balance.flags) & BLOCKS)},
            after={"blocks": int(blocks)},
            reason_code=reason,
        )
    gateway.set_bounds(account=account.pk, floor=balance.floor, ceiling=balance.ceiling, blocks=blocks, reason=reason)


def _open_balance(account: Account) -> Balance:
    if account.status == AccountStatus.CLOSED:
        raise AccountClosed(account=account.ref)
    return Balance.objects.get(pk=account.no)


def _join(flags: dict[Side, Flag], sides: Collection[Side]) -> Flag:
    joined = Flag(0)
    for side in sides:
        joined |= flags[Side(side)]
    return joined
