"""Identifiers: UUID version 7 inside, `trf_` and 26 characters outside.

Made in Python before the insert; ascending inside one process, even when the clock steps back.
"""

import os
import threading
import time
from collections import OrderedDict
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from apps.core.errors import InvalidId

_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_LENGTH: Final = 26
_PAIRS: Final = [first + second for first in _ALPHABET for second in _ALPHABET]
_SHIFTS: Final = range(120, -1, -10)
_VALUES: Final = {**{char: value for value, char in enumerate(_ALPHABET)}, "i": 1, "l": 1, "o": 0}

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
_MAX_MS: Final = (1 << 48) - 1
_COUNTER_BITS: Final = 12
_COUNTER_SEED: Final = (1 << 10) - 1
_RANDOM_BITS: Final = 62
_VERSION_AND_VARIANT: Final = (7 << 76) | (0b10 << _RANDOM_BITS)
_VERSION: Final = 7

_REMEMBERED_INSTANTS: Final = 64


BadId = InvalidId
"""Raised for a text that is not an id of the expected kind (`invalid_id`)."""


class _Stamps:
    """Ascending 60-bit stamps: milliseconds, then the counter; a full counter borrows from the next millisecond."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0
        self._last_of: OrderedDict[int, int] = OrderedDict()

    def of_clock(self, seed: int) -> int:
        with self._lock:
            # Not `core.clock`: ids order rows and never date a business event, so a shifted clock must not bend them.
            ms = time.time_ns() // 1_000_000
            self._last = max(self._last + 1, ms << _COUNTER_BITS | seed)
            return self._last

    def of_instant(self, ms: int, seed: int) -> int:
        with self._lock:
            stamp = max(self._last_of.pop(ms, 0) + 1, ms << _COUNTER_BITS | seed)
            self._last_of[ms] = stamp
            if len(self._last_of) > _REMEMBERED_INSTANTS:
                self._last_of.popitem(last=False)
            return stamp

    def renew_lock(self) -> None:
        """Forget a lock that another thread of the parent held while this process was forked."""
        self._lock = threading.Lock()


_stamps = _Stamps()
os.register_at_fork(after_in_child=_stamps.renew_lock)


def new(at: datetime | None = None) -> UUID:
    """Return a new version 7 id of this moment, or of the aware instant `at`.

    Without `at`, ids of one process ascend strictly. With it they ascend among ids of the same millisecond, and carry
    that millisecond (more than 3,000 of them run on into the following one).

    Raises: ValueError for a naive instant or one that 48 bits of milliseconds cannot hold.
    """
    noise = int.from_bytes(os.urandom(10), "big")
    seed = noise >> 64 & _COUNTER_SEED
    stamp = _stamps.of_clock(seed) if at is None else _stamps.of_instant(_milliseconds(at), seed)
    ms, counter = stamp >> _COUNTER_BITS, stamp & ((1 << _COUNTER_BITS) - 1)
    return UUID(int=ms << 80 | counter << 64 | _VERSION_AND_VARIANT | noise & ((1 << _RANDOM_BITS) - 1))


def first_of(at: datetime) -> UUID:
    """Return the lowest id that an instant can have: a bound for what was made from then on."""
    return UUID(int=_milliseconds(at) << 80)


def time_of(value: UUID) -> datetime:
    """Return the instant (UTC, whole milliseconds) inside a version 7 id.

    Raises: ValueError for any other version.
    """
    if value.version != _VERSION:
        msg = f"{value} carries no instant"
        raise ValueError(msg)
    return _EPOCH + (value.int >> 80) * _MILLISECOND


def encode(prefix: str, value: UUID) -> str:
    """Return the outside form: the prefix, `_` and 26 lower-case characters of Crockford's base 32."""
    number = value.int
    return prefix + "_" + "".join([_PAIRS[number >> shift & 1023] for shift in _SHIFTS])


def decode(prefix: str, text: object) -> UUID:
    """Return the id that `text` names.

    Upper case is read like lower case, `i` and `l` as 1, `o` as 0.

    Raises: BadId (`invalid_id`) for another prefix, length or alphabet, for more than 128 bits, and for no text at all.
    """
    if not isinstance(text, str) or not text.isascii():
        raise BadId(expected=prefix)
    found, separator, digits = text.lower().partition("_")
    if found != prefix or not separator or len(digits) != _LENGTH:
        raise BadId(expected=prefix)
    number = 0
    for char in digits:
        value = _VALUES.get(char)
        if value is None:
            raise BadId(expected=prefix)
        number = number << 5 | value
    if number >> 128:
        raise BadId(expected=prefix)
    return UUID(int=number)


def _milliseconds(at: datetime) -> int:
    if at.tzinfo is None:
        msg = "an id needs an aware instant"
        raise ValueError(msg)
    ms = (at - _EPOCH) // _MILLISECOND
    if not 0 <= ms <= _MAX_MS:
        msg = f"{at} does not fit into an id"
        raise ValueError(msg)
    return ms
