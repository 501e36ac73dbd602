"""Attempts: prepared before the call in the unit of the act, completed once in the unit that acts on the outcome."""

import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import structlog

from apps.core import db
from apps.partners import redaction
from apps.partners.models import Attempt
from apps.partners.outcomes import Outcome, Wire

_KEYS: Final = uuid.UUID("6f0c1f8e-2a55-5d0c-9b60-8a4a7d0f51c3")
_CODE_LENGTH: Final = 80
_REF_LENGTH: Final = 255
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Called:
    """A call that was made and is not recorded yet; `at` is the instant at which it ended."""

    attempt: Attempt
    outcome: Outcome
    wire: Wire
    at: datetime


def prepare(
    *,
    connector: str,
    environment: str,
    operation: str,
    subject: str,
    content: Mapping[str, Any],
    generation: int = 1,
    retry_of: Attempt | None = None,
) -> Attempt:
    """Write down a call before it is made. Works inside an open unit.

    `subject` is the typed id of the row behind the call; `content` what it will ask, of which only a digest is kept.
    The key follows from subject, operation and generation: a repetition (`retry_of`) has the same one, and a new
    generation needs a definite failure of the one before.
    """
    unit = db.current()
    attempt = Attempt(
        connector=connector,
        environment=environment,
        operation=operation,
        subject=subject,
        generation=retry_of.generation if retry_of else generation,
        retry_no=retry_of.retry_no + 1 if retry_of else 0,
        retry_of=retry_of,
        idempotency_key=retry_of.idempotency_key if retry_of else _key(subject, operation, generation),
        request_hash=_digest(content),
        prepared_at=unit.at,
    )
    attempt.save()
    return attempt


def finish(*, called: Called, keep: frozenset[str]) -> bool:
    """Record what a call came to; returns whether this was the first record of it. Works inside an open unit.

    Of the conversation only fields named in `keep` stay readable. An outcome that was recorded before stays: a worker
    that was given up and came back changes nothing here, but the caller may still act on what it learnt.
    """
    attempt, outcome, wire = called.attempt, called.outcome, called.wire
    db.current().take(Attempt, [attempt.pk])
    values = {
        "outcome": outcome.kind,
        "code": redaction.scrub_text(outcome.code)[:_CODE_LENGTH],
        "finished_at": called.at,
        "latency_ms": wire.latency_ms,
        "http_status": wire.http_status,
        "partner_ref": outcome.refs.get("id", "")[:_REF_LENGTH] or None,
        "partner_request_id": redaction.scrub_text(wire.request_id)[:_REF_LENGTH] or None,
        "request_redacted": redaction.scrub(wire.request, keep=keep),
        "response_redacted": redaction.scrub(wire.response, keep=keep),
    }
    is_first: bool = Attempt.objects.filter(pk=attempt.pk, outcome__isnull=True).update(**values) == 1
    if is_first:
        for name, value in values.items():
            setattr(attempt, name, value)
    else:
        _log.warning("attempt_finished_before", attempt=attempt.ref, outcome=outcome.kind)
    return is_first


def _key(subject: str, operation: str, generation: int) -> uuid.UUID:
    return uuid.uuid5(_KEYS, f"{subject}\0{operation}\0{generation}")


def _digest(content: Mapping[str, Any]) -> bytes:
    text = json.dumps(dict(content), sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).digest()
