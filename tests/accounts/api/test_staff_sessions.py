"""What a session of staff opens, how long, and that nobody else's does."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.conf import settings as product
from django.contrib.sessions.models import Session
from django.test import Client

from apps.accounts.enums import Role
from apps.accounts.models import User
from apps.accounts.services import second_factors, staff
from apps.core import clock
from tests.accounts.api.console import BY, HOME, SIGN_IN, WHO, colleague
from tests.support.units import unit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _test_addresses(settings):
    settings.ROOT_URLCONF = "tests.accounts.api.site"


@pytest.fixture
def rosa():
    return colleague(Role.SUPPORT_AGENT)


def consumer_session(user):
    """Return the key of a session as allauth makes it."""
    store = import_module(product.SESSION_ENGINE).SessionStore()
    store["_auth_user_id"] = str(user.pk)
    store["_auth_user_backend"] = "apps.accounts.api.authentication.ConsumerBackend"
    store["_auth_user_hash"] = user.get_session_auth_hash()
    store.save()
    return store.session_key


class TestApi:
    def test_a_signed_in_colleague_is_known(self, rosa):
        answer = rosa.sign_in().api()

        assert (answer.status_code, answer.json()) == (200, {"id": rosa.user.ref})

    def test_nobody_is_asked_to_sign_in(self, rosa):
        answer = rosa.api()

        assert (answer.status_code, answer.json()["code"]) == (401, "login_required")

    def test_one_factor_opens_nothing(self, rosa):
        rosa.give_password()

        assert rosa.api().json()["code"] == "login_required"

    def test_a_role_without_the_right_is_refused(self):
        answer = colleague(Role.AUDITOR).sign_in().api()

        assert (answer.status_code, answer.json()["code"], "id" in answer.json()) == (403, "permission_denied", False)

    def test_a_role_taken_away_counts_at_once(self, rosa):
        rosa.sign_in()

        staff.revoke_role(rosa.user.pk, role=Role.SUPPORT_AGENT, by=BY, at=clock.now())

        assert rosa.api().status_code == 403

    def test_a_change_carries_the_csrf_token(self, rosa):
        rosa.sign_in()

        without, with_it = rosa.api("POST"), rosa.api("POST", X_CSRFToken=rosa.csrf_token())

        assert (without.status_code, without.json()["code"], with_it.status_code) == (403, "csrf_failed", 200)


class TestOthersSessions:
    def test_the_console_s_cookie_is_no_api_token(self, rosa):
        key = rosa.sign_in().session_key

        api = Client().get("/api/v1/me", headers={"X-Session-Token": key})
        allauth = Client().get("/_allauth/app/v1/auth/session", headers={"X-Session-Token": key})

        assert (api.status_code, api.json()["code"], allauth.status_code) == (401, "token_expired", 410)

    def test_the_console_s_cookie_opens_nothing_of_consumers(self, rosa):
        assert rosa.sign_in().browser.get("/api/v1/me").status_code == 401

    @pytest.mark.parametrize("kind", ["customer", "staff"])
    def test_a_consumer_s_token_is_no_cookie_of_the_console(self, rosa, kind):
        with unit():
            if kind == "customer":
                User.objects.filter(pk=rosa.user.pk).change(kind=kind, name_sealed=None)
        key = consumer_session(User.objects.get(pk=rosa.user.pk))
        rosa.browser.cookies["console"] = key

        page, api = rosa.browser.get(HOME), rosa.api()

        assert (page.status_code, page["Location"].partition("?")[0], api.status_code) == (302, SIGN_IN, 401)
        assert Session.objects.filter(pk=key).exists()

    def test_a_token_in_the_header_opens_nothing_of_staff(self, rosa):
        key = rosa.sign_in().session_key

        assert Client().get(WHO, headers={"X-Session-Token": key}).status_code == 401


class TestEnds:
    @pytest.mark.parametrize(
        ("steps", "status"),
        [([29], 200), ([30], 401), ([25, 25, 25], 200), ([29] * 24, 200), ([29] * 25, 401)],
    )
    def test_idleness_and_age_end_a_session(self, rosa, steps, status):
        start = clock.now()
        rosa.sign_in()
        answers, passed = [], 0
        for minutes in steps:
            passed += minutes
            with clock.frozen(start + timedelta(minutes=passed, seconds=1)):
                answers.append(rosa.api().status_code)

        assert answers == [200] * (len(steps) - 1) + [status]

    def test_a_withdrawn_second_factor_ends_the_session(self, rosa):
        rosa.sign_in()

        second_factors.withdraw(rosa.user.pk, by=BY, at=clock.now())

        assert rosa.api().status_code == 401
        assert rosa.browser.get(HOME).status_code == 302

    def test_a_closed_login_ends_the_session(self, rosa):
        rosa.sign_in()

        with unit():
            User.objects.filter(pk=rosa.user.pk).change(is_active=False)

        assert rosa.api().status_code == 401

    def test_signing_out_removes_the_session(self, rosa):
        key = rosa.sign_in().session_key

        answer = rosa.sign_out()

        assert (answer.status_code, answer["Location"]) == (302, SIGN_IN)
        assert not Session.objects.filter(pk=key).exists()


class TestHosts:
    @pytest.fixture(autouse=True)
    def _two_hosts(self, settings):
        settings.CONSOLE_HOST = "console.example"
        settings.ALLOWED_HOSTS = ["api.example", "console.example"]

    @pytest.mark.parametrize(
        ("path", "on_public", "on_console"),
        [
            ("/api/v1/health/live", 200, 404),
            ("/api/v1/openapi", 200, 404),
            ("/_allauth/app/v1/config", 200, 404),
            ("/api/docs/", 200, 404),
            ("/", 404, 404),
            (SIGN_IN, 404, 200),
            (HOME, 404, 302),
            (WHO, 404, 401),
        ],
    )
    def test_each_host_shows_its_own(self, path, on_public, on_console):
        statuses = [Client(HTTP_HOST=host).get(path).status_code for host in ("api.example", "console.example:8443")]

        assert statuses == [on_public, on_console]

    def test_what_is_elsewhere_is_like_what_is_nowhere(self):
        client = Client(HTTP_HOST="api.example")
        hidden, absent = client.get(WHO), client.get("/api/v1/staff/nothing")

        bodies = [{key: one.json()[key] for key in ("type", "status", "code")} for one in (hidden, absent)]
        assert bodies[0] == bodies[1]
