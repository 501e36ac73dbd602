"""Carrying out a keyed request once: key, effect, audit, outbox and answer commit together.

A refusal rolls everything back and leaves no key, so the same key may be tried again.
"""

import json
import random
import re
import time
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection

from apps.core import crypto, db, ids, inserts
from apps.core.actors import Actor
from apps.core.errors import Busy, Conflict, DomainError, LostRace, Malformed
from apps.core.inserts import Part
from apps.core.models import IdempotencyKey

_TRIES: Final = 3
_WAIT_S: Final = 0.05
_ANSWERS: Final = "core.idempotency.answers"
_LONG: Final = 65_536
"""Bytes from which on an answer is kept compressed: answers about a thousand items say much the same of each."""
_KEY: Final = re.compile(r"[\x21-\x7e]{1,255}")


class KeyInvalid(Malformed):
    """An idempotency key has 1 to 255 visible ASCII characters. Use, for instance, a random UUID."""

    code = "idempotency_key_invalid"
    title = "Not a valid idempotency key"


class KeyReused(Conflict):
    """The idempotency key was used for another request. Use a new key for a new request."""

    code = "idempotency_key_reused"
    title = "Key used for another request"


class InProgress(Conflict):
    """The same request is being carried out. Ask again in a second, with the same key."""

    code = "idempotency_in_progress"
    title = "Request in progress"


class KeySpent(Conflict):
    """The request was carried out long ago and its answer is no longer kept. Read the thing that it made."""

    code = "idempotency_key_spent"
    title = "Answered long ago"


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent back: HTTP status, JSON body, headers; `subject` is the typed id of what was made."""

    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict)
    subject: str = ""
    replayed: bool = False


def run(
    *,
    scope: str,
    key: str,
    request_hash: bytes,
    call: Callable[[], Answer],
    by: Actor,
    at: datetime,
    before: Callable[[], None] | None = None,
) -> Answer:
    """Carry out `call` once under (`scope`, `key`) and return its answer, or the stored one with `replayed`.

    `scope` is actor, method and route; `request_hash` the SHA-256 of path arguments, query and canonical body. `before`
    runs outside any unit and its rows stay even when the request is refused. `call` joins the unit opened here and is
    undone where the key turns out to be taken; a lost race (deadlock, serialisation) runs it again, three times in all.
    Raises: idempotency_key_invalid, idempotency_key_reused, idempotency_in_progress, idempotency_key_spent, busy, and
    what `call` raises; nothing is stored then.
    """
    if not is_key(text=key):
        raise KeyInvalid
    claim = _Claim(scope=scope, key=key, request_hash=request_hash)
    if before is not None:
        stored = claim.stored()
        if stored is not None:
            return _replay(stored, request_hash)
        before()
    for attempt in range(1, _TRIES):
        try:
            return _once(claim, call, by, at)
        except LostRace:
            time.sleep(_WAIT_S * attempt * (1 + random.random()))  # noqa: S311 - spreads waits, guards nothing
    return _once(claim, call, by, at)


def carried_out(*, scope: str, keys: Iterable[str]) -> dict[str, tuple[bytes, str]]:
    """Return of these keys those under which something was carried out, each with request hash and subject."""
    found = IdempotencyKey.objects.filter(scope=scope, key__in=set(keys))
    rows = found.values_list("key", "request_hash", "subject")
    return {key: (bytes(digest), subject) for key, digest, subject in rows}


def note(*, scope: str, key: str, request_hash: bytes, status: int, subject: str) -> None:
    """Note by the end of the open unit that something was carried out under a key, without an answer to be sent again.

    Raises: at the unit's edge duplicate, when a twin has done so meanwhile.
    """
    unit = db.current()
    told = {"scope": scope, "key": key, "request_hash": request_hash, "status_code": status, "subject": subject}
    unit.add(inserts.part_from(IdempotencyKey, inserts.filled(IdempotencyKey, **told, created_at=unit.at)))


def is_key(*, text: str) -> bool:
    """Tell whether a text may be a key."""
    return _KEY.fullmatch(text) is not None


def trim(*, before: datetime, limit: int, by: Actor, at: datetime) -> int:
    """Blank the answers to requests older than `before`, at most `limit`; the keys stay. Return how many."""
    with db.unit(by=by, at=at, why="trim"):
        old = IdempotencyKey.objects.filter(trimmed_at__isnull=True, created_at__lt=before)
        keys = old.order_by("created_at", "pk").values_list("pk", flat=True)[:limit]
        rows = db.lock(IdempotencyKey, *keys)
        IdempotencyKey.objects.filter(pk__in=[row.pk for row in rows]).update(answer_sealed=None, trimmed_at=at)
    return len(rows)


@dataclass(slots=True)
class _Claim:
    scope: str
    key: str
    request_hash: bytes

    def stored(self) -> IdempotencyKey | None:
        found: IdempotencyKey | None = IdempotencyKey.objects.filter(scope=self.scope, key=self.key).first()
        return found

    def twin(self, by: Actor, at: datetime) -> IdempotencyKey | None:
        """Return what an equal request has left; one that is running is waited for, up to the lock timeout."""
        with db.trial(by=by, at=at, why="request"), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO core_idempotencykey (id, scope, key, request_hash, subject, created_at) "
                "VALUES (%s::uuid, %s, %s, %s::bytea, '', %s) ON CONFLICT (scope, key) DO NOTHING",
                [ids.new(), self.scope, self.key, self.request_hash, at],
            )
            if cursor.rowcount == 1:
                return None
        return self.stored()

    def keep(self, answer: Answer, unit: db.Unit) -> None:
        """Write the key with the answer by the end of the unit."""
        row = ids.new()
        content = json.dumps({"body": answer.body, "headers": answer.headers}, separators=(",", ":")).encode()
        kept = zlib.compress(content, level=1) if len(content) > _LONG else content
        sealed = crypto.seal(crypto.process_key(_ANSWERS), kept, _place(row))
        unit.add(
            Part(
                "INSERT INTO core_idempotencykey "
                "(id, scope, key, request_hash, status_code, answer_sealed, subject, created_at) VALUES "
                "(%s::uuid, %s::varchar, %s::varchar, %s::bytea, %s::smallint, %s::bytea, %s::varchar, %s)",
                [row, self.scope, self.key, self.request_hash, answer.status, sealed, answer.subject, unit.at],
            )
        )


def _once(claim: _Claim, call: Callable[[], Answer], by: Actor, at: datetime) -> Answer:
    try:
        with db.unit(by=by, at=at, why="request") as unit:
            answer = call()
            claim.keep(answer, unit)
    except LostRace:
        raise
    except DomainError:
        # A refusal stands where no equal request was carried out, and none is being so.
        stored = _settled(claim, by, at)
        if stored is None:
            raise
        return _replay(stored, claim.request_hash)
    return answer


def _settled(claim: _Claim, by: Actor, at: datetime) -> IdempotencyKey | None:
    try:
        return claim.twin(by, at)
    except Busy as error:
        raise InProgress(retry_after_s=1) from error


def _replay(stored: IdempotencyKey, request_hash: bytes) -> Answer:
    if bytes(stored.request_hash) != request_hash:
        raise KeyReused
    if stored.trimmed_at is not None:
        raise KeySpent(subject=stored.subject)
    kept = crypto.open_(crypto.process_key(_ANSWERS), stored.answer_sealed, _place(stored.pk))
    content = json.loads(kept if kept.startswith(b"{") else zlib.decompress(kept))
    return Answer(status=stored.status_code or 0, subject=stored.subject, replayed=True, **content)


def _place(key: UUID) -> bytes:
    return crypto.place(_ANSWERS, str(key))
