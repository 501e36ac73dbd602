"""Who gets into the console, and what each role may open."""

import re

import pytest
from django.urls import reverse

from apps.accounts.enums import ROLE_PERMISSIONS, Role, UserKind
from apps.accounts.selectors import customers
from apps.core.models import AuditEvent
from tests.console.pages import codes_of_page, every_page, lists, pages_of_rows, plain_pages
from tests.factories import accounts, compliance, helpdesk
from tests.support import staff
from tests.support.units import later, unit
from tests.support.written import nothing_written

pytestmark = pytest.mark.django_db

DOORS = [*plain_pages(), *lists()]
NAMES = [door.name for door in DOORS]


def test_an_anonymous_visitor_is_led_to_the_sign_in(client):
    answer = client.get("/console/accounts/customer/")

    assert (answer.status_code, answer.url) == (302, "/console/sign-in/?next=%2Fconsole%2Faccounts%2Fcustomer%2F")


def test_the_sign_in_leads_back_to_the_console_alone():
    browser = staff.signed_in(Role.AUDITOR)

    assert browser.get("/console/login/?next=https://elsewhere.example/").url == "/console/sign-in/"


def test_nobody_gets_in_without_a_second_factor():
    browser = staff.signed_in(Role.AUDITOR, proved=False)

    assert {door.name: browser.get(door.url).status_code for door in DOORS} == dict.fromkeys(NAMES, 302)


def test_a_customer_does_not_get_in():
    with unit():
        login = accounts.user(kind=UserKind.CUSTOMER)

    assert staff.entered(login).get("/console/").status_code == 302


def test_a_closed_login_does_not_get_in():
    browser = staff.entered(staff.member(Role.AUDITOR, is_active=False))

    assert browser.get("/console/").status_code == 302


@pytest.mark.parametrize("role", list(Role))
def test_each_role_opens_what_its_codes_say(role):
    browser = staff.signed_in(role)

    found = {door.name: browser.get(door.url).status_code for door in DOORS if "GET" in door.methods}

    wanted = {door.name: 200 if door.opens_to(role) else 403 for door in DOORS if "GET" in door.methods}
    assert found == wanted


@pytest.mark.parametrize("role", list(Role))
def test_nothing_that_is_read_takes_a_post(role):
    browser = staff.signed_in(role)

    found = {door.name: browser.post(door.url).status_code for door in DOORS if "POST" not in door.methods}

    assert set(found.values()) <= {403, 405}


def test_every_page_with_an_id_names_its_codes():
    open_to_all = [page.name for page in every_page() if "<" in page.route and not page.permissions]

    assert open_to_all == ["found"]


@pytest.mark.parametrize("role", list(Role))
def test_each_role_opens_the_pages_of_one_thing_by_its_codes(role):
    with unit():
        ticket, chat = helpdesk.ticket(), helpdesk.chat_session()
        later()
        application = compliance.submitted()
    customer = customers.ref_of(ticket.requester_id)
    names = {"customer": customer, "ticket": ticket.ref, "chat": chat.ref, "kyc_review": application.ref}
    browser = staff.signed_in(role)

    found = {name: browser.get(reverse(f"admin:{name}", args=[ref])).status_code for name, ref in names.items()}

    held = ROLE_PERMISSIONS[role]
    assert found == {name: 200 if held.intersection(codes_of_page(name)) else 403 for name in names}


@pytest.mark.slow
def test_every_page_about_one_thing_is_closed_without_its_code_or_without_a_second_factor():
    doors = [*pages_of_rows()]
    browsers = {role: staff.signed_in(*([role] if role else [])) for role in (None, *Role)}
    unproved = staff.signed_in(*Role, proved=False)

    with nothing_written("core_auditevent"):
        told = {
            (role, door.name, method): {plain(browser.generic(method, url)) for url in (door.url, door.absent)}
            for role, browser in browsers.items()
            for door in doors
            for method in {*door.methods} - {"HEAD"}
            if role is None or not (door.is_record or door.opens_to(role))
        }
        led = {unproved.generic(method, door.url).status_code for door in doors for method in door.methods}

    assert [where for where, found in told.items() if len(found) > 1] == []
    assert ({status for found in told.values() for status, _ in found}, led) == ({403}, {302})
    assert AuditEvent.objects.filter(outcome="denied").count() == 2 * len(told)


def plain(answer):
    """Return what an answer says without what differs in every one."""
    text = answer.content.decode().replace(answer["X-Request-ID"], "")
    return answer.status_code, re.sub(r'csrfmiddlewaretoken" value="\w+"', "", text)


def test_a_refusal_is_a_page_without_data_and_is_written_down():
    with unit():
        customer = accounts.customer(name="Grace Unmistakable")
    browser = staff.signed_in(Role.SUPPORT_AGENT)

    answer = browser.get(reverse("admin:core_datakey_changelist"))

    assert answer.status_code == 403
    assert customer.ref not in answer.content.decode()
    denied = AuditEvent.objects.filter(outcome="denied").get()
    assert (denied.action, denied.data["route"]) == ("console.page.open", "console/core/datakey/")


def test_an_unknown_address_is_a_page():
    answer = staff.signed_in(Role.AUDITOR).get("/console/no/such/page/")

    assert answer.status_code == 404
    assert b"sr-refusal" in answer.content


@pytest.mark.parametrize("path", ["password_change/", "autocomplete/", "jsi18n/", "r/1/1/", "accounts/"])
def test_pages_of_the_library_that_nobody_needs_are_not_there(path):
    assert staff.signed_in(Role.AUDITOR).get(f"/console/{path}").status_code == 404


@pytest.mark.parametrize("path", ["add/", "{}/change/", "{}/delete/"])
def test_there_is_no_address_to_change_a_row(path):
    with unit():
        ref = accounts.customer().ref

    assert staff.signed_in(Role.AUDITOR).get(f"/console/accounts/customer/{path.format(ref)}").status_code == 404


def test_pages_are_never_kept_and_run_no_code_from_strings():
    answer = staff.signed_in(Role.AUDITOR).get("/console/")

    policy = answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Frame-Options"] == "DENY"
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
