"""Transfers as one of the two parties sees them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Q

from apps.accounts.enums import Direction
from apps.accounts.selectors import customers
from apps.core.actors import Actor
from apps.core.errors import NotFound
from apps.core.money import Money
from apps.core.selectors import data_keys
from apps.core.selectors.data_keys import Sealed
from apps.p2p.enums import TransferKind, TransferStatus
from apps.p2p.models import Transfer

NOTE: Final = "p2p.Transfer.note_sealed"
_SIDES: Final = {Direction.OUT: "sender", Direction.IN: "receiver"}


@dataclass(frozen=True, slots=True)
class TransferView:
    """A transfer seen by one party: `wallet` is that party's, `counterparty` a display name, empty once erased."""

    id: UUID
    version: int
    kind: TransferKind
    direction: Direction
    wallet: UUID
    counterparty: str
    money: Money
    note: str
    status: TransferStatus
    created_at: datetime
    reversed_at: datetime | None

    @property
    def ref(self) -> str:
        """Return the typed id."""
        return Transfer.ref_of(self.id)


def page_for(
    *, by: Actor, direction: Direction | None, after: UUID | None, is_backward: bool, limit: int
) -> list[TransferView]:
    """Return at most `limit` transfers of the calling customer older than `after`, newest first.

    Backward: newer than `after`, the nearest first. Raises: customer_required.
    """
    own = customers.own(by).pk
    sides = list(_SIDES.values()) if direction is None else [_SIDES[direction]]
    return seen_by(own, _rows(own, sides=sides, after=after, is_backward=is_backward, limit=limit))


def of_customer(customer: UUID, *, before: UUID | None, limit: int) -> list[TransferView]:
    """Return at most `limit` transfers that a customer sent or received, older than `before`, newest first."""
    rows = _rows(customer, sides=list(_SIDES.values()), after=before, is_backward=False, limit=limit)
    return seen_by(customer, rows)


def _rows(own: UUID, *, sides: list[str], after: UUID | None, is_backward: bool, limit: int) -> list[Transfer]:
    order = "id" if is_backward else "-id"
    beyond = Q() if after is None else Q(**{"id__gt" if is_backward else "id__lt": after})
    # Each half reads its own index and stops at the limit; one condition on both columns would read all of them.
    first, *more = [Transfer.objects.filter(beyond, **{f"{side}_id": own}).order_by(order)[:limit] for side in sides]
    rows = first.union(*more, all=True).order_by(order)[:limit] if more else first
    return list(rows)


def one_for(transfer: UUID, *, by: Actor) -> TransferView:
    """Return a transfer that the calling customer sent or received.

    Raises: customer_required; not_found for any other one.
    """
    own = customers.own(by).pk
    row = Transfer.objects.filter(Q(sender_id=own) | Q(receiver_id=own), pk=transfer).first()
    if row is None:
        raise NotFound(transfer=Transfer.ref_of(transfer))
    return seen_by(own, [row])[0]


def by_id(transfer: UUID) -> Transfer:
    """Return a transfer. Raises: not_found."""
    row: Transfer | None = Transfer.objects.filter(pk=transfer).first()
    if row is None:
        raise NotFound(transfer=Transfer.ref_of(transfer))
    return row


def seen_by(customer: UUID, rows: Sequence[Transfer]) -> list[TransferView]:
    """Return transfers as one of their parties sees them, with names and notes opened, in two queries."""
    others = [row.receiver_id if row.sender_id == customer else row.sender_id for row in rows]
    names = customers.sealed_names(others)
    texts = data_keys.open_all([*names.values(), *map(_sealed_note, rows)])
    opened, notes = dict(zip(names, texts, strict=False)), texts[len(names) :]
    return [
        view(row, customer=customer, counterparty=opened.get(other) or "", note=note or "")
        for row, other, note in zip(rows, others, notes, strict=True)
    ]


def _sealed_note(row: Transfer) -> Sealed | None:
    return None if row.note_sealed is None else Sealed(customers.ref_of(row.sender_id), NOTE, row.note_sealed)


def view(row: Transfer, *, customer: UUID, counterparty: str, note: str) -> TransferView:
    """Return a transfer as one of its parties sees it, from a name and a note that were opened."""
    is_sender = row.sender_id == customer
    return TransferView(
        id=row.pk,
        version=row.version,
        kind=TransferKind(row.kind),
        direction=Direction.OUT if is_sender else Direction.IN,
        wallet=row.sender_wallet_id if is_sender else row.receiver_wallet_id,
        counterparty=counterparty,
        money=row.money,
        note=note,
        status=TransferStatus(row.status),
        created_at=row.created_at,
        reversed_at=row.reversed_at,
    )
