"""Staff sign in with a second factor, by the keyboard alone."""

import pytest
from django_otp.oath import totp

from apps.accounts.enums import Role
from apps.accounts.models import StaffApp
from tests.accounts.api.console import PASSWORD, colleague
from tests.support import chromium

pytestmark = pytest.mark.slow


def test_password_and_code_open_the_console_and_a_button_closes_it(site):
    rosa = colleague(Role.SUPPORT_AGENT)
    key = StaffApp.objects.get(user=rosa.user).bin_key

    with chromium.windows(site) as windows:
        window = windows.open()
        page = window.page
        window.go("/console/")
        assert window.path() == "/console/sign-in/"
        window.type(rosa.email, into="E-mail")
        window.press("Tab")
        window.type(PASSWORD, into="Password")
        window.press("Enter")
        window.type(f"{totp(key):06d}", into="Code")
        window.press("Enter")
        page.get_by_role("heading", name="Home", level=1).wait_for()
        assert window.path() == "/console/"

        page.get_by_role("button", name="Sign out").press("Enter")
        page.get_by_text("Step 1 of 2").wait_for()
        window.go("/console/")
        assert window.path() == "/console/sign-in/"


def test_the_steps_and_their_refusals_shut_nobody_out(site):
    rosa = colleague(Role.SUPPORT_AGENT)

    with chromium.windows(site) as windows:
        window = windows.open()
        window.go("/console/sign-in/")
        assert window.flaws() == ""
        window.press("Enter")
        alert = window.page.get_by_role("alert").first
        alert.wait_for()
        assert window.flaws() == ""

        window.page.get_by_label("E-mail").fill(rosa.email)
        window.page.get_by_label("Password").fill(PASSWORD)
        window.press("Enter")
        window.page.get_by_text("Step 2 of 2").wait_for()
        assert window.flaws() == ""

        window.type("000000", into="Code")
        window.press("Enter")
        alert.wait_for()
        assert window.page.get_by_label("Code").input_value() == ""
        assert window.flaws() == ""
