"""The search box: it posts, leads to what is exact, lists what is not, and keeps the words to itself."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.console.admin import search
from apps.core.models import AuditEvent
from tests.factories import accounts, helpdesk
from tests.support import staff
from tests.support.units import unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    return staff.signed_in("support_agent")


@pytest.fixture
def grace():
    with unit():
        return accounts.customer(name="Grace Unmistakable", address="Grace.Unmistakable@example.com")


def looked_for(browser, term):
    return browser.post("/console/search/", {"term": term})


@pytest.mark.parametrize(
    "typed", ["grace.unmistakable@example.com", "  GRACE.Unmistakable@EXAMPLE.com ", "Grace.Unmistakable@example.com"]
)
def test_an_address_in_any_case_opens_the_customer(agent, grace, typed):
    assert looked_for(agent, typed).url == f"/console/customers/{grace.ref}/"


def test_any_typed_id_leads_to_its_page(agent, grace):
    with unit():
        wallet = accounts.wallet()

    assert looked_for(agent, grace.ref.upper()).url == f"/console/customers/{grace.ref}/"
    assert looked_for(agent, wallet.ref).url == f"/console/accounts/wallet/{wallet.ref}/"


def test_an_id_of_no_kind_leads_back(agent):
    assert looked_for(agent, "xyz_00000000000000000000000000").url == "/console/search/"


@pytest.mark.parametrize("form", ["T-{}", "t{}", "#{}", "{}"])
def test_the_number_of_a_ticket_opens_it(agent, form):
    with unit():
        ticket = helpdesk.ticket()

    assert ticket.ref in looked_for(agent, form.format(ticket.number)).url


def test_part_of_a_name_lists_customers_with_masked_addresses(agent, grace):
    answer = looked_for(agent, "unmistak")

    body = agent.get(answer.url).content.decode()
    assert "Grace Unmistakable" in body
    assert "G***@e***.com" in body
    assert "example.com" not in body


def test_words_that_find_nothing_say_so(agent):
    body = agent.get(looked_for(agent, "nobody at all").url).content.decode()

    assert "Nothing fits" in body


@pytest.mark.parametrize("typed", ["", " ", "ab", "%%", "\x00\x00"])
def test_too_few_letters_ask_the_names_of_nobody(agent, typed):
    with CaptureQueriesContext(connection) as queries:
        answer = looked_for(agent, typed)

    assert answer.status_code == 302
    assert not [one for one in queries if "customersearch" in one["sql"]]


def test_wildcards_are_plain_letters(agent, grace):
    assert "Nothing fits" in agent.get(looked_for(agent, "Grace%table").url).content.decode()


def test_a_list_is_kept_for_the_person_who_searched(agent, grace):
    url = looked_for(agent, "unmistak").url

    assert staff.signed_in("support_agent").get(url).status_code == 404


def test_a_list_that_is_gone_is_not_found(agent, grace, monkeypatch):
    monkeypatch.setattr(search, "KEPT_S", 0)

    assert agent.get(looked_for(agent, "unmistak").url).status_code == 404


def test_the_words_are_written_down_as_a_digest_alone(agent, grace):
    looked_for(agent, "unmistak")

    (event,) = AuditEvent.objects.filter(action="console.search.run")
    assert (event.data["kind"], event.data["hits"], len(event.data["term"])) == ("words", 1, 64)
    assert "unmistak" not in str(event.data)


def test_the_words_are_in_no_address(agent, grace):
    answer = looked_for(agent, "unmistak")

    assert "unmistak" not in answer.url
    assert "unmistak" not in agent.get(answer.url).content.decode().lower().replace("grace unmistakable", "")


def test_who_may_not_see_customers_finds_none(grace):
    browser = staff.signed_in()

    assert "Nothing fits" in browser.get(looked_for(browser, "unmistak").url).content.decode()
    assert "Nothing fits" in browser.get(looked_for(browser, "grace.unmistakable@example.com").url).content.decode()


def test_who_may_not_read_tickets_finds_none():
    with unit():
        ticket = helpdesk.ticket()
    browser = staff.signed_in("kyc_analyst")

    assert "Nothing fits" in browser.get(looked_for(browser, f"T-{ticket.number}").url).content.decode()
