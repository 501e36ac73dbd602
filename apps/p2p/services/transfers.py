"""Transfers: sent by a customer to an address, sent back by staff.

A transfer and its posting are one transaction. What the payer lacks is told before anything about the payee.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from apps.accounts.selectors import customers
from apps.accounts.services import limits, wallets
from apps.core import audit, db, ids, outbox, states
from apps.core.actors import Actor
from apps.core.money import Money
from apps.ledger.enums import Side
from apps.ledger.selectors.drafts import Draft
from apps.ledger.services import journal
from apps.p2p.enums import Permission, Topic, TransferKind, TransferStatus
from apps.p2p.errors import AlreadyReversed
from apps.p2p.models import Transfer
from apps.p2p.selectors import transfers as reads
from apps.p2p.selectors.transfers import NOTE, TransferView
from apps.p2p.services import ways
from apps.p2p.services.ways import Party
from apps.workflow.commands import staff_command
from apps.workflow.services import reasons

_KIND: Final = "p2p.transfer"
_REVERSE: Final = Permission.TRANSFER_REVERSE.value


def send(*, payer_wallet: UUID, payee_email: str, money: Money, note: str, by: Actor, at: datetime) -> TransferView:
    """Send money from the caller's wallet to whoever has verified an address, at once; return what the sender sees.

    Order: wallets held open, limits, transfer, audit, topic p2p.transfer.completed, posting.
    Raises: invalid_amount, customer_required, invalid_reference, payee_is_payer, wallet_frozen, wallet_closed,
    customer_frozen, currency_not_held, limit_exceeded, limit_missing, insufficient_funds, payee_unknown,
    payee_cannot_receive.
    """
    with db.unit(by=by, at=at, why="send"):
        way = ways.hold(payer_wallet=payer_wallet, payee_email=payee_email, money=money, by=by)
        key, payer = ids.new(), way.payer
        ways.consume(way=way, money=money, subject=Transfer.ref_of(key))
        payee = ways.require_payee(way=way, money=money)
        sealed = way.keys.seal(owner=payer.ref, column=NOTE, text=note) if note else None
        transfer = record(key=key, payer=payer, payee=payee, money=money, note=sealed)
        journal.post_last(draft=draft(transfer=transfer, payer=payer, payee=payee))
    name = way.keys.open_text(payee.name) or ""
    return reads.view(transfer, customer=payer.customer, counterparty=name, note=note)


@staff_command(_REVERSE, subject="trf", reasons=_REVERSE)
def reverse(transfer: UUID, *, reason: str, by: Actor, at: datetime) -> Transfer:
    """Send the whole money of a transfer back to its sender, for a reason of the dictionary p2p.transfer.reverse.

    Never more than the receiver has available, and frozen wallets do not hinder it.
    Order: transfer, sender's wallet, limits of the transfer's own windows, state with audit, topic
    p2p.transfer.reversed, posting.
    Raises: reason_unknown, not_found, already_reversed, wallet_closed, insufficient_funds.
    """
    with db.unit(by=by, at=at, why="reverse"):
        reasons.require(action=_REVERSE, code=reason)
        (held,) = db.lock(Transfer, transfer)
        if held.status == TransferStatus.REVERSED:
            raise AlreadyReversed(id=held.ref, state=held.status)
        wallets.hold_for_credit(held.sender_wallet_id, currency=held.currency)
        limits.release(subject=held.ref)
        sender = customers.ref_of(held.sender_id)
        states.move(held, TransferStatus.REVERSED, customer=sender, reason_code=reason)
        outbox.publish(
            Topic.TRANSFER_REVERSED,
            subject=held,
            customer=sender,
            data={"money": held.money.to_json(), "receiver": customers.ref_of(held.receiver_id), "reason": reason},
        )
        journal.reverse(
            txn=held.ledger_txn, key=journal.posting_key(held.ref, "reverse"), reason=reason, subject=held.ref
        )
    return held


def record(*, key: UUID, payer: Party, payee: Party, money: Money, note: bytes | None) -> Transfer:
    """Write a transfer with its audit event and its topic by the end of the open unit, which then has to post it."""
    made = Transfer(
        pk=key,
        kind=TransferKind.P2P,
        sender_id=payer.customer,
        sender_wallet_id=payer.wallet,
        receiver_id=payee.customer,
        receiver_wallet_id=payee.wallet,
        amount=money.amount,
        currency=money.currency,
        note_sealed=note,
        ledger_txn=journal.new_txn(),
    )
    made.save_last()
    audit.record(
        action="p2p.transfer.send", subject=made, customer=payer.ref, related=[payee.ref], data={"money": money}
    )
    outbox.publish(
        Topic.TRANSFER_COMPLETED,
        subject=made,
        customer=payer.ref,
        data={"money": money.to_json(), "receiver": payee.ref},
    )
    return made


def draft(*, transfer: Transfer, payer: Party, payee: Party) -> Draft:
    """Return the posting of a transfer. Works inside an open unit."""
    money = transfer.money
    return Draft(
        lines=[journal.line(payer.account, money, Side.DR), journal.line(payee.account, money, Side.CR)],
        kind=_KIND,
        key=journal.posting_key(transfer.ref, "complete"),
        subject=transfer.ref,
        as_txn=transfer.ledger_txn,
    )
