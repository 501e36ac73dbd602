"""Sealing of personal values: AES-256-GCM under a key per subject, wrapped by a key ring outside the database.

A ciphertext belongs to one column and one subject and opens nowhere else; a fingerprint finds equal values unread.
"""

import base64
import binascii
import functools
import hashlib
import hmac
import json
import os
import secrets
import threading
import time
from collections import OrderedDict
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from apps.core.errors import Gone
from apps.core.ports import KeyRing

KEY_BYTES: Final = 32
OVERHEAD_BYTES: Final = 1 + 12 + 16
"""What sealing adds to a plaintext: format byte, nonce, tag."""

_FORMAT: Final = b"\x01"
_NONCE_BYTES: Final = 12
_WRAP: Final = b"strongroom data key"
_COLUMN: Final = b"strongroom column"
_FINGERPRINT: Final = b"strongroom fingerprint"
_PURPOSE: Final = b"strongroom process key"
_RING_FORMAT: Final = 1


class Unreadable(RuntimeError):
    """A ciphertext that is damaged, was moved to another column or subject, or whose master key is gone."""


class BadKeyRing(ValueError):
    """A key ring file that is not one."""


class DataKeyDestroyed(Gone):
    """The person's data was erased. Nothing of it can be read or added."""

    code = "data_erased"
    title = "Erased"


def new_data_key() -> bytes:
    """Return a fresh key for one subject."""
    return AESGCM.generate_key(bit_length=8 * KEY_BYTES)


def seal(data_key: bytes, plaintext: bytes, aad: bytes) -> bytes:
    """Return `plaintext` encrypted: format byte, random nonce, ciphertext and tag.

    `aad` names the place (see `place`); the same text never gives the same bytes twice.
    """
    nonce = os.urandom(_NONCE_BYTES)
    return _FORMAT + nonce + AESGCM(data_key).encrypt(nonce, plaintext, _FORMAT + aad)


def open_(data_key: bytes, sealed: bytes, aad: bytes) -> bytes:
    """Return the plaintext of `seal`.

    Raises: Unreadable for another key, another place, or bytes that `seal` did not make.
    """
    if not is_sealed(sealed):
        msg = "not a sealed value"
        raise Unreadable(msg)
    nonce, body = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
    try:
        return AESGCM(data_key).decrypt(nonce, body, _FORMAT + aad)
    except InvalidTag:
        msg = "the sealed value does not open here"
        raise Unreadable(msg) from None


def is_sealed(value: bytes) -> bool:
    """Tell whether these bytes have the form that `seal` gives."""
    return len(value) >= OVERHEAD_BYTES and value[:1] == _FORMAT


def place(column: str, owner: str) -> bytes:
    """Return the associated data of one column (`app.Model.column`) of one subject (typed id)."""
    return _joined(_COLUMN, column, owner)


def fingerprint(kind: str, normalised: str) -> bytes:
    """Return 32 bytes that are equal for equal values of one kind (`email`, `phone`), by the process's key ring.

    The caller normalises first; kinds are apart, so a phone number never equals a document number.
    """
    return ring().mac(_joined(_FINGERPRINT, kind, normalised))


def process_key(purpose: str) -> bytes:
    """Return a key that every process with this key ring computes alike: for short-lived texts outside the database."""
    return ring().mac(_joined(_PURPOSE, purpose))


def ring() -> KeyRing:
    """Return the key ring that `settings.KEY_RING_FILE` names, read once per process and path."""
    return _ring_of(str(settings.KEY_RING_FILE))


class FileKeyRing:
    """A key ring in one JSON file: master keys by id, the active id, and the key of fingerprints.

    The file is as secret as the data. A new master key is added and made active; an old one is removed once no data key
    is wrapped by it, and from then on old backups stay closed. The fingerprint key never changes.
    """

    def __init__(self, text: str) -> None:
        """Read the ring from its JSON text.

        Raises: BadKeyRing, without the text.
        """
        content = _ring_content(text)
        self._masters = {key_id: _key(encoded) for key_id, encoded in content["keys"].items()}
        self._fingerprint_key = _key(content["fingerprint_key"])
        self._active_id: str = content["active"]
        if self._active_id not in self._masters:
            msg = "the active key of the ring is not in it"
            raise BadKeyRing(msg)

    @property
    def active_id(self) -> str:
        """Return the id of the master key that wraps from now on."""
        return self._active_id

    def wrap(self, data_key: bytes, *, owner: str) -> bytes:
        """Return `data_key` encrypted under the active master key for this owner (typed id)."""
        return seal(self._masters[self._active_id], data_key, _joined(_WRAP, self._active_id, owner))

    def unwrap(self, wrapped: bytes, *, key_id: str, owner: str) -> bytes:
        """Return the data key that `wrap` was given.

        Raises: Unreadable for another owner, a changed text, or a master key that is gone.
        """
        master = self._masters.get(key_id)
        if master is None:
            msg = f"master key {key_id} is not in the ring"
            raise Unreadable(msg)
        return open_(master, wrapped, _joined(_WRAP, key_id, owner))

    def mac(self, message: bytes) -> bytes:
        """Return the HMAC-SHA256 of `message` under the fingerprint key."""
        return hmac.digest(self._fingerprint_key, message, hashlib.sha256)


class KeyCache:
    """Unwrapped data keys of this process, few and for a short time, for rings that are asked over a network.

    Keys are found by their wrapped form, which an erased subject's row no longer has: no entry outlives an erasure.
    """

    def __init__(self, *, size: int, ttl_s: float) -> None:
        """Keep at most `size` keys, each for `ttl_s` seconds."""
        self._size = size
        self._ttl_s = ttl_s
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[bytes, str, str], tuple[float, bytes]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def unwrap(self, ring: KeyRing, wrapped: bytes, *, key_id: str, owner: str) -> bytes:
        """Return the data key, from here or from the ring.

        Raises: Unreadable.
        """
        entry, now = (wrapped, key_id, owner), time.monotonic()
        with self._lock:
            self._drop_old(now)
            found = self._kept.get(entry)
        if found is not None:
            return found[1]
        data_key = ring.unwrap(wrapped, key_id=key_id, owner=owner)
        with self._lock:
            self._kept[entry] = (now + self._ttl_s, data_key)
            if len(self._kept) > self._size:
                self._kept.popitem(last=False)
        return data_key

    def _drop_old(self, now: float) -> None:
        while self._kept and next(iter(self._kept.values()))[0] <= now:
            self._kept.popitem(last=False)


def new_key_ring_json() -> str:
    """Return the text of a new key ring file with one master key; for set-up tools, before Django starts."""
    key_id = "mk_" + secrets.token_hex(4)
    content = {
        "format": _RING_FORMAT,
        "active": key_id,
        "keys": {key_id: _new_key_text()},
        "fingerprint_key": _new_key_text(),
    }
    return json.dumps(content, indent=2) + "\n"


@functools.cache
def _ring_of(path: str) -> KeyRing:
    return FileKeyRing(Path(path).read_text(encoding="utf-8"))


def _joined(purpose: bytes, *parts: str) -> bytes:
    """Join so that no two different lists of parts give the same bytes."""
    encoded = [purpose, *(part.encode() for part in parts)]
    return b"".join(len(part).to_bytes(4, "big") + part for part in encoded)


def _ring_content(text: str) -> dict[str, Any]:
    try:
        content: Any = json.loads(text)
    except ValueError:
        # The decoder's own error carries the text, and the text is the secret.
        content = None
    match content:
        case {"format": int(found), "active": str(), "keys": dict(), "fingerprint_key": str()} if found == _RING_FORMAT:
            return dict(content)
    msg = f"a key ring has format {_RING_FORMAT}, active, keys and fingerprint_key"
    raise BadKeyRing(msg)


def _key(text: object) -> bytes:
    try:
        key = base64.b64decode(text, validate=True) if isinstance(text, str) else b""
    except binascii.Error:
        key = b""
    if len(key) != KEY_BYTES:
        msg = f"every key of a ring is {KEY_BYTES} bytes in base64"
        raise BadKeyRing(msg)
    return key


def _new_key_text() -> str:
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode("ascii")
