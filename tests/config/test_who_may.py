"""Every operation that needs a sign-in: who is refused is told nothing of what is there, and writes nothing."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.urls import resolve

from apps.accounts.enums import ROLE_PERMISSIONS, Role
from apps.core import clock, ids
from apps.core.api.permissions import STAFF
from apps.core.models import AuditEvent
from tests.config import operations
from tests.config.operations import Operation, each
from tests.factories import accounts
from tests.support import kinds
from tests.support import staff as people
from tests.support.callers import Caller
from tests.support.people import CONSUMER, sign_in
from tests.support.units import unit
from tests.support.written import nothing_written

pytestmark = pytest.mark.django_db
CONSUMERS = operations.consumers()
STAFFS = operations.staff()
DENIALS = "core_auditevent"
# What every member of staff may call, and why.
OPEN_TO_STAFF = {"staff_accounts_ws_tickets_issue": "a socket asks for the code of its purpose itself"}


def rows(operation: Operation) -> dict[str, str]:
    """Return ids for an address, of rows that are there."""
    return {name: kinds.make(kinds.of_prefix(prefix)).ref for name, prefix in operation.path_ids.items()}


def nowhere(operation: Operation) -> dict[str, str]:
    return {name: ids.encode(prefix, ids.new()) for name, prefix in operation.path_ids.items()}


def refusal(answer: Any) -> tuple[int, str]:
    """Return status and code of a refusal, which holds nothing else."""
    body = answer.json()
    assert (answer["Content-Type"], answer.get("ETag"), body.get("context")) == ("application/problem+json", None, None)
    assert set(body) <= {"type", "title", "status", "code", "detail", "errors", "request_id"}
    return answer.status_code, body["code"]


def refused(operation: Operation, callers: Mapping[Any, Caller], *but: str) -> dict[Any, tuple[int, str]]:
    """Return how each of some callers is refused, after showing that it depends on no row and leaves none."""
    there, absent = rows(operation), nowhere(operation)
    with nothing_written(*but):
        found = {who: [refusal(operation.send(one, at)) for at in (there, absent)] for who, one in callers.items()}
    assert [who for who, (first, second) in found.items() if first != second] == []
    return {who: first for who, (first, _) in found.items()}


def customer() -> Any:
    with unit():
        return accounts.customer().user


def code_of(operation: Operation) -> Any:
    """Return what the view of an operation asks for."""
    found: Any = resolve(f"/api/v1/{operation.address(nowhere(operation))}".partition("?")[0]).func
    return found.cls.permission_of(found.cls, operation.method)


def ended() -> Caller:
    """Return somebody whose session has run out."""
    token = sign_in(customer(), CONSUMER)
    Session.objects.filter(pk=token).update(expire_date=clock.now())
    return Caller(token=token)


def idle() -> Caller:
    """Return a member of staff who did nothing for so long that the session is over."""
    with clock.frozen(clock.now() - timedelta(seconds=settings.STAFF_SESSION_IDLE_S)):
        return Caller(browser=people.signed_in(*Role))


@each(CONSUMERS)
def test_nobody_but_customers_with_a_live_session_calls_what_is_theirs(operation):
    callers = {
        "nobody": Caller(),
        "a session that has ended": ended(),
        "staff": Caller(people.member(*Role)),
        "staff by cookie": Caller(browser=people.signed_in(*Role)),
    }

    assert refused(operation, callers) == {
        "nobody": (401, "login_required"),
        "a session that has ended": (401, "token_expired"),
        "staff": (403, "permission_denied"),
        "staff by cookie": (401, "login_required"),
    }


@each(STAFFS)
def test_nobody_but_staff_with_a_second_factor_calls_what_is_staff_s(operation):
    callers = {
        "nobody": Caller(),
        "a customer": Caller(token=sign_in(customer(), CONSUMER)),
        "staff by a password alone": Caller(browser=people.signed_in(*Role, proved=False)),
        "staff who fell idle": idle(),
    }

    assert refused(operation, callers) == dict.fromkeys(callers, (401, "login_required"))


@each([one for one in STAFFS if one.name not in OPEN_TO_STAFF])
def test_roles_without_the_code_are_refused_and_written_down(operation):
    code = code_of(operation)
    without = [(), *((role,) for role in Role if code not in ROLE_PERMISSIONS[role])]
    callers = {roles: Caller(people.member(*roles)) for roles in without}

    assert refused(operation, callers, DENIALS) == dict.fromkeys(callers, (403, "permission_denied"))
    denials = AuditEvent.objects.filter(outcome="denied", actor_kind="staff").values_list("action", flat=True)
    assert list(denials) == [code] * 2 * len(callers)


def test_what_is_open_to_all_staff_is_listed():
    assert {one.name for one in STAFFS if code_of(one) == STAFF} == OPEN_TO_STAFF.keys()
