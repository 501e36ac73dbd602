"""Staff sign in to the console by two steps, and nothing of it opens with fewer."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from apps.accounts.enums import Role
from apps.accounts.models import CredentialEvent, LoginEvent, User
from apps.accounts.services import second_factors
from apps.core import clock
from apps.core.models import AuditEvent
from tests.accounts.api.console import BY, HOME, SIGN_IN, SIGN_OUT, colleague
from tests.factories import accounts
from tests.support.units import unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def rosa():
    return colleague(Role.SUPPORT_AGENT)


def events(user):
    return list(LoginEvent.objects.filter(user=user).order_by("id").values_list("result", "reason", "aal"))


class TestSteps:
    def test_password_and_code_open_the_console(self, rosa):
        first = rosa.give_password()
        between = rosa.browser.get(HOME)
        second = rosa.give_code()

        assert (first.status_code, between["Location"]) == (302, "/console/sign-in/?next=%2Fconsole%2F")
        assert (second.status_code, second["Location"]) == (302, HOME)
        assert rosa.browser.get(HOME).status_code == 200
        assert events(rosa.user) == [("succeeded", "", 2)]

    def test_what_happened_is_written_down(self, rosa):
        rosa.sign_in()

        event = AuditEvent.objects.filter(subject=rosa.user.ref, action="accounts.login.succeed").get()
        used = CredentialEvent.objects.filter(user=rosa.user, action="used").values_list("kind", flat=True)
        assert (event.actor_id, event.actor_kind, event.door, event.roles) == (
            rosa.user.ref,
            "staff",
            "console",
            ["support_agent"],
        )
        assert list(used) == ["totp"]

    def test_a_code_on_paper_opens_once(self, rosa):
        statuses = []
        for _ in range(2):
            rosa.browser.cookies.clear()
            rosa.give_password()
            statuses.append(rosa.give_code(f" {rosa.codes[0].upper()[:5]}-{rosa.codes[0][5:]} ").status_code)

        assert statuses == [302, 422]

    def test_a_code_of_the_app_opens_once(self, rosa):
        code = rosa.app_code()
        rosa.give_password()
        rosa.give_code(code)
        rosa.browser.cookies.clear()
        rosa.give_password()

        again = rosa.give_code(code)

        assert (again.status_code, events(rosa.user)) == (
            422,
            [("succeeded", "", 2), ("failed", "second_factor", 1)],
        )

    def test_the_key_of_the_session_changes_at_both_steps(self, rosa):
        rosa.give_password()
        first = rosa.session_key
        rosa.give_code()

        assert first != rosa.session_key
        assert not Session.objects.filter(pk=first).exists()

    def test_one_is_led_back_to_the_page_one_asked_for(self, rosa):
        asked = rosa.browser.get("/console/customers/?page=2")["Location"]

        rosa.give_password(address=asked)
        answer = rosa.give_code(address=asked)

        assert answer["Location"] == "/console/customers/?page=2"

    @pytest.mark.parametrize(
        "wanted", ["https://evil.example/", "//evil.example/console/", "/api/v1/me", "/console\\@e"]
    )
    def test_one_is_led_nowhere_else(self, rosa, wanted):
        rosa.give_password(address=f"{SIGN_IN}?next={wanted}")

        assert rosa.give_code(address=f"{SIGN_IN}?next={wanted}")["Location"] == HOME

    def test_the_first_step_is_forgotten_in_time(self, rosa):
        with clock.frozen(clock.now() - timedelta(minutes=5)):
            rosa.give_password()

        answer = rosa.give_code()

        assert (answer.status_code, "email" in answer.context["form"].errors) == (422, True)

    def test_one_may_start_over_as_somebody_else(self, rosa):
        rosa.give_password()
        rosa.send(SIGN_OUT)

        assert b'name="password"' in rosa.browser.get(SIGN_IN).content

    def test_who_is_signed_in_is_led_home(self, rosa):
        assert rosa.sign_in().browser.get(SIGN_IN)["Location"] == HOME


class TestRefusals:
    def test_a_wrong_password_is_written_down(self, rosa):
        answer = rosa.give_password("wrong")

        assert (answer.status_code, events(rosa.user)) == (422, [("failed", "password", 1)])
        assert b"do not belong together" in answer.content

    def test_an_unknown_address_is_answered_alike(self, rosa):
        known = rosa.give_password("wrong").content
        rosa.email = accounts.email()

        unknown = rosa.give_password("wrong")

        assert (unknown.status_code, LoginEvent.objects.latest("id").reason) == (422, "unknown")
        assert len(known) - len(unknown.content) in range(-40, 40)

    @pytest.mark.parametrize("code", ["000000", "abc", "zzzzzzzzzz", "1" * 40, "\u0661\u0662\u0663\u0664\u0665\u0666"])
    def test_a_wrong_code_opens_nothing(self, rosa, code):
        rosa.give_password()

        answer = rosa.give_code(code)

        assert (answer.status_code, events(rosa.user)) == (422, [("failed", "second_factor", 1)])
        assert rosa.browser.get(HOME).status_code == 302

    @pytest.mark.parametrize("code", ["", "   ", "1" * 41, "12\x003456"])
    def test_a_code_that_is_none_is_asked_for_again(self, rosa, code):
        rosa.give_password()

        answer = rosa.send(SIGN_IN, code=code)

        assert (answer.status_code, events(rosa.user)) == (422, [])

    @pytest.mark.parametrize(("email", "password"), [("", "x"), ("nobody", "x"), ("a@b.example", ""), ("a\0@b.e", "x")])
    def test_an_incomplete_form_is_shown_again(self, rosa, email, password):
        rosa.email = email

        answer = rosa.give_password(password)

        assert (answer.status_code, LoginEvent.objects.count()) == (422, 0)

    @pytest.mark.parametrize(
        ("columns", "reason"),
        [({"is_active": False}, "closed"), ({"kind": "customer", "name_sealed": None}, "not_staff")],
    )
    def test_who_may_not_sign_in_is_refused_with_the_right_password(self, rosa, columns, reason):
        with unit():
            User.objects.filter(pk=rosa.user.pk).change(**columns)

        answer = rosa.give_password()

        assert (answer.status_code, events(rosa.user)) == (422, [("refused", reason, 1)])

    def test_staff_without_a_second_factor_are_refused(self, rosa):
        second_factors.withdraw(rosa.user.pk, by=BY, at=clock.now())

        answer = rosa.give_password()

        assert (answer.status_code, events(rosa.user)) == (422, [("refused", "no_second_factor", 1)])

    def test_a_form_of_another_site_is_refused(self, rosa):
        answer = rosa.browser.post(SIGN_IN, {"email": rosa.email, "password": "x"})

        assert (answer.status_code, b"Nothing was changed" in answer.content) == (403, True)
        assert LoginEvent.objects.count() == 0

    def test_nothing_happens_on_get(self, rosa):
        rosa.browser.get(f"{SIGN_IN}?email={rosa.email}&password=x")

        assert rosa.browser.get(SIGN_OUT).status_code == 405
        assert LoginEvent.objects.count() == 0


class TestLockOut:
    def test_failures_cost_ever_more_time(self, rosa):
        now = clock.now()
        with clock.frozen(now):
            before = [rosa.give_password("wrong").status_code for _ in range(6)]
            waits = rosa.give_password()
        with clock.frozen(now + timedelta(seconds=1)):
            after = [rosa.give_password("wrong").status_code, rosa.give_password().status_code]

        assert (before, waits.status_code, waits["Retry-After"]) == ([422] * 5 + [429], 429, "1")
        assert after == [422, 429]
        assert len(events(rosa.user)) == 6

    def test_nobody_elsewhere_keeps_a_person_out(self, rosa):
        stranger = Client(REMOTE_ADDR="192.0.2.1")
        now = clock.now()
        with clock.frozen(now):
            for _ in range(7):
                stranger.post(SIGN_IN, {"email": rosa.email, "password": "wrong"})

            assert rosa.give_password().status_code == 302

    def test_nobody_is_kept_out_while_nothing_can_be_counted(self, rosa, settings):
        settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": "unix:///nowhere/redis.sock"}}

        assert (rosa.give_password("wrong").status_code, rosa.sign_in().browser.get(HOME).status_code) == (422, 200)

    def test_guesses_of_codes_are_counted_too(self, rosa):
        with clock.frozen(clock.now()):
            rosa.give_password()
            statuses = [rosa.give_code("000000").status_code for _ in range(6)]

        assert statuses == [422] * 5 + [429]

    def test_a_place_is_bounded_whoever_it_asks_for(self, rosa, settings):
        settings.THROTTLES = {**settings.THROTTLES, "sign_in": (2, 300)}
        with clock.frozen(clock.now()):
            statuses = []
            for _ in range(3):
                rosa.email = accounts.email()
                statuses.append(rosa.give_password().status_code)

        assert statuses == [422, 422, 429]


class TestHashes:
    @pytest.mark.slow
    def test_an_older_hash_is_replaced_with_history(self, rosa, settings):
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher", *settings.PASSWORD_HASHERS]

        rosa.sign_in()

        now = User.objects.get(pk=rosa.user.pk)
        assert (now.password.partition("$")[0], now.version) == ("pbkdf2_sha256", rosa.user.version + 1)
        assert now.history.filter(version=now.version).exists()


def test_the_page_has_what_browsers_and_readers_need(rosa):
    first = rosa.browser.get(SIGN_IN)
    wrong = rosa.give_password("wrong").content.decode()

    text = first.content.decode()
    assert first["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    assert "default-src 'none'" in first["Content-Security-Policy"]
    assert ('autocomplete="username"' in text, 'autocomplete="current-password"' in text) == (True, True)
    assert ("<script" in text, "style=" in text) == (False, False)
    assert 'role="alert"' in wrong
