"""Logins of consumers, proofs of passwords, and what is written down of both."""

import pytest

from apps.accounts.enums import Credential, CredentialAction, UserKind
from apps.accounts.errors import ContactTaken, EmailTaken
from apps.accounts.models import ContactPoint, CustomerSearch, LoginEvent, User
from apps.accounts.models.contacts import email_fingerprint
from apps.accounts.selectors import customers as customer_reads
from apps.accounts.selectors import logins as reads
from apps.accounts.services import credentials, logins
from apps.core import clock
from apps.core.actors import Actor, Via
from apps.core.errors import NotFound
from apps.core.models import AuditEvent, DataKey, OutboxMessage
from apps.notifications.models import Recipient
from tests.factories import accounts
from tests.support.units import unit

pytestmark = pytest.mark.django_db

BY = Actor(kind="system", id="system:tests", via=Via(door="api", ip="192.0.2.7"))


def register(email="ann@example.com"):
    return logins.register(user=User(), email=email, locale="de", tz="Europe/Vienna", by=BY, at=clock.now())


def confirm(user, email="ann@example.com"):
    return logins.confirm_email(user.pk, email=email, by=BY, at=clock.now())


def counts():
    tables = (User, DataKey, LoginEvent, AuditEvent, OutboxMessage, Recipient)
    return [model.objects.count() for model in tables] + [User.history.count()]


def news(subject):
    return list(OutboxMessage.objects.filter(subject=subject).order_by("id").values_list("topic", flat=True))


class TestRegister:
    def test_a_consumer_has_an_address_and_no_password(self):
        user = register("Ann@Example.com")

        assert (user.kind, user.locale, user.tz, user.human_id) == ("customer", "de", "Europe/Vienna", user.ref)
        assert (reads.email_of(user), user.has_usable_password()) == ("Ann@Example.com", False)
        assert AuditEvent.objects.get(subject=user.ref).action == "accounts.user.register"
        assert user.history.get().history_user_id == BY.id

    @pytest.mark.parametrize("email", ["ann@example.com", "ANN@EXAMPLE.COM", "\uff41nn@example.com"])
    def test_an_address_is_taken_in_every_form(self, email):
        register()
        before = counts()

        with pytest.raises(EmailTaken):
            register(email)

        assert counts() == before


class TestConfirmEmail:
    def test_the_first_proof_makes_a_recipient(self):
        user = register()

        assert confirm(user).version == 1
        assert Recipient.objects.get(owner=user.ref).locale == "de"
        assert AuditEvent.objects.latest("id").data == {"changed": False}

    def test_another_address_of_somebody_who_is_no_customer_yet_is_taken_over(self):
        user = confirm(register(), "new@example.com")

        assert (reads.email_of(user), user.version, Recipient.objects.count()) == ("new@example.com", 2, 1)
        assert AuditEvent.objects.latest("id").data == {"changed": True}

    def test_another_address_reaches_the_customer_and_the_search(self):
        with unit():
            customer = accounts.customer()

        user = confirm(User.objects.get(pk=customer.user_id), "new@example.com")

        assert (reads.email_of(user), customer_reads.email_of(customer.pk)) == ("new@example.com", "new@example.com")
        assert customer_reads.by_email("NEW@example.com") == customer.pk
        assert CustomerSearch.objects.get(customer=customer).email == "new@example.com"
        assert news(customer.ref)[-1] == "accounts.customer.changed"

    def test_the_address_of_another_login_is_refused(self):
        register("other@example.com")
        user = register()
        before = counts()

        with pytest.raises(EmailTaken):
            confirm(user, "other@example.com")

        assert counts() == before

    def test_the_address_of_another_customer_is_refused(self):
        with unit():
            customer = accounts.customer()
        with unit():
            other = accounts.customer()
            login = User.objects.get(pk=other.user_id)
            login.email_fp = email_fingerprint("moved@example.com")
            login.save()
        taken = customer_reads.email_of(other.pk)
        before = counts()

        with pytest.raises(ContactTaken):
            confirm(User.objects.get(pk=customer.user_id), taken)

        assert (counts(), ContactPoint.objects.filter(verified_at__isnull=False).count()) == (before, 2)

    def test_nobody_s_address_is_not_found(self):
        with pytest.raises(NotFound):
            confirm(User())


class TestSucceed:
    def test_a_sign_in_is_written_down_and_told(self):
        user = register()

        event = logins.succeed(user.pk, aal=2, by=BY, at=clock.now())

        assert (event.result, event.aal, event.ip) == ("succeeded", 2, "192.0.2.7")
        assert User.objects.get(pk=user.pk).last_login == event.at
        assert news(user.ref) == ["accounts.login.succeeded"]
        assert AuditEvent.objects.latest("id").data == {"aal": 2, "event": event.ref}


class TestFail:
    def test_a_failure_of_a_known_login_is_told(self):
        user = register()

        event = logins.fail(user=user.pk, identifier="", reason="code", by=BY, at=clock.now())

        assert (event.result, event.reason, event.identifier_fp) == ("failed", "code", None)
        assert (news(user.ref), User.objects.get(pk=user.pk).last_login) == (["accounts.login.failed"], None)

    def test_a_failure_of_nobody_keeps_the_fingerprint_of_what_was_typed(self):
        event = logins.fail(user=None, identifier="X@example.com", reason="unknown", by=BY, at=clock.now())

        assert (event.identifier_fp, OutboxMessage.objects.count()) == (email_fingerprint("x@example.com"), 0)


class TestProvePassword:
    @pytest.mark.parametrize("password", ["", "x", "a" * 5_000])
    def test_a_login_without_a_password_proves_nothing(self, password):
        user = register()

        assert logins.prove_password(email="ann@example.com", password=password, by=BY, at=clock.now()) is None
        assert LoginEvent.objects.get(user=user).reason == "password"

    def test_a_consumer_with_a_password_is_no_staff(self):
        user = register()
        with unit():
            user.set_password("seven wild geese")
            user.save()

        found = logins.prove_password(email="ann@example.com", password="seven wild geese", by=BY, at=clock.now())

        assert (found, LoginEvent.objects.get(user=user).reason) == (None, "not_staff")


class TestCredentials:
    def test_a_change_is_audited_and_told_and_a_use_is_not(self):
        user, at = register(), clock.now()

        for action in (CredentialAction.ADDED, CredentialAction.USED):
            credentials.note(user.pk, kind=Credential.TOTP, action=action, by=BY, at=at)

        assert news(user.ref) == ["accounts.credential.changed"]
        assert AuditEvent.objects.latest("id").data == {"kind": "totp", "action": "added"}

    def test_a_sealed_secret_opens_and_tells_nothing(self):
        user = register()

        stored = credentials.seal_secret(owner=user.ref, text="JBSWY3DP")

        assert (reads.secret(stored), "JBSWY3DP" in stored) == ("JBSWY3DP", False)


def test_names_are_of_staff_alone():
    with unit():
        user = accounts.user(kind=UserKind.CUSTOMER)

    assert (reads.name_of(user), reads.staff(user.pk)) == ("", None)


def test_signing_out_is_audited():
    user = register()

    logins.end(user.pk, by=BY, at=clock.now())

    assert AuditEvent.objects.latest("id").action == "accounts.login.end"
