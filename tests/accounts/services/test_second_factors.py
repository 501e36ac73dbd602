"""Second factors of staff: enrolled, used once a code, withdrawn; and what their rows tell."""

import pytest
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from apps.accounts.enums import Role
from apps.accounts.errors import NotStaff
from apps.accounts.models import CredentialEvent, StaffApp
from apps.accounts.selectors import logins
from apps.accounts.services import second_factors, staff
from apps.core import clock
from apps.core.actors import system
from tests.factories import accounts
from tests.support.threads import together
from tests.support.units import unit

BY = system("tests")


def create():
    return staff.create(
        email=accounts.email(),
        password="seven wild geese over Vienna",
        name="Rosa",
        roles=[Role.AUDITOR],
        by=BY,
        at=clock.now(),
    )


def enrol(user):
    return second_factors.enrol(user.pk, by=BY, at=clock.now())


def prove(user, code):
    return second_factors.prove(user.pk, code=code, by=BY, at=clock.now())


def app_code(user):
    return f"{totp(StaffApp.objects.get(user=user, confirmed=True).bin_key):06d}"


def events(user):
    return list(CredentialEvent.objects.filter(user=user).order_by("id").values_list("kind", "action"))


@pytest.fixture
def rosa(db):
    return create()


def test_what_is_shown_opens_and_is_shown_once(rosa):
    shown = enrol(rosa)

    assert shown.url.startswith("otpauth://totp/Strongroom%3A")
    assert f"secret={shown.secret}&issuer=Strongroom" in shown.url
    assert (len(shown.codes), len(set(shown.codes)), shown.secret) == (
        10,
        10,
        StaffApp.objects.get(user=rosa).secret,
    )
    assert events(rosa) == [("totp", "added"), ("recovery_codes", "added")]


def test_the_rows_tell_nothing_that_opens(rosa):
    shown = enrol(rosa)

    stored = TOTPDevice.objects.get(user=rosa)
    tokens = set(StaticToken.objects.filter(device__user=rosa).values_list("token", flat=True))
    assert stored.bin_key != StaffApp.objects.get(pk=stored.pk).bin_key
    assert tokens.isdisjoint(shown.codes)


def test_a_proof_names_its_device_and_its_sign_in(rosa):
    enrol(rosa)

    proof = prove(rosa, app_code(rosa))

    assert (proof.event.aal, proof.event.result, logins.is_verified(rosa.pk, proof.device)) == (2, "succeeded", True)


def test_a_device_is_nobody_else_s(rosa):
    enrol(rosa)
    other = create()

    assert not logins.is_verified(other.pk, prove(rosa, app_code(rosa)).device)


@pytest.mark.parametrize("device", ["", "x", "accounts.staffapp/999999999", "accounts.staffapp/x"])
def test_an_unknown_device_proves_nothing(rosa, device):
    assert not logins.is_verified(rosa.pk, device)


def test_enrolling_again_ends_what_was_before(rosa):
    first = enrol(rosa)
    proof = prove(rosa, first.codes[0])

    enrol(rosa)

    assert (prove(rosa, first.codes[1]), logins.is_verified(rosa.pk, proof.device)) == (None, False)
    assert events(rosa)[-4:] == [
        ("totp", "removed"),
        ("recovery_codes", "removed"),
        ("totp", "added"),
        ("recovery_codes", "added"),
    ]
    assert TOTPDevice.objects.filter(user=rosa).count() == 2


def test_withdrawing_leaves_rows_that_open_nothing(rosa):
    shown = enrol(rosa)

    second_factors.withdraw(rosa.pk, by=BY, at=clock.now())

    assert (prove(rosa, shown.codes[0]), logins.has_second_factor(rosa.pk)) == (None, False)


def test_consumers_are_not_enrolled_here(db):
    with unit():
        user = accounts.user()

    with pytest.raises(NotStaff):
        enrol(user)

    assert (events(user), TOTPDevice.objects.count()) == ([], 0)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["app", "paper"])
def test_one_code_opens_once_even_at_once(committed_db, kind):
    user = create()
    code = {"paper": enrol(user).codes[0], "app": app_code(user)}[kind]

    proofs = together(*[lambda: prove(user, code)] * 4)

    assert sum(proof is not None for proof in proofs) == 1
