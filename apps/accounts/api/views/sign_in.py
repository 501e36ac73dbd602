"""Staff sign in to the console: address and password, then a code of the app or one on paper."""

from typing import Any, Final

from django import forms
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from apps.accounts.api import lockout, staff_sessions
from apps.accounts.api.callers import Login, via_of, visitor
from apps.accounts.models import User
from apps.accounts.models.contacts import normal_email
from apps.accounts.selectors import logins as reads
from apps.accounts.services import logins, second_factors
from apps.core import ids
from apps.core.api.middleware import frame_of

_PENDING: Final = "pending"
_PENDING_S: Final = 300
_REFUSED: Final = 422
_TOO_OFTEN: Final = 429


class PasswordForm(forms.Form):
    """The first step."""

    email = forms.EmailField(
        label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True})
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=1_000,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def begin_at_password(self) -> None:
        """Let whoever is asked again type where the mistake probably is."""
        del self.fields["email"].widget.attrs["autofocus"]
        self.fields["password"].widget.attrs["autofocus"] = True


class CodeInput(forms.PasswordInput):
    """A field that is read while it is typed, and empty again after a refusal: that code is of no use any more."""

    input_type = "text"


class CodeForm(forms.Form):
    """The second step."""

    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        help_text=_("Six digits of your authenticator app, or one of your codes on paper."),
        widget=CodeInput(
            attrs={"autocomplete": "one-time-code", "autofocus": True, "spellcheck": "false", "autocapitalize": "off"}
        ),
    )


@method_decorator([never_cache, sensitive_post_parameters("password", "code")], name="dispatch")
class SignInView(View):
    """Two steps at one address; nobody is signed in before the second."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if staff_sessions.current(request) is not None:
            return HttpResponseRedirect(_destination(request))
        return _page(request, CodeForm() if _proved(request) else PasswordForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        user = _proved(request)
        if user is None:
            return self._password(request, PasswordForm(request.POST))
        return self._code(request, CodeForm(request.POST), user)

    def _password(self, request: HttpRequest, form: PasswordForm) -> HttpResponse:
        if not form.is_valid():
            return _page(request, form, _REFUSED)
        given = form.cleaned_data
        attempt = lockout.attempt(request, normal_email(given["email"]))
        if wait := lockout.wait_s(attempt):
            return _too_often(request, form, wait)
        by, at = visitor(request, task="console.sign_in", door="console"), frame_of(request).at
        user = logins.prove_password(email=given["email"], password=given["password"], by=by, at=at)
        if user is None:
            lockout.failed(attempt)
            form.add_error(None, _("Address and password do not belong together, or may not sign in here."))
            form.begin_at_password()
            return _page(request, form, _REFUSED)
        lockout.forget(attempt)
        request.session.cycle_key()
        request.session[_PENDING] = {"user": user.ref, "at": int(at.timestamp())}
        return HttpResponseRedirect(request.get_full_path())

    def _code(self, request: HttpRequest, form: CodeForm, user: User) -> HttpResponse:
        if not form.is_valid():
            return _page(request, form, _REFUSED)
        attempt = lockout.attempt(request, user.ref)
        if wait := lockout.wait_s(attempt):
            return _too_often(request, form, wait)
        by = Login(user).actor(via_of(request, "console"))
        proof = second_factors.prove(user.pk, code=form.cleaned_data["code"], by=by, at=frame_of(request).at)
        if proof is None:
            lockout.failed(attempt)
            form.add_error("code", _("This code opens nothing, or was used already. Wait for the next one."))
            return _page(request, form, _REFUSED)
        lockout.forget(attempt)
        del request.session[_PENDING]
        staff_sessions.begin(request, user, proof)
        return HttpResponseRedirect(_destination(request))


class SignOutView(View):
    """Ends the session, finished or not."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest) -> HttpResponse:
        login = staff_sessions.current(request)
        if login is not None:
            logins.end(login.user.pk, by=login.actor(via_of(request, "console")), at=frame_of(request).at)
        logout(request)
        return HttpResponseRedirect(settings.LOGIN_URL)


def _proved(request: HttpRequest) -> User | None:
    """Return who has just given the right password here."""
    pending = request.session.get(_PENDING)
    if pending is None or int(frame_of(request).at.timestamp()) - pending["at"] >= _PENDING_S:
        return None
    return reads.staff(ids.decode(User.id_prefix, pending["user"]))


def _destination(request: HttpRequest) -> str:
    """Return the page of the console that was asked for first."""
    wanted = request.GET.get("next", "")
    is_ours = wanted.startswith(settings.LOGIN_REDIRECT_URL) and url_has_allowed_host_and_scheme(wanted, None)
    return wanted if is_ours else settings.LOGIN_REDIRECT_URL


def _too_often(request: HttpRequest, form: forms.Form, wait_s: int) -> HttpResponse:
    text = ngettext("Too many attempts. Wait one second.", "Too many attempts. Wait %(wait)d seconds.", wait_s)
    form.add_error(None, text % {"wait": wait_s})
    response = _page(request, form, _TOO_OFTEN)
    response["Retry-After"] = str(wait_s)
    return response


def _page(request: HttpRequest, form: forms.Form, status: int = 200) -> HttpResponse:
    content: dict[str, Any] = {"form": form, "is_second_step": isinstance(form, CodeForm)}
    return render(request, "accounts/sign_in.html", content, status=status)
