"""Every page of the console in light and dark, wide and narrow: nobody is shut out and nothing leaves the window."""

import pytest

from apps.accounts.models import Customer
from apps.core.admin import shown
from apps.core.models import AuditEvent, JobOutcome
from apps.ledger.models import Account, Txn
from apps.partners.models import Attempt
from apps.payments.models import WebhookInbox
from tests.console.pages import every_page, lists, plain_pages, registered
from tests.e2e import stage
from tests.support import chromium, kinds
from tests.support.chromium import EVERY_SIGHT, OPPOSITE_SIGHTS

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

ON_THE_WAY = {"found"}
"""Pages without an address of their own: another test comes by and looks."""


@pytest.fixture
def member(site):
    return stage.somebody()


def flaws_of(site, session, addresses, sights):
    """Return what is wrong with the pages at some addresses."""
    with chromium.windows(site) as windows:
        window = windows.open(session)
        found = []
        for address in addresses:
            window.go(address)
            found.append(window.flaws(*sights))
    return "\n".join(filter(None, found))


def test_pages_of_work(site, member, session_of):
    kinds.make(JobOutcome)  # the home page names it among its alarms: a long word
    about = list(stage.addresses(member))
    plain = [(door.name, door.url) for door in plain_pages() if "GET" in door.methods]
    unseen = {page.name for page in every_page() if "GET" in page.methods} - {name for name, _ in about + plain}

    assert unseen == ON_THE_WAY
    assert flaws_of(site, session_of(member), [address for _, address in about + plain], EVERY_SIGHT) == ""


def test_the_menu_of_a_narrow_window(site, member, session_of):
    session = session_of(member)

    with chromium.windows(site) as windows:
        window = windows.open(session)
        page = window.page
        page.set_viewport_size(chromium.NARROW)
        window.go("/console/")
        link = page.get_by_role("navigation", name="Console").get_by_role("link", name="Tickets", exact=True)
        assert not link.is_visible()
        menu = page.get_by_role("button", name="Menu")
        menu.press("Enter")
        link.wait_for()
        assert menu.get_attribute("aria-expanded") == "true"
        window.press("Escape")
        link.wait_for(state="hidden")
        menu.press("Enter")
        link.press("Enter")

        page.get_by_role("heading", name="Tickets", level=1).wait_for()


def test_dialogs(site, member, session_of):
    about, session = dict(stage.addresses(member)), session_of(member)

    with chromium.windows(site) as windows:
        window = windows.open(session)
        page, found, seen = window.page, [], 0
        for address in (about["customer"], about["queue"]):
            window.go(address)
            for opener in page.locator("[data-opens]").all():
                opener.press("Enter")
                dialog = page.locator("dialog[open]")
                dialog.wait_for()
                found.append(window.flaws(*OPPOSITE_SIGHTS))
                window.press("Escape")
                dialog.wait_for(state="hidden")
                seen += 1

    assert (seen, "\n".join(filter(None, found))) == (4, "")


@pytest.mark.parametrize("part", range(4))
def test_lists(site, member, session_of, part):
    for model in registered()[part::4]:
        kinds.make(model)

    assert flaws_of(site, session_of(member), [door.url for door in list(lists())[part::4]], OPPOSITE_SIGHTS) == ""


def test_records_and_their_histories(site, member, session_of):
    models = [Customer, Account, Txn, AuditEvent, WebhookInbox, Attempt]
    records = [shown.record_url(model, kinds.make(model)) for model in models]
    histories = [f"{url}history/" for url, model in zip(records, models, strict=True) if hasattr(model, "history")]

    assert len(histories) > 1
    assert flaws_of(site, session_of(member), [*records, *histories], EVERY_SIGHT) == ""
