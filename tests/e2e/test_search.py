"""An agent finds a customer from anywhere by the keyboard, and reads what happened."""

import pytest

from apps.accounts.enums import Role
from apps.accounts.selectors import customers
from tests.factories import helpdesk, p2p
from tests.support import chromium, staff
from tests.support.units import unit

pytestmark = pytest.mark.slow


@pytest.fixture
def agent(session_of):
    return session_of(staff.member(Role.SUPPORT_AGENT))


@pytest.fixture
def grace(site):
    """Return a customer with a story: money came, some of it was sent, a question is open."""
    with unit():
        found = p2p.person(name="Grace Unmistakable")
        p2p.send(found, p2p.person(0, name="Kofi Mensah"), 2_510, note="Lunch")
        helpdesk.ticket(helpdesk.as_customer(found), subject="Where is my lunch?")
    return found


@pytest.fixture
def address(site, grace):
    return customers.email_of(grace.pk)


def test_an_address_in_any_case_leads_to_the_customer_and_the_story(site, agent, grace, address):
    ref = grace.ref

    with chromium.windows(site) as windows:
        window = windows.open(agent)
        page = window.page
        window.go("/console/")
        window.press("/")
        window.type(f"  {address.upper()} ", into="Find a customer")
        window.press("Enter")

        page.get_by_role("heading", name="Grace Unmistakable", level=1).wait_for()
        assert window.path() == f"/console/customers/{ref}/"
        assert address.casefold() not in page.url.casefold()
        story = page.get_by_role("list").filter(has=page.get_by_text("Sent to")).get_by_role("listitem")
        assert story.filter(has_text="Sent to").filter(has_text="25.10 USD").count() == 1
        assert story.filter(has_text="Kofi Mensah").count() == 1
        assert page.get_by_text(address).count() == 0

        page.get_by_role("link", name="Money", exact=True).press("Enter")
        page.get_by_role("link", name="Money", exact=True).and_(page.locator("[aria-current]")).wait_for()
        assert page.get_by_text("Where is my lunch?").count() == 0


def test_part_of_a_name_leads_to_a_list_and_on_to_one_of_it(site, agent, grace):
    ref = grace.ref

    with chromium.windows(site) as windows:
        window = windows.open(agent)
        page = window.page
        window.go("/console/")
        window.press("Control+k")
        window.type("unmistak", into="Find a customer")
        window.press("Enter")
        row = page.get_by_role("row").filter(has_text=ref)
        row.wait_for()
        assert window.path().startswith("/console/search/")
        assert "unmistak" not in page.url
        assert window.flaws() == ""

        row.get_by_role("link").press("Enter")
        page.get_by_role("heading", name="Grace Unmistakable", level=1).wait_for()
        assert window.path() == f"/console/customers/{ref}/"


def test_what_fits_nobody_says_so(site, agent):
    with chromium.windows(site) as windows:
        window = windows.open(agent)
        window.go("/console/search/")
        window.type("zzqqxx", into="Search")
        window.press("Enter")

        window.page.get_by_text("Nothing fits.").wait_for()
        assert window.flaws() == ""


def test_an_address_is_shown_for_a_reason_and_hidden_when_the_window_is_left(site, agent, grace, address):
    path = f"/console/customers/{grace.ref}/"

    with chromium.windows(site) as windows:
        window = windows.open(agent)
        page = window.page
        window.go(path)
        page.get_by_role("button", name="Show", exact=True).press("Enter")
        dialog = page.get_by_role("dialog", name="Show addresses")
        dialog.wait_for()
        assert window.flaws() == ""
        dialog.get_by_role("combobox", name="Reason").select_option(index=1)
        dialog.get_by_role("button", name="Show addresses").press("Enter")
        shown = page.get_by_text(address)
        shown.wait_for()

        page.evaluate("() => window.dispatchEvent(new Event('blur'))")
        assert shown.count() == 0
