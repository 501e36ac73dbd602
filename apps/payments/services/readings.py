"""Reading a partner's object again: the truth about a payment, whatever an answer or an event said."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from apps.core import db
from apps.core.actors import Actor
from apps.partners.outcomes import Outcome, Reply, Retryable
from apps.partners.selectors import attempts as attempt_reads
from apps.partners.selectors import error_maps
from apps.partners.services import attempts, calls
from apps.payments.adapters import registry
from apps.payments.enums import READ, SEARCH
from apps.payments.models import TopUp
from apps.payments.selectors import top_ups as selectors
from apps.payments.services import charges


@dataclass(frozen=True, slots=True)
class Reading:
    """A top-up after the partner's object was read, and what the partner said."""

    top_up: TopUp
    outcome: Outcome


def read(top_up: UUID, *, payment: str, by: Actor, at: datetime) -> Reading:
    """Read a payment by the partner's id and act on it."""
    return _made(
        top_up,
        READ,
        {"payment": payment},
        lambda connector, rules: connector.adapter.read(payment=payment, rules=rules),
        by=by,
        at=at,
    )


def search(top_up: UUID, *, by: Actor, at: datetime) -> Reading:
    """Look for a payment by our reference and act on it; not found proves nothing by itself."""
    reference = TopUp.ref_of(top_up)
    return _made(
        top_up,
        SEARCH,
        {"reference": reference},
        lambda connector, rules: connector.adapter.search(reference=reference, rules=rules),
        by=by,
        at=at,
    )


def _made(
    top_up: UUID,
    operation: str,
    content: dict[str, Any],
    send: Callable[[registry.Connector, Any], Reply],
    *,
    by: Actor,
    at: datetime,
) -> Reading:
    with db.unit(by=by, at=at, why=operation):
        (held,) = db.lock(TopUp, top_up)
        attempt = attempts.prepare(
            connector=held.connector,
            environment=held.environment,
            operation=operation,
            subject=held.ref,
            content=content,
            generation=attempt_reads.next_generation(held.ref, operation=operation),
        )
    connector, rules = registry.named(held.connector), error_maps.rules_of(held.connector, on=at.date())
    called = calls.perform(attempt.pk, send=lambda _: send(connector, rules), by=by, at=at)
    if called is None:
        return Reading(selectors.by_id(top_up), Retryable("taken"))
    with db.unit(by=by, at=called.at, why="record"):
        return Reading(charges.apply(called=called, top_up=top_up), called.outcome)
