"""Second factors of staff: tables of django-otp that tell nothing without the key ring."""

import base64
import hashlib
import hmac
from typing import Final

from django_otp.plugins.otp_totp.models import TOTPDevice

from apps.core import crypto

_APP: Final = "accounts.staff_app"
_CODE: Final = "staff_code"
_STORED_LENGTH: Final = 16


class StaffApp(TOTPDevice):  # type: ignore[misc]  # django-otp has no types
    """An authenticator app of a member of staff. The row's key alone is not its secret."""

    class Meta:
        proxy = True

    @property
    def bin_key(self) -> bytes:
        """Return the secret: the row's key under a key that is not in the database."""
        stored: bytes = super().bin_key
        return hmac.digest(crypto.process_key(_APP), stored, hashlib.sha256)[:20]

    @property
    def secret(self) -> str:
        """Return the secret as an authenticator app takes it."""
        return base64.b32encode(self.bin_key).decode()


def stored_code(code: str) -> str:
    """Return the form in which a code on paper is stored."""
    return base64.b32encode(crypto.fingerprint(_CODE, code)).decode()[:_STORED_LENGTH]
