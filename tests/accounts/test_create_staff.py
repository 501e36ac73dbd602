"""`manage.py create_staff`: shows once what opens, and makes all of it or nothing."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from apps.accounts.management.commands import create_staff
from apps.accounts.models import StaffApp, User
from apps.accounts.selectors import logins
from apps.accounts.services import second_factors
from apps.core import clock
from apps.core.actors import system

pytestmark = pytest.mark.django_db

WHO = ("--email", "rosa@example.com", "--name", "Rosa", "--role", "auditor")


def run(*words):
    out = StringIO()
    call_command("create_staff", *WHO, *words, stdout=out)
    return out.getvalue()


def test_what_it_shows_opens():
    shown = run("--generate", "--role", "kyc_analyst")

    user = logins.by_email("rosa@example.com")
    code = re.search(r"^  (\w{10})$", shown, re.MULTILINE)[1]
    assert user.check_password(re.search(r"Password: (\S+)", shown)[1])
    assert user.roles == {"auditor", "kyc_analyst"}
    assert f"secret={StaffApp.objects.get(user=user).secret}" in shown
    assert second_factors.prove(user.pk, code=code, by=system("tests"), at=clock.now())


def test_a_password_is_asked_for_twice(monkeypatch):
    monkeypatch.setattr(create_staff.getpass, "getpass", lambda _: "seven wild geese over Vienna")

    assert "Password:" not in run()
    assert logins.by_email("rosa@example.com").check_password("seven wild geese over Vienna")


@pytest.mark.parametrize(
    ("answers", "words", "message"),
    [
        (["seven wild geese", "seven wild ducks"], (), "differ"),
        (["short", "short"], (), "password_weak"),
        ([], ("--generate", "--role", "administrator", "--role", "kyc_senior"), "roles_toxic"),
    ],
)
def test_what_is_refused_makes_nothing(monkeypatch, answers, words, message):
    monkeypatch.setattr(create_staff.getpass, "getpass", lambda _: answers.pop(0))

    with pytest.raises(CommandError, match=message):
        run(*words)

    assert User.objects.count() == 0


def test_an_address_is_taken_once():
    run("--generate")

    with pytest.raises(CommandError, match="email_taken"):
        run("--generate")
