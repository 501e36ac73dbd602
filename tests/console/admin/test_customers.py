"""The page of a customer: what it shows to whom, what is written down, and the acts on it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.enums import CustomerStatus, Direction, Operation, WalletStatus
from apps.accounts.models import Customer, Wallet
from apps.accounts.services import customers, limits, wallets
from apps.console.services import access
from apps.core import clock, ids
from apps.core.models import AuditEvent
from apps.core.money import Money
from tests.factories import accounts, helpdesk
from tests.support import staff
from tests.support.units import PROVER, later, unit
from tests.support.written import nothing_written

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    return staff.signed_in("support_agent")


@pytest.fixture
def grace():
    with unit():
        return accounts.customer(name="Grace Unmistakable", address="grace@example.com")


def page_of(customer, part=""):
    return f"/console/customers/{customer.ref}/{part}"


def frozen(customer):
    return customers.freeze(customer.pk, reason="suspected_theft", by=PROVER, at=clock.now())


def test_the_page_shows_who_it_is_and_what_they_have(agent, grace):
    body = agent.get(page_of(grace)).content.decode()

    assert "Grace Unmistakable" in body
    assert "0.00 <small>USD</small>" in body
    assert "g***@e***.com" in body
    assert "grace@example.com" not in body


def test_opening_the_page_is_written_down(agent, grace):
    agent.get(page_of(grace))

    (event,) = AuditEvent.objects.filter(action="console.customer.open")
    assert (event.subject, event.customer_ref, event.door, event.roles) == (
        grace.ref,
        grace.ref,
        "console",
        ["support_agent"],
    )


def test_the_page_needs_the_code(grace):
    answer = staff.signed_in().get(page_of(grace))

    assert answer.status_code == 403
    assert "Grace" not in answer.content.decode()


@pytest.mark.parametrize("ref", ["cus_00000000000000000000000000", "wal_00000000000000000000000000", "x"])
def test_an_unknown_customer_is_not_found(agent, ref):
    assert agent.get(f"/console/customers/{ref}/").status_code == 404


def test_nobody_opens_their_own_record():
    with unit():
        own = accounts.customer()
        later()
        member = staff.member("support_agent", linked_customer=own)

    browser = staff.entered(member)

    assert browser.get(page_of(own)).status_code == 403
    assert not AuditEvent.objects.filter(action="console.customer.open").exists()


def test_hostile_names_stay_text(agent):
    with unit():
        customer = accounts.customer(name='<img src=x onerror="alert(1)" x-data @click="x"> {{7*7}}')

    body = agent.get(page_of(customer)).content.decode()

    assert "<img" not in body
    assert "&lt;img src=x" in body
    assert "{{7*7}}" in body


def test_revealing_shows_the_address_once_and_is_written_down(agent, grace):
    answer = agent.post(page_of(grace, "reveal/"), {"reason": "call_back"})

    assert "grace@example.com" in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    (event,) = AuditEvent.objects.filter(action="console.contact.reveal")
    assert (event.subject, event.reason_code) == (grace.ref, "call_back")
    assert "grace@example.com" not in agent.get(page_of(grace)).content.decode()


@pytest.mark.parametrize("given", [{}, {"reason": "curiosity"}, {"reason": "other", "note": "short"}])
def test_revealing_without_a_reason_of_the_list_is_refused(agent, grace, given):
    answer = agent.post(page_of(grace, "reveal/"), given)

    assert answer.status_code == 422
    assert "grace@example.com" not in answer.content.decode()
    assert not AuditEvent.objects.filter(action="console.contact.reveal").exists()


def test_revealing_has_an_hourly_allowance(agent, grace, monkeypatch):
    monkeypatch.setattr(access, "REVEALS_AN_HOUR", 1)
    agent.post(page_of(grace, "reveal/"), {"reason": "call_back"})

    answer = agent.post(page_of(grace, "reveal/"), {"reason": "call_back"})

    assert answer.status_code == 429
    assert "grace@example.com" not in answer.content.decode()


@pytest.mark.parametrize("role", ["administrator", "auditor"])
def test_who_may_not_reveal_has_neither_button_nor_answer(role, grace):
    browser = staff.signed_in(role)

    assert 'data-opens="console-contact-reveal"' not in browser.get(page_of(grace)).content.decode()
    assert browser.post(page_of(grace, "reveal/"), {"reason": "call_back"}).status_code == 403


def act(browser, customer, command, subject, **given):
    given = {"reason": "suspected_theft", **given}
    return browser.post(page_of(customer, "act/"), {"command": command, "subject": subject, **given})


def test_freezing_takes_a_reason_and_is_written_down(agent, grace):
    answer = act(agent, grace, "accounts.customer.freeze", grace.ref, note="Called by the bank.")

    assert answer.url == page_of(grace)
    assert Customer.objects.get(pk=grace.pk).status == CustomerStatus.FROZEN
    event = AuditEvent.objects.get(action="accounts.customer.frozen")
    assert (event.reason_code, event.reason_text, event.door) == ("suspected_theft", "Called by the bank.", "console")


def test_freezing_twice_changes_nothing_more(agent, grace):
    act(agent, grace, "accounts.customer.freeze", grace.ref)

    answer = act(agent, grace, "accounts.customer.freeze", grace.ref)

    assert answer.status_code == 409
    assert AuditEvent.objects.filter(action="accounts.customer.frozen").count() == 1


def test_unfreezing_is_not_for_agents(agent, grace):
    frozen(grace)

    answer = act(agent, grace, "accounts.customer.unfreeze", grace.ref, reason="cleared")

    assert answer.status_code == 403
    assert Customer.objects.get(pk=grace.pk).status == CustomerStatus.FROZEN
    assert "Unfreeze" not in agent.get(page_of(grace)).content.decode()


def test_an_administrator_unfreezes(grace):
    frozen(grace)

    act(staff.signed_in("administrator"), grace, "accounts.customer.unfreeze", grace.ref, reason="cleared")

    assert Customer.objects.get(pk=grace.pk).status == CustomerStatus.PROSPECT


def test_a_wallet_is_frozen_and_unfrozen(agent, grace):
    wallet = Wallet.objects.get(owner=grace)

    act(agent, grace, "accounts.wallet.freeze", wallet.ref)
    assert Wallet.objects.get(pk=wallet.pk).status == WalletStatus.FROZEN
    act(staff.signed_in("administrator"), grace, "accounts.wallet.unfreeze", wallet.ref, reason="cleared")
    assert Wallet.objects.get(pk=wallet.pk).status == WalletStatus.ACTIVE


@pytest.mark.parametrize(
    ("command", "reason", "status"),
    [
        ("accounts.customer.freeze", "", 422),
        ("accounts.customer.freeze", "cleared", 422),
        ("accounts.customer.freeze", "other", 422),
        ("accounts.customer.erase", "other", 404),
        ("compliance.application.approve", "identity_confirmed", 404),
        ("accounts.wallet.freeze", "other", 404),
    ],
)
def test_an_act_that_does_not_fit_is_refused_and_changes_nothing(agent, grace, command, reason, status):
    assert act(agent, grace, command, grace.ref, reason=reason).status_code == status
    assert Customer.objects.get(pk=grace.pk).version == grace.version


@pytest.mark.parametrize(
    ("role", "command", "prefix", "reason"),
    [
        ("kyc_senior", "compliance.application.approve", "kyc", "identity_confirmed"),
        ("administrator", "payments.attempt.resolve", "top", "partner_says"),
        ("administrator", "p2p.transfer.reverse", "trf", "sent_in_error"),
    ],
)
def test_work_that_has_a_page_of_its_own_is_not_done_here(grace, role, command, prefix, reason):
    browser = staff.signed_in(role)

    with nothing_written():
        answer = act(browser, grace, command, ids.encode(prefix, ids.new()), reason=reason)

    assert answer.status_code == 404


def test_nobody_acts_on_their_own_record():
    with unit():
        own = accounts.customer()
        later()
        member = staff.member("support_agent", linked_customer=own)
    browser = staff.entered(member)

    assert act(browser, own, "accounts.customer.freeze", own.ref).status_code == 403
    assert act(browser, own, "accounts.wallet.freeze", Wallet.objects.get(owner=own).ref).status_code == 403
    assert Customer.objects.get(pk=own.pk).status == CustomerStatus.PROSPECT


def test_the_page_needs_as_many_queries_for_one_of_each_as_for_three(agent, grace):
    def more():
        with unit():
            helpdesk.ticket(helpdesk.as_customer(grace))
        wallets.add_currency(Wallet.objects.get(owner=grace).pk, currency=next(currencies), by=PROVER, at=clock.now())

    currencies = iter(["EUR", "JPY", "GBP"])
    more()
    agent.get(page_of(grace))
    with CaptureQueriesContext(connection) as one:
        agent.get(page_of(grace))
    more()
    with CaptureQueriesContext(connection) as three:
        agent.get(page_of(grace))

    assert len(one) == len(three)


def test_what_is_left_of_a_limit_is_shown(agent, grace):
    with unit():
        limits.consume(
            customer=grace.pk,
            operation=Operation.P2P_SEND,
            direction=Direction.OUT,
            money=Money(1_234, "USD"),
            subject="trf_x",
        )

    assert "37.66" in agent.get(page_of(grace)).content.decode()
