"""Who may, how often, under which version; and what an endpoint must declare."""

from datetime import UTC, datetime

import pytest
import redis
from django.conf import settings as current
from rest_framework.response import Response

from apps.core import actors, clock
from apps.core.api.base import ApiView
from apps.core.api.operations import operation
from apps.core.api.permissions import CUSTOMER
from apps.core.errors import ProgrammingFault
from apps.core.models import AuditEvent
from tests.core.api.conftest import Caller

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 1, 12, 0, 20, tzinfo=UTC)
NOTE = f"notes/evt_{'0' * 26}"


@pytest.fixture
def _few(settings):
    """Three requests a minute, counted from nothing, at a stopped clock."""
    settings.THROTTLES = {**settings.THROTTLES, "default": (3, 60)}
    redis.Redis.from_url(current.CACHES["default"]["LOCATION"]).flushdb()
    with clock.frozen(AT):
        yield


@pytest.mark.parametrize(
    ("token", "method", "address", "status"),
    [
        ("", "GET", "notes", 401),
        ("unknown", "GET", "notes", 401),
        ("staff", "GET", "notes", 403),
        ("ann", "GET", "notes", 200),
        ("", "GET", "staff", 401),
        ("ann", "GET", "staff", 403),
        ("clerk", "GET", "staff", 403),
        ("clerk", "HEAD", "staff", 403),
        ("staff", "GET", "staff", 200),
        ("staff", "HEAD", "staff", 200),
        ("staff", "POST", "staff", 403),
        ("staff", "PUT", "staff", 405),
        ("", "GET", "health/live", 200),
        ("unknown", "GET", "health/live", 200),
    ],
)
def test_only_the_named_may(token, method, address, status):
    assert Caller(token).send(method, address).status_code == status


def test_answers_are_not_kept_by_others(ann):
    assert ann.get("notes")["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("tag", "status", "code"),
    [
        (None, 428, "if_match_required"),
        ('"v2"', 412, "version_conflict"),
        ('W/"v3"', 412, "version_conflict"),
        ("v3", 412, "version_conflict"),
        ("*", 412, "version_conflict"),
        ('"other"', 412, "version_conflict"),
    ],
)
@pytest.mark.parametrize(("method", "body"), [("PATCH", {"title": "t"}), ("DELETE", None)])
def test_a_change_names_the_version_it_is_based_on(ann, method, body, tag, status, code):
    answer = ann.send(method, NOTE, body, **({"If-Match": tag} if tag else {}))

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json().get("context") == ({"version": 3} if status == 412 else None)


def test_the_current_version_is_shown_and_taken(ann):
    read = ann.get(NOTE)
    changed = ann.send("PATCH", NOTE, {"title": "t"}, **{"If-Match": read["ETag"]})
    removed = ann.send("DELETE", NOTE, **{"If-Match": f'"v1", {read["ETag"]}'})

    assert (read["ETag"], changed.status_code, changed["ETag"]) == ('"v3"', 200, '"v4"')
    assert (removed.status_code, removed.content) == (204, b"")


@pytest.mark.usefixtures("_few")
def test_too_many_requests_are_refused_until_the_next_window(ann, bob):
    answers = [ann.get("notes") for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer["RateLimit-Remaining"] for answer in answers] == ["2", "1", "0", "0"]
    assert (answers[3].json()["code"], answers[3]["Retry-After"]) == ("rate_limited", "40")
    assert (answers[3]["RateLimit-Limit"], answers[3]["RateLimit-Reset"]) == ("3", "40")
    assert bob.get("notes").status_code == 200


@pytest.mark.usefixtures("_few")
def test_the_next_window_is_free_again(ann):
    for _ in range(4):
        ann.get("notes")

    with clock.frozen(AT.replace(minute=1)):
        assert ann.get("notes").status_code == 200


def test_nobody_is_stopped_while_redis_is_away(ann, settings):
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": "unix:///nowhere/redis.sock"}}

    answer = ann.get("notes")

    assert (answer.status_code, "RateLimit-Limit" in answer) == (200, False)


@pytest.mark.parametrize(
    ("ip", "name"),
    [("192.0.2.7", "192.0.2.7"), ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"), ("", "unknown"), ("x", "unknown")],
)
def test_an_anonymous_caller_is_counted_by_address(ip, name):
    assert actors.network(ip) == name


def declared(_self, _request):
    return Response()


GOOD = operation("planted", summary="Planted", tag="test", answers={200: None})


@pytest.mark.parametrize(
    ("attributes", "words"),
    [
        ({"get": GOOD(lambda self, request: Response())}, "name a `permission`"),
        ({"get": GOOD(lambda self, request: Response()), "permission": ""}, "name a `permission`"),
        ({"get": GOOD(lambda self, request: Response()), "permission": {"POST": CUSTOMER}}, "name a `permission`"),
        ({"get": declared, "permission": CUSTOMER}, "decorate get with @operation"),
    ],
)
def test_an_endpoint_that_declares_too_little_fails_at_import(attributes, words):
    with pytest.raises(ProgrammingFault, match=words):
        type("Planted", (ApiView,), attributes)


def test_a_refused_member_of_staff_leaves_an_audit_event():
    answer = Caller("clerk").get("staff")

    assert answer.status_code == 403
    event = AuditEvent.objects.get(outcome="denied")
    assert (event.action, event.subject, event.actor_id) == ("core.note.read", "/api/v1/staff", "usr_clerk")
