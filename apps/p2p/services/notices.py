"""Telling the parties of a transfer what happened: how much, and with whom. The note is read where they sign in."""

from datetime import datetime
from typing import Final
from uuid import UUID

from apps.accounts.selectors import customers
from apps.core import db, ids
from apps.core.actors import Actor
from apps.notifications.services import messages
from apps.p2p.selectors import transfers as reads

SENT: Final = "p2p.transfer_sent"
RECEIVED: Final = "p2p.transfer_received"
RETURNED: Final = "p2p.transfer_returned"
"""To the sender, whom the money of a reversal comes back to."""
WITHDRAWN: Final = "p2p.transfer_withdrawn"
"""To the receiver, from whom it was taken."""

_TO_SENDER: Final = (SENT, RETURNED)


def tell(*, transfer: UUID, kind: str, by: Actor, at: datetime) -> None:
    """Tell one party of a transfer, which the kind of message names. Order: message.

    Raises: not_found, recipient_unknown.
    """
    with db.unit(by=by, at=at, why="tell"):
        row = reads.by_id(transfer)
        told, other = (row.sender_id, row.receiver_id) if kind in _TO_SENDER else (row.receiver_id, row.sender_id)
        login = customers.user_of(told)
        if login is not None:
            messages.notify(
                recipient=ids.encode("usr", login),
                kind=kind,
                subject=row.ref,
                params={"money": row.money, "counterparty": customers.display_name(other)},
                key=f"{row.ref}:{kind}",
            )
