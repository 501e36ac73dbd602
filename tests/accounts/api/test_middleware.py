"""The unit around allauth: what a refusal wrote stays, what a fault wrote does not, and who is written as acting."""

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import get_resolver

from apps.accounts.models import LoginEvent, User
from apps.core.errors import NoUnit
from apps.core.models import AuditEvent, DataKey, OutboxMessage
from tests.factories import accounts
from tests.guards.test_urls import patterns
from tests.support.units import unit

SIGN_UP = "/_allauth/app/v1/auth/signup"
REFUSED = (401, 405, 409)
# What nobody needs to sign in for; everything else asks who it is.
OPEN = {"config": 200}


def counts():
    return [model.objects.count() for model in (User, EmailAddress, DataKey, LoginEvent, AuditEvent, OutboxMessage)]


def sign_up(email, **options):
    client = Client(raise_request_exception=False)
    return client.post(SIGN_UP, {"email": email}, content_type="application/json", **options)


@pytest.mark.django_db
class TestRequests:
    @pytest.mark.parametrize("adapter", ["Falling", "Dividing"])
    def test_a_fault_stores_nothing(self, settings, adapter):
        settings.ACCOUNT_ADAPTER = f"tests.accounts.api.adapters.{adapter}"
        before = counts()

        answer = sign_up("ann@example.com")

        assert (answer.status_code, counts()) == (500, before)

    def test_sign_ups_of_one_place_are_bounded(self, settings):
        settings.ACCOUNT_RATE_LIMITS = {"signup": "2/m/ip"}

        answers = [sign_up(f"{name}@example.com", REMOTE_ADDR="192.0.2.9").status_code for name in "abc"]

        assert (answers, User.objects.count()) == ([401, 401, 429], 2)

    def test_a_refusal_of_ours_is_a_problem_and_stores_nothing(self, settings):
        settings.ACCOUNT_ADAPTER = "tests.accounts.api.adapters.Late"
        with unit():
            accounts.user(address="ann@example.com")
        before = counts()

        answer = sign_up("ann@example.com")

        assert (answer.status_code, answer.json()["code"], counts()) == (409, "email_taken", before)
        assert answer["Content-Type"] == "application/problem+json"

    @pytest.mark.slow
    def test_every_address_of_allauth_asks_who_it_is(self):
        answers = {
            pattern.name: Client(raise_request_exception=False).get(f"/{way}").status_code
            for way, pattern in patterns(get_resolver().url_patterns)
            if way.startswith("_allauth/")
        }

        assert {name: status for name, status in answers.items() if status not in REFUSED} == OPEN

    def test_a_library_that_saves_a_login_elsewhere_is_refused(self):
        with unit():
            login = accounts.user()
        login.set_password("a password nobody guesses")

        with pytest.raises(NoUnit):
            login.save()
