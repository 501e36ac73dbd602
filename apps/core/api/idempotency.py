"""The Idempotency-Key of a request: whose it is, and the digest of what it was used for."""

import hashlib
import json
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from rest_framework.request import Request

from apps.core.actors import Actor
from apps.core.api.operations import Operation
from apps.core.api.problems import KeyRequired

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotency-Replayed"


def key_of(request: Request, operation: Operation) -> str | None:
    """Return the key; None for a request that goes without. Raises: idempotency_key_required."""
    key: str | None = request.headers.get(HEADER)
    if key is None and operation.key == "required":
        raise KeyRequired
    return key if operation.key else None


def scope_of(by: Actor, request: Request, operation: Operation) -> str:
    """Return whose keys these are: two callers, or two operations, never share one."""
    return f"{by.id} {request.method} {operation.name}"


def digest_of(request: Request, arguments: dict[str, Any]) -> bytes:
    """Return the SHA-256 of path arguments, query and body; the order of a body's keys does not matter."""
    asked = {
        "path": {name: str(value) for name, value in arguments.items()},
        "query": sorted(request.query_params.lists()),
        "body": request.data,
    }
    return digest(asked)


def digest(asked: Any) -> bytes:
    """Return the SHA-256 of what was asked for, in a form that does not depend on the order of keys."""
    text = json.dumps(asked, sort_keys=True, separators=(",", ":"), default=_plain)
    return hashlib.sha256(text.encode()).digest()


def _plain(value: object) -> Any:
    if not isinstance(value, UploadedFile):
        message = f"{type(value).__name__} in a request body"
        raise TypeError(message)
    digest = hashlib.sha256()
    for chunk in value.chunks():
        digest.update(chunk)
    value.seek(0)
    return [value.name, digest.hexdigest()]
