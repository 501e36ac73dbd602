"""Consumers sign up and in over HTTP, on a real server."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.core import signing

from apps.accounts.models import LoginEvent, User
from apps.accounts.models.contacts import email_fingerprint
from apps.accounts.selectors import logins
from apps.core import clock, db
from apps.core.actors import system
from apps.core.models import AuditEvent, OutboxMessage
from tests.accounts.api.people import AUTH, pending
from tests.factories import accounts
from tests.support.threads import together

SALT = "django.contrib.sessions.SessionStore"


class AsIs:
    """Reads what a session's row holds without the key ring."""

    def loads(self, content):
        return content


class TestSignUp:
    def test_an_address_is_enough_and_is_proved_by_a_code(self, ann):
        asked = ann.post("/auth/signup", email=ann.email)
        proved = ann.post("/auth/email/verify", key=ann.code())

        login = ann.login
        assert (asked.status_code, pending(asked), proved.status_code) == (401, ["verify_email"], 200)
        assert (login.kind, login.human_id, logins.email_of(login)) == ("customer", login.ref, ann.email)
        assert not login.has_usable_password()

    def test_what_happened_is_written_down(self, ann):
        ann.sign_up()

        login = ann.login
        history = login.history.order_by("version").values_list("history_type", "history_user_id", "door")
        audit = AuditEvent.objects.filter(subject=login.ref).order_by("id").values_list("action", "actor_id")
        topics = OutboxMessage.objects.filter(subject=login.ref).values_list("topic", flat=True)
        assert list(history) == [("+", "system:signup", "api")]
        assert list(audit) == [
            ("accounts.user.register", "system:signup"),
            ("accounts.user.confirm_email", "system:signup"),
            ("accounts.login.succeed", login.ref),
        ]
        assert list(topics) == ["accounts.login.succeeded"]
        assert ann.events() == [("succeeded", "", 1)]

    def test_a_taken_address_is_answered_alike_and_told_by_mail_only(self, ann, bob):
        fresh = ann.post("/auth/signup", email=ann.email)
        ann.post("/auth/email/verify", key=ann.code())
        count = User.objects.count()

        again = bob.post("/auth/signup", email=ann.email.upper())

        assert (again.status_code, again.json()["data"]) == (fresh.status_code, fresh.json()["data"])
        assert (User.objects.count(), "You already have an account" in ann.subjects()) == (count, True)

    def test_one_address_at_once_makes_one_login(self, ann):
        answers = together(*[lambda: ann.http.post(f"{AUTH}/auth/signup", json={"email": ann.email})] * 4)

        assert {answer.status_code for answer in answers} <= {401, 409, 503}
        assert User.objects.filter(email_fp=email_fingerprint(ann.email)).count() == 1

    def test_the_address_of_staff_is_answered_alike(self, ann):
        with db.unit(by=system("test"), at=clock.now()):
            accounts.user(address=ann.email, kind="staff")

        answer = ann.post("/auth/signup", email=ann.email)

        assert (answer.status_code, pending(answer)) == (401, ["verify_email"])
        assert not EmailAddress.objects.filter(email=ann.email).exists()

    @pytest.mark.parametrize("address", ["", "nobody", '"a b"@example.com', "a@[127.0.0.1]", f"{'a' * 250}@e.com"])
    def test_an_address_that_is_none_is_refused(self, ann, address):
        count = User.objects.count()

        answer = ann.post("/auth/signup", email=address)

        assert (answer.status_code, User.objects.count()) == (400, count)

    def test_wrong_codes_are_counted_and_end_the_sign_up(self, ann):
        ann.post("/auth/signup", email=ann.email)

        answers = [ann.post("/auth/email/verify", key="wrong").status_code for _ in range(6)]

        assert answers == [400, 400, 400, 400, 400, 409]
        assert ann.events() == [("failed", "code", 1)] * 5
        assert not EmailAddress.objects.get(email=ann.email).verified


class TestToken:
    def test_a_token_opens_the_api_to_its_owner(self, ann):
        answer = ann.sign_up().api()

        assert (answer.status_code, answer.json()["code"]) == (403, "customer_required")

    def test_a_sign_in_that_is_not_finished_opens_nothing(self, ann):
        ann.post("/auth/signup", email=ann.email)

        assert (ann.api().status_code, ann.api().json()["code"]) == (401, "login_required")

    @pytest.mark.parametrize("token", ["a" * 32, "x", "A" * 32])
    def test_an_unknown_token_is_told_apart_from_none(self, ann, token):
        answers = [ann.api(token=token), ann.api(token="")]

        assert [one.json()["code"] for one in answers] == ["token_expired", "login_required"]
        assert [one.headers["WWW-Authenticate"] for one in answers] == ['Session realm="api"'] * 2

    def test_a_token_expires(self, ann):
        ann.sign_up()
        Session.objects.filter(pk=ann.token).update(expire_date=clock.now())

        assert ann.api().json()["code"] == "token_expired"
        assert ann.ask("GET", "/auth/session").status_code == 410

    def test_a_token_of_a_closed_login_opens_nothing(self, ann):
        ann.sign_up()
        with db.unit(by=system("test"), at=clock.now()):
            User.objects.filter(pk=ann.login.pk).change(is_active=False)

        assert ann.api().json()["code"] == "login_required"

    def test_the_actor_carries_the_sign_in(self, ann):
        ann.sign_up()
        body = {"kind": "person", "legal_name": "Ann", "country": "US"}
        headers = {"X-Session-Token": ann.token, "Idempotency-Key": ann.token}
        made = ann.http.post("/api/v1/customers", json=body, headers=headers)

        event = AuditEvent.objects.get(action="accounts.customer.create", subject=made.json()["id"])
        assert (event.actor_id, event.login_ref) == (ann.login.ref, LoginEvent.objects.get(user=ann.login).ref)


class TestSignIn:
    def test_a_code_from_the_mail_signs_in(self, ann):
        old = ann.sign_up().token

        answer = ann.sign_in()

        assert (answer.status_code, ann.token != old) == (200, True)
        assert ann.events() == [("succeeded", "", 1)] * 2

    def test_an_address_is_found_in_any_case(self, ann):
        ann.sign_up().token = ""
        ann.post("/auth/code/request", email=ann.email.upper())

        assert ann.post("/auth/code/confirm", code=ann.code()).status_code == 200

    def test_an_unknown_address_is_answered_alike(self, ann, bob):
        ann.sign_up().token = ""

        known, unknown = (one.post("/auth/code/request", email=one.email) for one in (ann, bob))

        assert (known.status_code, known.json()["data"]) == (unknown.status_code, unknown.json()["data"])

    def test_a_wrong_code_is_refused_and_stays_written(self, ann):
        ann.sign_up().token = ""
        ann.post("/auth/code/request", email=ann.email)

        answer = ann.post("/auth/code/confirm", code="000000x")

        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "incorrect_code")
        assert ann.events()[1:] == [("failed", "code", 1)]

    def test_staff_are_refused_whatever_they_prove(self, ann):
        with db.unit(by=system("test"), at=clock.now()):
            staff = accounts.user(address=ann.email, kind="staff")
        EmailAddress.objects.create(user=staff, email=ann.email, verified=True, primary=True)

        answer = ann.sign_in()

        assert (answer.status_code, ann.events()) == (401, [])

    def test_a_closed_login_is_refused(self, ann):
        ann.sign_up()
        with db.unit(by=system("test"), at=clock.now()):
            User.objects.filter(pk=ann.login.pk).change(is_active=False)

        answer = ann.ask("GET", "/auth/session")

        assert (answer.status_code, answer.json()["meta"]["is_authenticated"]) == (401, False)

    def test_nobody_reads_a_code_in_the_database(self, ann):
        ann.post("/auth/signup", email=ann.email)

        session = Session.objects.get(pk=ann.token)
        raw = signing.loads(session.session_data, salt=SALT, serializer=AsIs)

        assert session.get_decoded()["account_email_verification_code"]["code"] == ann.code()
        assert ann.code().encode() not in raw
