"""Reads of logins."""

from apps.accounts.models import User
from apps.core.selectors import data_keys

EMAIL_COLUMN = "accounts.User.email_sealed"


def email_of(user: User) -> str:
    """Return the address that a login signs in with. Raises: data_erased."""
    return data_keys.open_text(owner=user.ref, column=EMAIL_COLUMN, sealed=user.email_sealed)
