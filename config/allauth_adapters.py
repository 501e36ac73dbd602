"""What allauth asks of the project: a few lines each, every one a call of a service of accounts."""

from typing import Any, Final

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.signup import prevent_enumeration
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.headless.base.response import AuthenticationResponse, UnauthorizedResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language

from apps.accounts.api.callers import consumer
from apps.accounts.enums import UserKind
from apps.accounts.models import User
from apps.accounts.selectors import logins as reads
from apps.accounts.services import credentials, logins
from apps.core.api.middleware import frame_of
from apps.notifications.services import codes

_UNUSUAL: Final = frozenset('"()[],;:<>\\ ')
_LONGEST: Final = 254
_CODES_LAST_S: Final = 600


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Logins of consumers: an address, no name and no password at sign-up."""

    def clean_email(self, email: str) -> str:
        if _UNUSUAL.intersection(email) or len(email.encode()) > _LONGEST:
            raise ValidationError(EmailValidator.message, code=EmailValidator.code)
        return email

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        del commit
        email = form.cleaned_data["email"]
        if reads.by_email(email) is not None:
            # An address that allauth does not know, of staff or written in another form: answered like any taken one.
            response = prevent_enumeration(request, email=email)
            raise ImmediateHttpResponse(AuthenticationResponse.from_response(request, response))
        locale = get_language() or "en"
        return logins.register(
            user=user, email=email, locale=locale, tz="UTC", by=consumer(request), at=frame_of(request).at
        )

    def pre_login(self, request: HttpRequest, user: User, **options: Any) -> HttpResponse | None:
        if user.kind != UserKind.CUSTOMER:
            raise ImmediateHttpResponse(UnauthorizedResponse(request))
        response: HttpResponse | None = super().pre_login(request, user, **options)
        return response

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        email = str(credentials.get("email", ""))
        logins.fail(user=None, identifier=email, reason="password", by=consumer(request), at=frame_of(request).at)

    def send_account_already_exists_mail(self, email: str) -> None:
        self.send_mail("account/email/account_already_exists", email, {})

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        name = template_prefix.rpartition("/")[2]
        text = render_to_string(f"accounts/notifications/{name}.txt", {"code": context.get("code", "")})
        subject, _, body = text.strip().partition("\n")
        by, at = consumer(self.request), frame_of(self.request).at
        codes.send(to=email, subject=subject, text=body.strip(), expires_in_s=_CODES_LAST_S, by=by, at=at)


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """Authenticators of consumers: their secrets are stored sealed under the key of their owner."""

    def get_totp_label(self, user: User) -> str:
        return reads.email_of(user)

    def encrypt(self, text: str) -> str:
        return credentials.seal_secret(owner=consumer(self.request).id, text=text)

    def decrypt(self, encrypted_text: str) -> str:
        return reads.secret(encrypted_text)
