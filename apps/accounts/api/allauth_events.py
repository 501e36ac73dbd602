"""What allauth tells by its signals, each handed to one service.

It sends some of them when the unit is over; such a call is a unit of its own.
"""

from typing import Any, Final

from allauth.account import signals as account
from allauth.account.models import EmailAddress
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from apps.accounts.api.callers import consumer
from apps.accounts.api.sessions import LOGIN
from apps.accounts.enums import Credential, CredentialAction
from apps.accounts.models import User
from apps.accounts.services import credentials, logins
from apps.core.api.middleware import frame_of

_SECOND_FACTOR: Final = "mfa"
_METHODS: Final = "account_authentication_methods"


def listen() -> None:
    """Connect the functions below; the app's configuration calls it once."""
    account.email_confirmed.connect(address_confirmed)
    account.user_logged_in.connect(signed_in)
    account.login_code_rejected.connect(code_rejected)
    account.email_verification_code_rejected.connect(code_rejected)
    account.password_reset_code_rejected.connect(code_rejected)
    account.password_set.connect(password_set)
    account.password_changed.connect(password_changed)
    account.password_reset.connect(password_changed)
    mfa.authentication_failed.connect(second_factor_rejected)
    mfa.authenticator_added.connect(authenticator_added)
    mfa.authenticator_used.connect(authenticator_used)
    mfa.authenticator_removed.connect(authenticator_removed)
    mfa.authenticator_reset.connect(authenticator_reset)


def address_confirmed(*, request: HttpRequest, email_address: EmailAddress, **_: Any) -> None:
    user = email_address.user_id
    logins.confirm_email(user, email=email_address.email, by=consumer(request), at=frame_of(request).at)


def signed_in(*, request: HttpRequest, user: User, **_: Any) -> None:
    methods = [record.get("method") for record in request.session.get(_METHODS, ())]
    aal = 2 if _SECOND_FACTOR in methods else 1
    event = logins.succeed(user.pk, aal=aal, by=consumer(request, user), at=frame_of(request).at)
    request.session[LOGIN] = event.ref


def code_rejected(*, request: HttpRequest, user: User, **_: Any) -> None:
    _refused(request, user, "code")


def second_factor_rejected(*, request: HttpRequest, user: User, **_: Any) -> None:
    _refused(request, user, "second_factor")


def password_set(*, request: HttpRequest, user: User, **_: Any) -> None:
    _noted(request, user, Credential.PASSWORD, CredentialAction.ADDED)


def password_changed(*, request: HttpRequest, user: User, **_: Any) -> None:
    _noted(request, user, Credential.PASSWORD, CredentialAction.RESET)


def authenticator_added(*, request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    _noted(request, user, Credential(authenticator.type), CredentialAction.ADDED)


def authenticator_used(*, request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    _noted(request, user, Credential(authenticator.type), CredentialAction.USED)


def authenticator_removed(*, request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    _noted(request, user, Credential(authenticator.type), CredentialAction.REMOVED)


def authenticator_reset(*, request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    _noted(request, user, Credential(authenticator.type), CredentialAction.RESET)


def _refused(request: HttpRequest, user: User, reason: str) -> None:
    logins.fail(user=user.pk, identifier="", reason=reason, by=consumer(request), at=frame_of(request).at)


def _noted(request: HttpRequest, user: User, kind: Credential, action: CredentialAction) -> None:
    credentials.note(user.pk, kind=kind, action=action, by=consumer(request, user), at=frame_of(request).at)
