"""A reviewer takes the next application and decides it, by the keyboard alone."""

import pytest

from apps.accounts.enums import CustomerStatus, Role
from apps.accounts.models import Customer
from apps.compliance.models import KycApplication
from apps.core import ids
from apps.workflow.models import WorkItem
from tests.factories import compliance
from tests.support import chromium, staff
from tests.support.units import unit

pytestmark = pytest.mark.slow


def test_an_application_is_approved_from_the_queue_to_the_decision(site, session_of):
    with unit():
        compliance.submitted()
    analyst = session_of(staff.member(Role.KYC_ANALYST))

    with chromium.windows(site) as windows:
        window = windows.open(analyst)
        page = window.page
        window.go("/console/")
        page.get_by_role("link", name="Identity checks").first.press("Enter")
        page.get_by_role("heading", name="Identity checks", level=1).wait_for()
        window.press("e")

        image = page.get_by_role("button", name="Passport")
        image.wait_for()
        ref = window.path().split("/")[-3]
        assert page.get_by_text("219-09-9999").is_visible()
        image.press("Enter")
        viewer = page.get_by_role("dialog", name="Image")
        viewer.wait_for()
        page.wait_for_function("() => document.querySelector('[data-viewer-image]').naturalWidth > 0")
        assert window.flaws() == ""
        window.press("+", "b", "Escape")
        viewer.wait_for(state="hidden")

        window.press("1")
        page.get_by_label("Why it holds").select_option("identity_confirmed")
        window.press("Control+Enter")
        page.get_by_role("status").filter(has_text="Decided.").wait_for()
        assert window.path() == "/console/queues/compliance.kyc/"

    application = KycApplication.objects.get(pk=ids.decode("kyc", ref))
    assert application.status == "approved"
    assert Customer.objects.get(pk=application.customer_id).status == CustomerStatus.ACTIVE
    assert WorkItem.objects.get(subject_id=ref).state == "decided"


def test_a_refusal_keeps_what_was_typed(site, session_of):
    with unit():
        compliance.submitted()
    analyst = session_of(staff.member(Role.KYC_ANALYST))

    with chromium.windows(site) as windows:
        window = windows.open(analyst)
        page = window.page
        window.go("/console/queues/compliance.kyc/")
        window.press("e")
        page.get_by_role("button", name="Passport").wait_for()
        window.press("2")
        page.get_by_label("Note for colleagues").fill("The chip says another year.")
        page.get_by_role("button", name="Decide").press("Enter")

        page.get_by_role("alert").filter(has_text="Nothing was decided").wait_for()
        assert page.get_by_label("Note for colleagues").input_value() == "The chip says another year."
        assert page.get_by_role("radio", name="Reject").is_checked()
        assert window.flaws() == ""
