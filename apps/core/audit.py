"""Writing down who did what, in the unit of the act itself."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Final
from uuid import UUID

from django.db import models

from apps.core import db, inserts
from apps.core.errors import ProgrammingFault
from apps.core.models import AuditEvent
from apps.core.money import Money

UNCOVERED: Final = frozenset({"epoch", "xid", "recorded_at", "digest"})
COVERED: Final = tuple(field.attname for field in AuditEvent._meta.concrete_fields if field.attname not in UNCOVERED)


def record(  # noqa: PLR0913 - the columns of an event are its arguments
    *,
    action: str,
    subject: models.Model | str,
    subject_label: str = "",
    command: str = "",
    customer: str | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    data: Mapping[str, Any] | None = None,
    outcome: str = "done",
    reason_code: str = "",
    reason_text: str = "",
    related: Iterable[str] = (),
    clearance: str = "",
) -> UUID:
    """Write one event of the open unit's actor, with the other facts of the unit, and return its id.

    `action` is `app.noun.verb`; `subject`, `customer` and `related` are typed ids (a row stands for its own);
    `outcome` is done, denied or failed. `before`, `after` and `data` hold codes, figures and instants, never personal
    values: of a personal column "changed" and a keyed digest. Raises: NoUnit; ProgrammingFault for a float.
    """
    return _written(
        **_entrance(db.current()),
        action=action,
        command=command,
        subject=subject if isinstance(subject, str) else subject.ref,  # type: ignore[attr-defined]  # our rows have one
        subject_label=subject_label,
        customer_ref=customer or "",
        related=list(related),
        outcome=outcome,
        reason_code=reason_code,
        reason_text=reason_text,
        before=None if before is None else plain(before),
        after=None if after is None else plain(after),
        data=None if data is None else plain(data),
        clearance=clearance,
    )


def _written(**columns: Any) -> UUID:
    event = inserts.filled(AuditEvent, **columns)
    event["digest"] = digest([event[name] for name in COVERED])
    db.current().add(inserts.part_from(AuditEvent, event))
    key: UUID = event["id"]
    return key


def _entrance(unit: db.Unit) -> dict[str, Any]:
    by = unit.by
    return {
        "at": unit.at,
        "actor_kind": by.kind,
        "actor_id": by.id,
        "actor_label": by.label,
        "human_id": by.human_id,
        "on_behalf_of": by.on_behalf_of,
        "roles": sorted(by.roles),
        "door": by.via.door,
        "login_ref": by.via.login_ref,
        "ip": by.via.ip,
        "request_id": by.via.request_id,
    }


def digest(values: Iterable[Any]) -> bytes:
    """Return the SHA-256 of the canonical form of an event's covered columns, given in the order of `COVERED`.

    Canonical JSON: UTF-8, keys sorted, no spaces, instants in UTC with microseconds and `Z`, no floats.
    """
    named = dict(zip(COVERED, values, strict=True))
    return hashlib.sha256(_canonical.encode(named).encode()).digest()


def plain(value: Any) -> Any:
    """Return a value in the form in which it is stored as JSON and digested.

    Raises: ProgrammingFault for floats and for things without such a form.
    """
    if isinstance(value, Money):
        return {"amount": value.amount, "currency": value.currency}
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(one) for one in (sorted(value) if isinstance(value, set | frozenset) else value)]
    if isinstance(value, Enum):
        return plain(value.value)
    if value is None or isinstance(value, str | int):
        return value
    return _scalar(value)


def _scalar(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID | Decimal):
        return str(value)
    message = f"{type(value).__name__} has no exact form in the audit log"
    raise ProgrammingFault(message)


_canonical: Final = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, default=_scalar
)
