"""Second factors, passwords, addresses and sessions of consumers, on a real server."""

import pytest
from allauth.mfa.models import Authenticator

from apps.accounts.models import LoginEvent, User
from apps.accounts.models.contacts import email_fingerprint
from apps.accounts.selectors import logins
from tests.accounts.api.people import pending


class TestSecondFactor:
    def test_an_app_is_enrolled_and_asked_for(self, ann):
        enrolled = ann.sign_up().enrol()

        by_mail = ann.sign_in()
        opened = ann.post("/auth/2fa/authenticate", code=ann.app_code())

        assert (enrolled.status_code, by_mail.status_code, opened.status_code) == (200, 401, 200)
        assert pending(by_mail) == ["mfa_authenticate"]
        assert ann.events()[-1] == ("succeeded", "", 2)
        assert ann.credentials() == [("totp", "added"), ("recovery_codes", "added"), ("totp", "used")]
        assert "An authenticator app was added" in ann.subjects()

    def test_a_code_is_used_once(self, ann):
        ann.sign_up().enrol()
        ann.sign_in()
        ann.post("/auth/2fa/authenticate", code=ann.app_code())
        ann.sign_in()

        again = ann.post("/auth/2fa/authenticate", code=ann.app_code())

        assert (again.status_code, again.json()["errors"][0]["code"]) == (400, "incorrect_code")
        assert ann.events()[-1] == ("failed", "second_factor", 1)

    def test_recovery_codes_need_a_fresh_proof_and_open_once(self, ann):
        ann.sign_up().enrol()
        refused = ann.ask("GET", "/account/authenticators/recovery-codes")
        ann.post("/auth/2fa/reauthenticate", code=ann.app_code())
        codes = ann.ask("GET", "/account/authenticators/recovery-codes").json()["data"]["unused_codes"]

        statuses = []
        for _ in range(2):
            ann.sign_in()
            statuses.append(ann.post("/auth/2fa/authenticate", code=codes[0]).status_code)

        assert (refused.status_code, len(codes), statuses) == (401, 10, [200, 400])

    def test_new_recovery_codes_replace_the_old_ones(self, ann):
        ann.sign_up().enrol()
        ann.post("/auth/2fa/reauthenticate", code=ann.app_code())
        old = ann.ask("GET", "/account/authenticators/recovery-codes").json()["data"]["unused_codes"]

        new = ann.post("/account/authenticators/recovery-codes").json()["data"]["unused_codes"]

        assert set(old).isdisjoint(new)
        assert ann.credentials()[-1] == ("recovery_codes", "reset")

    def test_an_app_is_removed_with_its_codes(self, ann):
        ann.sign_up().enrol()
        ann.post("/auth/2fa/reauthenticate", code=ann.app_code())

        answer = ann.ask("DELETE", "/account/authenticators/totp")

        assert (answer.status_code, ann.sign_in().status_code) == (200, 200)
        assert ann.credentials()[-2:] == [("totp", "removed"), ("recovery_codes", "removed")]

    def test_secrets_are_stored_sealed_under_the_owner_s_key(self, ann):
        ann.sign_up().enrol()

        stored = Authenticator.objects.get(user=ann.login, type="totp").data["secret"]

        assert stored.startswith(f"{ann.login.ref}:")
        assert (ann.secret in stored, logins.secret(stored)) == (False, ann.secret)


class TestPassword:
    def test_a_password_set_by_allauth_has_history_with_who_set_it(self, ann):
        ann.sign_up()

        answer = ann.post("/account/password/change", new_password="correct horse battery")

        login = ann.login
        last = login.history.order_by("-version").first()
        assert (answer.status_code, login.version, last.history_user_id) == (200, 2, login.ref)
        assert ann.credentials() == [("password", "added")]

    def test_a_wrong_password_is_written_down_without_a_login(self, ann):
        ann.sign_up().token = ""

        answer = ann.post("/auth/login", email=ann.email, password="wrong")

        event = LoginEvent.objects.get(identifier_fp=email_fingerprint(ann.email))
        assert (answer.status_code, event.user_id, event.reason) == (400, None, "password")

    @pytest.mark.parametrize("password", ["short", "password1234"])
    def test_a_weak_password_is_refused(self, ann, password):
        ann.sign_up()

        answer = ann.post("/account/password/change", new_password=password)

        assert (answer.status_code, ann.login.version) == (400, 1)


class TestAddress:
    def test_a_new_address_is_proved_and_then_signs_in(self, ann):
        ann.sign_up()
        old, ann.email = ann.email, f"new.{ann.email}"
        asked = ann.post("/account/email", email=ann.email)
        ann.post("/auth/email/verify", key=ann.code())

        assert (asked.status_code, ann.sign_in().status_code) == (200, 200)
        assert not User.objects.filter(email_fp=email_fingerprint(old)).exists()


class TestSessions:
    def test_a_session_ended_elsewhere_opens_nothing_any_more(self, ann):
        first = ann.sign_up().token
        ann.sign_in()
        listed = ann.ask("GET", "/auth/sessions").json()["data"]
        other = next(one["id"] for one in listed if not one["is_current"])

        ann.ask("DELETE", "/auth/sessions", {"sessions": [other]})

        assert ann.ask("GET", "/auth/session", **{"X-Session-Token": first}).status_code == 410

    def test_signing_out_ends_the_token(self, ann):
        token = ann.sign_up().token
        ann.ask("DELETE", "/auth/session")

        assert ann.ask("GET", "/auth/session", **{"X-Session-Token": token}).status_code == 410


class TestBadRequests:
    @pytest.mark.parametrize("token", ["x", "a" * 32, "A" * 32, "a" * 5_000])
    def test_an_unknown_token_is_gone(self, ann, token):
        assert ann.post("/auth/signup", email=ann.email).status_code == 401
        assert ann.ask("POST", "/auth/code/request", {}, **{"X-Session-Token": token}).status_code == 410

    @pytest.mark.parametrize("body", [b"{", b"[]", b"\xff", b'"text"'])
    def test_a_body_that_is_no_object_is_malformed(self, ann, body):
        count = User.objects.count()

        answer = ann.http.post("/_allauth/app/v1/auth/signup", content=body)

        assert (answer.status_code, User.objects.count()) == (400, count)
