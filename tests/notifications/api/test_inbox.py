"""The inbox over HTTP: one's own messages, newest first, marked as read once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.enums import UserKind
from apps.core import ids
from apps.core.services import data_keys
from apps.notifications.models import InboxHead, Notification
from apps.notifications.services import messages, recipients
from tests.factories import accounts as people
from tests.notifications.texts import paid
from tests.support.callers import Caller

pytestmark = pytest.mark.django_db


def member(unit):
    with unit():
        user = people.user()
    with unit():
        recipients.upsert(recipient=user.ref, email=None, locale="en", tz="UTC")
    return user


def tell(unit, user, *payers):
    told = []
    for payer in payers:
        with unit():
            told.append(messages.notify(**paid(user.ref, payer=payer)))
    return told


@pytest.fixture
def ada(unit):
    return member(unit)


@pytest.fixture
def bob(unit):
    return member(unit)


def titles(answer):
    return [item["title"].partition(" ")[0] for item in answer.json()["results"]]


def test_list_shows_own_messages_newest_first(unit, ada, bob):
    first, second = tell(unit, ada, "Cy", "Dee")
    tell(unit, bob, "Eve")

    answer = Caller(ada).get("inbox")

    assert (answer.status_code, titles(answer)) == (200, ["Dee", "Cy"])
    assert answer.json()["results"][1] == {
        "id": first.ref,
        "seq": 1,
        "kind": "notifications.paid",
        "subject": first.subject,
        "title": "Cy sent you 25.10 USD",
        "body": "Cy sent you 25.10 USD on March 1, 2026, 12:05 p.m. UTC.",
        "created_at": first.created_at.isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "read_at": None,
    }
    assert second.seq == 2


def test_list_is_paged_without_gaps_or_doubles(unit, ada):
    tell(unit, ada, *"ABCDE")
    caller, found, address = Caller(ada), [], "inbox?limit=2"

    while address:
        page = caller.get(address)
        found += titles(page)
        address = (page.json()["next"] or "").removeprefix("/api/v1/")

    assert found == list("EDCBA")
    assert titles(caller.get(page.json()["previous"].removeprefix("/api/v1/"))) == ["C", "B"]


def test_list_is_filtered_by_number_and_state(unit, ada):
    first, *_ = tell(unit, ada, "A", "B", "C")
    caller = Caller(ada)
    caller.post(f"inbox/{first.ref}/read")

    assert titles(caller.get("inbox?after_seq=1")) == ["C", "B"]
    assert titles(caller.get("inbox?state=unread")) == ["C", "B"]
    assert titles(caller.get("inbox?state=read")) == ["A"]


@pytest.mark.parametrize("query", ["state=archived", "after_seq=-1", "after_seq=x", "limit=201", "owner=usr_1"])
def test_list_refuses_other_parameters(ada, query):
    answer = Caller(ada).get(f"inbox?{query}")

    assert (answer.status_code, answer.json()["code"]) == (
        422,
        "unknown_field" if "owner" in query else "invalid_field",
    )


@pytest.mark.parametrize("count", [1, 3])
def test_list_costs_the_same_for_any_number_of_messages(unit, ada, count):
    tell(unit, ada, *"ABC"[:count])

    with CaptureQueriesContext(connection) as queries:
        Caller(ada).get("inbox")

    assert len(queries) == 2


def test_unread_count_and_read(unit, ada):
    first, _ = tell(unit, ada, "A", "B")
    caller = Caller(ada)
    before = caller.get("inbox/unread-count").json()

    marked = caller.post(f"inbox/{first.ref}/read")
    again = caller.post(f"inbox/{first.ref}/read")

    assert (before, caller.get("inbox/unread-count").json()) == (
        {"unread": 2, "last_seq": 2},
        {"unread": 1, "last_seq": 2},
    )
    assert (marked.status_code, again.status_code) == (200, 200)
    assert marked.json()["read_at"] is not None
    assert again.json() == marked.json()


def test_read_all_leaves_what_arrived_meanwhile(unit, ada):
    _, second, third = tell(unit, ada, "A", "B", "C")

    answer = Caller(ada).post("inbox/read-all", {"up_to": second.ref})

    assert (answer.status_code, answer.json()) == (200, {"unread": 1, "last_seq": 3})
    unread = Notification.objects.filter(recipient__owner=ada.ref, read_at__isnull=True)
    assert [message.pk for message in unread] == [third.pk]


@pytest.mark.parametrize(("address", "body"), [("inbox/{ref}/read", None), ("inbox/read-all", {"up_to": "{ref}"})])
def test_another_one_is_not_found_and_stays_unread(unit, ada, bob, address, body):
    (message,) = tell(unit, ada, "A")
    tell(unit, bob, "B")
    fill = {"ref": message.ref}

    answer = Caller(bob).post(
        address.format(**fill), body and {key: value.format(**fill) for key, value in body.items()}
    )
    random = Caller(bob).post(f"inbox/{ids.encode('ntf', ids.new())}/read")

    assert (answer.status_code, random.status_code) == (404, 404)
    assert {**answer.json(), "request_id": ""} == {**random.json(), "request_id": ""}
    assert InboxHead.objects.get(recipient__owner=ada.ref).unread == 1
    assert InboxHead.objects.get(recipient__owner=bob.ref).unread == 1


def test_somebody_who_was_never_told_anything_has_an_empty_inbox(unit):
    with unit():
        user = people.user()
    caller = Caller(user)

    assert caller.get("inbox").json() == {"results": [], "next": None, "previous": None}
    assert caller.get("inbox/unread-count").json() == {"unread": 0, "last_seq": 0}
    assert caller.post(f"inbox/{ids.encode('ntf', ids.new())}/read").status_code == 404


def test_read_all_names_a_message(ada):
    caller = Caller(ada)

    answers = [caller.post("inbox/read-all", body) for body in ({}, {"up_to": "ntf_1"}, {"up_to": None, "all": True})]

    assert [answer.status_code for answer in answers] == [422, 422, 422]


def test_one_key_marks_once(unit, ada):
    first, second = tell(unit, ada, "A", "B")
    caller = Caller(ada)

    answers = [
        caller.post("inbox/read-all", {"up_to": one.ref}, Idempotency_Key="k1") for one in (first, first, second)
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 409]
    assert answers[1]["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("GET", "inbox"),
        ("GET", "inbox/unread-count"),
        ("POST", "inbox/read-all"),
        ("POST", f"inbox/ntf_{'0' * 26}/read"),
    ],
)
def test_nobody_and_staff_are_refused(unit, method, address):
    with unit():
        staff = people.user(kind=UserKind.STAFF)

    assert Caller().send(method, address).status_code == 401
    assert Caller(staff).send(method, address).status_code == 403


def test_texts_are_gone_after_an_erasure(unit, ada):
    tell(unit, ada, "A")
    with unit():
        data_keys.destroy(owner=ada.ref, reason="test")

    (item,) = Caller(ada).get("inbox").json()["results"]

    assert (item["title"], item["body"]) == ("", "")
