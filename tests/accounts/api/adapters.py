"""Adapters of allauth that fail at a chosen point."""

from django.db import connection

from apps.accounts.api.callers import consumer
from apps.accounts.services import logins
from apps.core.api.middleware import frame_of
from config.allauth_adapters import AccountAdapter


class Falling(AccountAdapter):
    """Falls over after the login was saved."""

    def is_login_by_code_required(self, login):
        message = "fell over"
        raise RuntimeError(message)


class Late(AccountAdapter):
    """Looks for a taken address before somebody else takes it."""

    def save_user(self, request, user, form, commit=True):
        return logins.register(
            user=user,
            email=form.cleaned_data["email"],
            locale="en",
            tz="UTC",
            by=consumer(request),
            at=frame_of(request).at,
        )


class Dividing(AccountAdapter):
    """Asks the database for what it refuses."""

    def is_login_by_code_required(self, login):
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")
