"""Tickets of sockets: 256 bits that open one connection within a minute, once.

Redis knows a ticket by its digest alone, and what it stands for is sealed under the ticket itself: who reads Redis
learns neither.
"""

import hashlib
import secrets
from typing import Final

from apps.core import crypto, store

LIFE_S: Final = 60


def issue(*, purpose: str, session: str) -> str:
    """Return a new ticket for one purpose (`support`, `agent`), which stands for a session of a signed-in caller."""
    ticket = secrets.token_urlsafe(32)
    sealed = crypto.seal(_seal_key(ticket), session.encode(), purpose.encode())
    store.client().set(_place(ticket), sealed, ex=LIFE_S)
    return ticket


def redeem(*, ticket: str, purpose: str) -> str | None:
    """Return the session that a ticket stands for, and use it up; None for any but a fresh one of this purpose."""
    sealed = store.client().getdel(_place(ticket))
    try:
        return crypto.open_(_seal_key(ticket), sealed, purpose.encode()).decode() if isinstance(sealed, bytes) else None
    except crypto.Unreadable:
        return None


def _seal_key(ticket: str) -> bytes:
    return hashlib.sha256(b"strongroom socket seal" + ticket.encode()).digest()


def _place(ticket: str) -> str:
    return f"strongroom:ticket:{hashlib.sha256(ticket.encode()).hexdigest()}"
