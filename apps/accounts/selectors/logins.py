"""Reads of logins."""

import base64
from functools import cache
from typing import Final
from uuid import UUID

from django.contrib.sessions.models import Session
from django.db import connection
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice

from apps.accounts.enums import UserKind
from apps.accounts.models import StaffApp, User
from apps.accounts.models.contacts import email_fingerprint
from apps.accounts.selectors import rows
from apps.core.selectors import data_keys

EMAIL_COLUMN: Final = "accounts.User.email_sealed"
NAME_COLUMN: Final = "accounts.User.name_sealed"
SECRET_COLUMN: Final = "mfa.Authenticator.data"  # noqa: S105 - the name of a column

_UNASKED: Final = ("created_at", "updated_at")
"""Instants cost more to read than all else, and hardly any request asks for those of its login."""

_SESSION: Final = """
SELECT {session}, {user}
  FROM django_session s
  LEFT JOIN usersessions_usersession o ON o.session_key = s.session_key
  LEFT JOIN accounts_user u ON u.id = o.user_id
 WHERE s.session_key = %s
"""


def by_email(text: str) -> User | None:
    """Return the login that signs in with this address, however it is written."""
    found: User | None = User.objects.filter(email_fp=email_fingerprint(text)).first()
    return found


def by_id(user: UUID) -> User | None:
    """Return a login, of whatever kind and state."""
    found: User | None = User.objects.filter(pk=user).first()
    return found


def session(key: str) -> tuple[Session, User | None] | None:
    """Return a session with the login whose it is, as far as the list of open sessions tells; None for no such key."""
    with connection.cursor() as cursor:
        cursor.execute(_session_query(), [key])
        found = cursor.fetchone()
    if found is None:
        return None
    width = len(Session._meta.concrete_fields)
    owner = found[width:]
    return rows.row(Session, found[:width]), rows.row(User, owner, without=_UNASKED) if any(owner) else None


@cache
def _session_query() -> str:
    return _SESSION.format(session=rows.columns(Session, "s"), user=rows.columns(User, "u", without=_UNASKED))


def email_of(user: User) -> str:
    """Return the address that a login signs in with. Raises: data_erased."""
    return data_keys.open_text(owner=user.ref, column=EMAIL_COLUMN, sealed=user.email_sealed)


def staff(user: UUID) -> User | None:
    """Return a member of staff who may sign in."""
    found: User | None = User.objects.filter(pk=user, kind=UserKind.STAFF, is_active=True).first()
    return found


def name_of(user: User) -> str:
    """Return the name of a member of staff; empty for others. Raises: data_erased."""
    if user.name_sealed is None:
        return ""
    return data_keys.open_text(owner=user.ref, column=NAME_COLUMN, sealed=user.name_sealed)


def has_second_factor(user: UUID) -> bool:
    """Tell whether a login of staff has an authenticator app or codes on paper."""
    return any(model.objects.filter(user=user, confirmed=True).exists() for model in (StaffApp, StaticDevice))


def is_verified(user: UUID, device: str) -> bool:
    """Tell whether a session's second factor, by its id there, is one of this login and was not withdrawn."""
    found = Device.from_persistent_id(device)
    return found is not None and found.confirmed and found.user_id == user


def secret(stored: str) -> str:
    """Return a secret as it was before `services.credentials.seal_secret`. Raises: data_erased, not_found."""
    owner, _, sealed = stored.partition(":")
    return data_keys.open_text(owner=owner, column=SECRET_COLUMN, sealed=base64.b64decode(sealed))
