"""Finding customers and tickets by what somebody types. The words are personal: only their digest is written down."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from apps.accounts.selectors import customers
from apps.console.enums import Why
from apps.console.selectors.hits import Hit
from apps.core import audit, crypto, db
from apps.core.actors import Actor
from apps.helpdesk.selectors import tickets

SHORTEST: Final = 3
_MOST: Final = 20
_TYPED_ID: Final = re.compile(r"[a-z]{3}_[0-9a-z]{26}", re.ASCII)
_TICKET: Final = re.compile(r"(?:t-?|#)?(\d{1,12})", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a search came to: a typed id to go to at once, or what was found."""

    goto: str = ""
    hits: tuple[Hit, ...] = ()


def run(*, term: str, sees_customers: bool, sees_tickets: bool, by: Actor, at: datetime) -> Answer:
    """Look for what was typed among what this person may see. Order: audit, with the digest of the words.

    A typed id, an exact address and an exact number lead to their page at once.
    """
    wanted = " ".join(term.split())
    if _TYPED_ID.fullmatch(wanted.lower()):
        _note(kind="id", term=wanted, hits=1, by=by, at=at)
        return Answer(goto=wanted.lower())
    hits = [
        *(_exact_customer(wanted) if sees_customers else ()),
        *(_exact_ticket(wanted) if sees_tickets else ()),
    ]
    is_exact = len(hits) == 1
    if sees_customers and not is_exact:
        hits += _customers_like(wanted, without=[hit.ref for hit in hits])
    _note(kind="exact" if is_exact else "words", term=wanted, hits=len(hits), by=by, at=at)
    if is_exact:
        return Answer(goto=hits[0].ref)
    return Answer(hits=tuple(hits))


def _exact_customer(term: str) -> Iterable[Hit]:
    key = customers.by_email(term) if "@" in term else None
    return () if key is None else (Hit(customers.ref_of(key), Why.EMAIL),)


def _exact_ticket(term: str) -> Iterable[Hit]:
    number = _TICKET.fullmatch(term)
    found = tickets.by_number(int(number[1])) if number else None
    return () if found is None else (Hit(found.ref, Why.NUMBER),)


def _customers_like(term: str, *, without: Iterable[str]) -> list[Hit]:
    if len(term) < SHORTEST:
        return []
    known = set(without)
    return [Hit(one.ref, Why.WORDS) for one in customers.search(term, limit=_MOST) if one.ref not in known]


def _note(*, kind: str, term: str, hits: int, by: Actor, at: datetime) -> None:
    digest = crypto.fingerprint("console.search", term.casefold()).hex()
    with db.unit(by=by, at=at, why="search"):
        audit.record(action="console.search.run", subject=by.id, data={"kind": kind, "term": digest, "hits": hits})
