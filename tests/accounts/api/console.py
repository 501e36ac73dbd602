"""A member of staff at the console's sign-in page, and the browser they use."""

import re
from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from django_otp.oath import totp

from apps.accounts.enums import Role
from apps.accounts.models import StaffApp, User
from apps.accounts.services import second_factors, staff
from apps.core import clock
from apps.core.actors import system
from tests.factories import accounts

SIGN_IN, SIGN_OUT, HOME = "/console/sign-in/", "/console/sign-out/", "/console/"
WHO = "/api/v1/staff/tests/who"
PASSWORD = "seven wild geese over Vienna"
BY = system("tests")


@dataclass
class Colleague:
    """Somebody who works here, with password, app and codes on paper."""

    user: User
    email: str
    codes: list[str]
    browser: Client = field(default_factory=lambda: Client(enforce_csrf_checks=True, raise_request_exception=False))

    def send(self, address: str, **content: str) -> Any:
        """Fill in the form of a page and send it."""
        page = self.browser.get(SIGN_IN)
        found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.content.decode())
        token = found[1] if found else ""
        return self.browser.post(address, {**content, "csrfmiddlewaretoken": token})

    def give_password(self, password: str = PASSWORD, address: str = SIGN_IN) -> Any:
        return self.send(address, email=self.email, password=password)

    def give_code(self, code: str = "", address: str = SIGN_IN) -> Any:
        return self.send(address, code=code or self.app_code())

    def app_code(self) -> str:
        """Return the present code of the authenticator app."""
        app = StaffApp.objects.filter(user=self.user, confirmed=True).latest("pk")
        return f"{totp(app.bin_key):06d}"

    def sign_in(self) -> "Colleague":
        self.give_password()
        assert self.give_code().status_code == 302
        return self

    def sign_out(self) -> Any:
        return self.browser.post(SIGN_OUT, headers={"X-CSRFToken": self.csrf_token()})

    def api(self, method: str = "GET", **headers: str) -> Any:
        """Ask the staff API who this is."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.browser.generic(method, WHO, b"{}", content_type="application/json", headers=named)

    def csrf_token(self) -> str:
        return self.browser.cookies["csrftoken"].value

    @property
    def session_key(self) -> str:
        return self.browser.cookies["console"].value


def colleague(*roles: Role) -> Colleague:
    """Return somebody with these roles who has enrolled."""
    email = accounts.email()
    user = staff.create(email=email, password=PASSWORD, name="Rosa", roles=roles, by=BY, at=clock.now())
    enrolment = second_factors.enrol(user.pk, by=BY, at=clock.now())
    return Colleague(user, email, list(enrolment.codes))
