"""One-time codes by RFC 6238 (SHA-1, 6 digits, 30 seconds), as an authenticator app makes them."""

import base64
import hashlib
import hmac
import time
from collections.abc import Callable

PERIOD_S = 30
DIGITS = 6
# A code typed in the last moments of its period would arrive in the next one.
MARGIN_S = 3


def totp(secret: str, at: float) -> str:
    """Return the code of a base32 secret at an instant (seconds since 1970)."""
    key = base64.b32decode(secret.upper() + "=" * (-len(secret) % 8))
    digest = hmac.new(key, int(at // PERIOD_S).to_bytes(8, "big"), hashlib.sha1).digest()
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


class Authenticator:
    """One enrolled secret; gives each code once and waits for the next when the current one was used."""

    def __init__(
        self,
        secret: str,
        *,
        wait: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Take the secret as shown at enrolment; `wait` is called with the seconds until the next code."""
        self.secret = secret
        self._wait = wait
        self._clock = clock
        self._used_period = -1

    def code(self) -> str:
        """Return a code that was not given before and is valid for some seconds, waiting for it when needed."""
        now = self._clock()
        period = int(now // PERIOD_S)
        if now % PERIOD_S > PERIOD_S - MARGIN_S:
            period += 1
        period = max(period, self._used_period + 1)
        while (now := self._clock()) < period * PERIOD_S:
            self._wait(period * PERIOD_S - now)
        self._used_period = period
        return totp(self.secret, period * PERIOD_S)
