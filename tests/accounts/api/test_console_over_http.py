"""The console's sign-in on a real server, as a program without a browser goes through it."""

import re

import httpx
import pytest

from apps.accounts.enums import Role
from apps.accounts.models import LoginEvent
from tests.accounts.api.console import HOME, PASSWORD, SIGN_IN, SIGN_OUT, colleague

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


@pytest.fixture
def rosa(committed_db):
    return colleague(Role.SUPPORT_AGENT)


@pytest.fixture
def browser(web):
    with httpx.Client(base_url=web.url, timeout=30) as client:
        yield client


def send(browser, address, **content):
    token = TOKEN.search(browser.get(SIGN_IN).text)[1]
    return browser.post(address, data={**content, "csrfmiddlewaretoken": token})


@pytest.mark.slow
def test_staff_sign_in_and_out(rosa, browser):
    steps = [send(browser, SIGN_IN, email=rosa.email, password=PASSWORD), send(browser, SIGN_IN, code=rosa.app_code())]
    inside = browser.get(HOME)
    token = TOKEN.search(inside.text)[1]
    out = browser.post(SIGN_OUT, data={"csrfmiddlewaretoken": token})

    assert [step.status_code for step in steps] == [302, 302]
    assert (inside.status_code, out.headers["Location"], browser.get(HOME).status_code) == (200, SIGN_IN, 302)
    assert LoginEvent.objects.get(user=rosa.user).ip == "127.0.0.1"


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(rosa, browser):
    answer = send(browser, SIGN_IN, email=rosa.email, password=PASSWORD)

    cookie = next(value for value in answer.headers.get_list("Set-Cookie") if value.startswith("console="))
    assert ("HttpOnly" in cookie, "SameSite=Lax" in cookie, "Path=/" in cookie) == (True, True, True)
