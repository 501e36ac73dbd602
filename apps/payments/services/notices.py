"""Telling customers how their top-ups ended: how much, and from which card."""

from datetime import datetime
from typing import Final
from uuid import UUID

from apps.accounts.selectors import customers
from apps.core import db, ids
from apps.core.actors import Actor
from apps.notifications.services import messages
from apps.payments.selectors import methods
from apps.payments.selectors import top_ups as selectors

CAPTURED: Final = "payments.top_up_captured"
DECLINED: Final = "payments.top_up_declined"


def tell(*, top_up: UUID, kind: str, by: Actor, at: datetime) -> None:
    """Tell the customer of a top-up how it ended. Order: message. Raises: recipient_unknown."""
    with db.unit(by=by, at=at, why="tell"):
        row = selectors.by_id(top_up)
        login = customers.user_of(row.customer_id)
        if login is not None:
            messages.notify(
                recipient=ids.encode("usr", login),
                kind=kind,
                subject=row.ref,
                params={"money": row.money, "last4": methods.by_id(row.payment_method_id).last4},
                key=f"{row.ref}:{kind}",
            )
