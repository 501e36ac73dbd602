"""Reads of logins."""

import base64
from typing import Final

from apps.accounts.models import User
from apps.accounts.models.contacts import email_fingerprint
from apps.core.selectors import data_keys

EMAIL_COLUMN: Final = "accounts.User.email_sealed"
SECRET_COLUMN: Final = "mfa.Authenticator.data"  # noqa: S105 - the name of a column


def by_email(text: str) -> User | None:
    """Return the login that signs in with this address, however it is written."""
    found: User | None = User.objects.filter(email_fp=email_fingerprint(text)).first()
    return found


def email_of(user: User) -> str:
    """Return the address that a login signs in with. Raises: data_erased."""
    return data_keys.open_text(owner=user.ref, column=EMAIL_COLUMN, sealed=user.email_sealed)


def secret(stored: str) -> str:
    """Return a secret as it was before `services.credentials.seal_secret`. Raises: data_erased, not_found."""
    owner, _, sealed = stored.partition(":")
    return data_keys.open_text(owner=owner, column=SECRET_COLUMN, sealed=base64.b64decode(sealed))
