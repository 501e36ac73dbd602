"""Reversing over HTTP: by staff who may, once, for a reason."""

import pytest

from apps.core import ids
from apps.core.models import AuditEvent
from tests.factories import accounts
from tests.p2p.money import available, pay, person, unit
from tests.support.callers import Caller
from tests.support.written import nothing_written

pytestmark = pytest.mark.django_db


def colleague(role):
    """Return a member of staff of one role."""
    with unit():
        login = accounts.user(kind="staff")
        accounts.role_grant(login, role)
    return Caller(login)


def post(caller, transfer, reason="fraud", **headers):
    return caller.post(f"staff/p2p/transfers/{transfer}/reverse", {"reason": reason}, **headers)


def test_post_sends_the_money_back():
    ann, bob = person(5_000), person(0)
    sent = pay(ann, bob, 2_510)

    answer = post(colleague("administrator"), sent.ref)

    assert answer.status_code == 200
    shown = answer.json()
    assert (shown["id"], shown["status"], shown["sender"], shown["receiver"]) == (
        sent.ref,
        "reversed",
        ann.ref,
        bob.ref,
    )
    assert (shown["money"], answer["ETag"]) == ({"amount": 2_510, "currency": "USD"}, '"v2"')
    assert (available(ann), available(bob)) == (5_000, 0)


def test_post_again_under_the_same_key_is_a_replay_and_under_another_a_conflict():
    sent = pay(person(5_000), person(0))
    boss = colleague("administrator")
    first = post(boss, sent.ref, Idempotency_Key="back-1")

    with nothing_written():
        again, other = post(boss, sent.ref, Idempotency_Key="back-1"), post(boss, sent.ref)

    assert (again.status_code, again.json()) == (200, first.json())
    assert (other.status_code, other.json()["code"]) == (409, "already_reversed")


@pytest.mark.parametrize("role", ["support_agent", "kyc_analyst", "kyc_senior", "auditor"])
def test_post_by_another_role_is_refused(role):
    sent = pay(person(5_000), person(0))
    caller = colleague(role)

    with nothing_written("core_auditevent"):
        answer = post(caller, sent.ref)

    assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")
    assert list(AuditEvent.objects.exclude(outcome="done").values_list("outcome", flat=True)) == ["denied"]


def test_post_by_a_customer_is_refused():
    ann, bob = person(5_000), person(0)
    sent = pay(ann, bob)

    with nothing_written("core_auditevent"):
        answers = [post(Caller(one.user), sent.ref) for one in (ann, bob)]

    assert [one.status_code for one in answers] == [403, 403]
    assert post(Caller(), sent.ref).status_code == 401


def test_post_of_more_than_the_receiver_has_is_refused():
    ann, bob = person(5_000), person(0)
    sent = pay(ann, bob, 2_510)
    pay(bob, ann, 11)
    boss = colleague("administrator")

    with nothing_written():
        answer = post(boss, sent.ref)

    assert (answer.status_code, answer.json()["code"]) == (422, "insufficient_funds")


@pytest.mark.parametrize(
    ("reason", "code"), [("because", "reason_unknown"), (5, "invalid_field"), ("", "invalid_field")]
)
def test_post_without_a_reason_of_the_dictionary_is_refused(reason, code):
    sent = pay(person(5_000), person(0))
    boss = colleague("administrator")

    with nothing_written():
        answer = post(boss, sent.ref, reason)

    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_post_about_nothing_is_not_there():
    assert post(colleague("administrator"), ids.encode("trf", ids.new())).status_code == 404
