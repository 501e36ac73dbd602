"""Staff find a customer, read the file and the story; each is written down, and nothing is shown to others."""

from collections.abc import Callable

import pytest

from apps.accounts.models import Customer
from apps.accounts.services import wallets
from apps.core import actors, clock, db
from apps.core.models import AuditEvent
from tests.console.api.conftest import Colleague
from tests.factories import accounts
from tests.support.callers import Caller

pytestmark = pytest.mark.django_db
Staff = Callable[..., Colleague]


def customer(**words: str) -> Customer:
    with db.unit(by=actors.system("test"), at=clock.now()):
        return accounts.customer(**words)


@pytest.mark.parametrize("term", ["ada.okonkwo@EXAMPLE.com", "OKONKWO", "okonkwo-lind", "Lindqvist"])
def test_a_search_finds_by_any_part_in_any_case(staff: Staff, term):
    ada = customer(name="Ada Okonkwo-Lindqvist", address="Ada.Okonkwo@Example.com")
    customer(name="Somebody Else")

    answer = staff("support_agent").post("staff/console/searches", {"term": term})

    assert answer.status_code == 200
    assert ada.ref in (answer.json()["goto"], *(one["id"] for one in answer.json()["results"]))
    assert "Ada.Okonkwo@Example.com" not in answer.content.decode()


def test_a_search_finds_by_typed_id(staff: Staff):
    ada = customer()

    answer = staff("auditor").post("staff/console/searches", {"term": ada.ref})

    assert answer.json()["goto"] == ada.ref


def test_a_search_is_written_down_without_its_words(staff: Staff):
    agent = staff("support_agent")

    agent.post("staff/console/searches", {"term": "Zebulon"})

    event = AuditEvent.objects.get(action="console.search.run")
    assert (event.actor_id, event.data["hits"]) == (agent.login.ref, 0)
    assert "ebulon" not in str(AuditEvent.objects.filter(pk=event.pk).values()[0])


@pytest.mark.parametrize("term", ["", "x" * 201, 7])
def test_a_search_for_rubbish_is_refused_and_not_written_down(staff: Staff, term):
    answer = staff("support_agent").post("staff/console/searches", {"term": term})

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_field")
    assert not AuditEvent.objects.filter(action="console.search.run").exists()


def test_the_file_shows_money_and_limits_and_is_written_down(staff: Staff):
    ada, agent = customer(name="佐藤 健二"), staff("support_agent")

    body = agent.get(f"staff/console/customers/{ada.ref}/overview").json()

    assert (body["legal_name"], body["status"]) == ("佐藤 健二", "prospect")
    assert [(one["currency"], one["posted"]["amount"]) for one in body["wallets"][0]["balances"]] == [("USD", 0)]
    assert "@example.com" not in str(body["contacts"]) or "•" in str(body["contacts"])
    event = AuditEvent.objects.get(action="console.customer.open")
    assert (event.actor_id, event.customer_ref) == (agent.login.ref, ada.ref)


def test_the_story_tells_what_happened_newest_first(staff: Staff):
    ada, agent = customer(), staff("support_agent")
    wallets.freeze(ada.receiving_wallet_id, reason="customer_request", by=actors.system("test"), at=clock.now())

    body = agent.get(f"staff/console/customers/{ada.ref}/timeline").json()

    frozen = [(line["stream"], line["reason"]) for line in body["results"] if line["reason"]]
    assert frozen == [("staff", "customer_request")]
    assert [line["at"] for line in body["results"]] == sorted((line["at"] for line in body["results"]), reverse=True)
    assert body["older"] == ""


@pytest.mark.parametrize("rest", ["overview", "timeline"])
def test_a_customer_that_is_not_there_is_not_found(staff: Staff, rest):
    answer = staff("support_agent").get(f"staff/console/customers/cus_{'0' * 26}/{rest}")

    assert answer.status_code == 404


@pytest.mark.parametrize("rest", ["overview", "timeline"])
def test_a_file_is_for_staff_with_the_right_only(staff: Staff, rest):
    ada = customer(name="Ada Okonkwo")
    address = f"staff/console/customers/{ada.ref}/{rest}"

    for caller, status in ((Caller(), 401), (Caller(ada.user), 403), (staff(), 403)):
        answer = caller.get(address)
        assert answer.status_code == status
        assert "Ada" not in answer.content.decode()
