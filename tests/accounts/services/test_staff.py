"""Members of staff, and the roles they are given and lose."""

import pytest

from apps.accounts.enums import Role
from apps.accounts.errors import EmailTaken, NotStaff, PasswordWeak, RoleHeld, RoleNotHeld, RolesToxic
from apps.accounts.models import RoleGrant, User
from apps.accounts.selectors import logins
from apps.accounts.services import staff
from apps.core import clock
from apps.core.actors import system
from apps.core.models import AuditEvent, DataKey, OutboxMessage
from tests.factories import accounts
from tests.support.units import unit

pytestmark = pytest.mark.django_db

BY = system("tests")
PASSWORD = "seven wild geese over Vienna"


def create(*roles, email="", password=PASSWORD, **words):
    email = email or accounts.email()
    return staff.create(email=email, password=password, name="Rosa", roles=roles, by=BY, at=clock.now(), **words)


def counts():
    return [model.objects.count() for model in (User, RoleGrant, DataKey, AuditEvent, OutboxMessage)]


def topics(user):
    rows = OutboxMessage.objects.filter(subject=user.ref).order_by("id")
    return list(rows.values_list("topic", "data__role"))


class TestCreate:
    def test_somebody_gets_a_login_with_roles(self):
        user = create(Role.KYC_ANALYST, Role.AUDITOR, email="Rosa@Example.com")

        assert (user.kind, user.human_id, user.check_password(PASSWORD)) == ("staff", user.ref, True)
        assert (logins.name_of(user), logins.email_of(user)) == ("Rosa", "Rosa@Example.com")
        assert logins.by_email("ROSA@example.com") == user
        assert User.objects.get(pk=user.pk).roles == {"kyc_analyst", "auditor"}

    def test_it_is_written_down_and_told(self):
        user = create(Role.AUDITOR)

        actions = AuditEvent.objects.filter(subject=user.ref).order_by("id").values_list("action", flat=True)
        assert list(actions) == ["accounts.staff.create", "accounts.role.grant"]
        assert topics(user) == [("accounts.role.changed", "auditor")]
        assert user.history.get().history_user_id == BY.id

    def test_two_logins_may_be_of_one_human(self):
        assert create(human_id="usr_other").human_id == "usr_other"

    @pytest.mark.parametrize("password", ["short", "password1234"])
    def test_a_weak_password_is_refused(self, password):
        before = counts()

        with pytest.raises(PasswordWeak):
            create(password=password)

        assert counts() == before

    def test_an_address_signs_in_to_one_login(self):
        create(email="rosa@example.com")
        before = counts()

        with pytest.raises(EmailTaken):
            create(email="ROSA@example.com")

        assert counts() == before

    @pytest.mark.parametrize("other", [Role.SUPPORT_AGENT, Role.KYC_ANALYST, Role.KYC_SENIOR])
    def test_roles_that_exclude_each_other_are_refused(self, other):
        before = counts()

        with pytest.raises(RolesToxic) as refused:
            create(Role.ADMINISTRATOR, other)

        assert (counts(), refused.value.context) == (before, {"roles": sorted(["administrator", other])})


class TestRoles:
    def test_a_role_is_held_from_now_on(self):
        user = create()

        grant = staff.grant_role(user.pk, role=Role.AUDITOR, by=BY, at=clock.now())

        assert (grant.granted_by, grant.until) == (BY.id, None)
        assert User.objects.get(pk=user.pk).has_perm("console.audit.view")

    def test_a_role_taken_away_stays_in_the_history(self):
        user, at = create(Role.AUDITOR), clock.now()

        grant = staff.revoke_role(user.pk, role=Role.AUDITOR, by=BY, at=at)

        assert (grant.until, grant.version, User.objects.get(pk=user.pk).roles) == (at, 2, frozenset())
        assert topics(user) == [("accounts.role.changed", "auditor")] * 2

    def test_a_role_may_be_given_again(self):
        user = create(Role.AUDITOR)
        staff.revoke_role(user.pk, role=Role.AUDITOR, by=BY, at=clock.now())

        staff.grant_role(user.pk, role=Role.AUDITOR, by=BY, at=clock.now())

        assert RoleGrant.objects.filter(user=user).count() == 2

    def test_a_role_is_held_once(self):
        user = create(Role.AUDITOR)
        before = counts()

        with pytest.raises(RoleHeld):
            staff.grant_role(user.pk, role=Role.AUDITOR, by=BY, at=clock.now())

        assert counts() == before

    def test_a_role_that_excludes_a_held_one_is_refused(self):
        user = create(Role.ADMINISTRATOR)
        before = counts()

        with pytest.raises(RolesToxic):
            staff.grant_role(user.pk, role=Role.KYC_SENIOR, by=BY, at=clock.now())

        assert counts() == before

    def test_a_consumer_gets_no_role(self):
        with unit():
            user = accounts.user()
        before = counts()

        with pytest.raises(NotStaff):
            staff.grant_role(user.pk, role=Role.AUDITOR, by=BY, at=clock.now())

        assert counts() == before

    def test_a_role_that_is_not_held_is_not_taken(self):
        user = create(Role.AUDITOR)
        before = counts()

        with pytest.raises(RoleNotHeld):
            staff.revoke_role(user.pk, role=Role.KYC_ANALYST, by=BY, at=clock.now())

        assert counts() == before
