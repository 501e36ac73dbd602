"""Schemes by which partners sign what they send. All compare in constant time and look at the raw bytes.

An instant is checked both ways: a message from the future is as wrong as an old one.
"""

import hashlib
import hmac
import re
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final

MAX_HEADER: Final = 4_096
MAX_SIGNATURES: Final = 8
TOLERANCE_S: Final = 300

_STAMP: Final = re.compile(r"[0-9]{1,12}", re.ASCII)
_HEX: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


class Verdict(StrEnum):
    """What a signature is worth. `malformed`: it could not be read at all."""

    GENUINE = "genuine"
    MALFORMED = "malformed"
    FORGED = "forged"
    OLD = "old"
    FUTURE = "future"


def timestamped_hmac(
    *, header: str, body: bytes, secrets: Sequence[str], at: datetime, tolerance_s: int = TOLERANCE_S
) -> Verdict:
    """Judge `t=<unix>,v1=<hex>[,v1=..]`: HMAC-SHA256 of `<t>.<body>` under one of the secrets.

    Several secrets are valid while one replaces the other. Other schemes in the header (`v0`) never count.
    """
    if not header or len(header) > MAX_HEADER or not header.isascii():
        return Verdict.MALFORMED
    pairs = [part.strip().partition("=") for part in header.split(",")]
    stamps = [value for name, _, value in pairs if name == "t"]
    signatures = [value for name, _, value in pairs if name == "v1"]
    if len(stamps) != 1 or not _STAMP.fullmatch(stamps[0]):
        return Verdict.MALFORMED
    if not 1 <= len(signatures) <= MAX_SIGNATURES or not all(map(_HEX.fullmatch, signatures)):
        return Verdict.FORGED
    message = stamps[0].encode() + b"." + body
    if not _matches(message, signatures, secrets):
        return Verdict.FORGED
    age_s = at.timestamp() - int(stamps[0])
    if age_s > tolerance_s:
        return Verdict.OLD
    return Verdict.FUTURE if age_s < -tolerance_s else Verdict.GENUINE


def _matches(message: bytes, signatures: Sequence[str], secrets: Sequence[str]) -> bool:
    """Compare everything with everything, whatever matched before."""
    found = False
    for secret in secrets:
        expected = hmac.digest(secret.encode(), message, hashlib.sha256).hex()
        for signature in signatures:
            found |= hmac.compare_digest(expected, signature)
    return found and all(secrets)
