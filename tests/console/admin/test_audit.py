"""The audit's page: by exact codes and ids, in pages, and the chain read again on request."""

import pytest

from apps.console.admin import audit as module
from apps.core import clock
from apps.core.models import AuditEvent
from apps.core.services import audit_blocks
from tests.factories import accounts
from tests.support import roles, staff
from tests.support.units import PROVER, unit

pytestmark = pytest.mark.django_db

AUDIT = "/console/audit/"


@pytest.fixture
def auditor():
    return staff.signed_in("auditor")


@pytest.fixture
def customer():
    with unit():
        return accounts.customer()


def actions(answer):
    return [event["action"] for event in answer.context["events"]]


def test_events_are_found_by_code_and_by_id(auditor, customer):
    found = auditor.get(AUDIT, {"customer": customer.ref})

    assert "accounts.customer.create" in actions(found)
    assert actions(auditor.get(AUDIT, {"subject": customer.ref, "action": "accounts.customer.create"})) == [
        "accounts.customer.create"
    ]
    assert actions(auditor.get(AUDIT, {"action": "no.such.action"})) == []


def test_who_looked_at_a_customer_is_answered(auditor, customer):
    browser = staff.signed_in("support_agent")
    browser.get(f"/console/customers/{customer.ref}/")

    found = auditor.get(AUDIT, {"customer": customer.ref, "action": "console.customer.open"})

    assert len(actions(found)) == 1
    assert found.context["events"][0]["roles"] == "support_agent"


def test_older_events_are_on_the_next_page(auditor, customer, monkeypatch):
    monkeypatch.setattr(module, "_PER_PAGE", 2)
    every = list(AuditEvent.objects.order_by("-id").values_list("action", flat=True))

    first = auditor.get(AUDIT)
    second = auditor.get(AUDIT, {"after": first.context["after"]})

    assert actions(first) + actions(second) == every[:4]


def test_the_chain_is_read_again_and_that_is_written_down(auditor, customer):
    audit_blocks.seal(by=PROVER, at=clock.now())

    answer = auditor.post(f"{AUDIT}verify/", follow=True)

    assert "whole" in answer.content.decode()
    assert AuditEvent.objects.filter(action="console.audit.verify").get().data["is_whole"] is True


def test_an_altered_event_is_named(any_role):
    auditor = staff.signed_in("auditor")
    event = AuditEvent.objects.latest("id")
    with roles.without_guards():
        roles.run("UPDATE core_auditevent SET action = 'nothing' WHERE id = %s", [event.pk])

    answer = auditor.post(f"{AUDIT}verify/", follow=True)

    assert "Not whole (altered)" in answer.content.decode()


def test_an_event_names_its_block(auditor, customer):
    event = AuditEvent.objects.filter(customer_ref=customer.ref).first()

    (table,) = auditor.get(f"/console/core/auditevent/{event.ref}/").context["tables"]

    assert len(table.headers) == 3


@pytest.mark.parametrize("role", ["support_agent", "kyc_analyst"])
def test_the_audit_is_closed_to_others(role):
    browser = staff.signed_in(role)

    assert browser.get(AUDIT).status_code == 403
    assert browser.post(f"{AUDIT}verify/").status_code == 403
