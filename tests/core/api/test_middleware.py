"""The frame of a request: its id, its instant, its line in the log."""

import re

import pytest
from structlog.testing import capture_logs

from apps.core.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("given", ["abcd-1234", "a" * 64, "trace.id_1"])
def test_a_sane_request_id_is_kept(nobody, given):
    assert nobody.get("health/live", X_Request_ID=given)["X-Request-ID"] == given


@pytest.mark.parametrize("given", ["", "short", "a" * 65, "a b c d e f", "4111-1111-1111-1111", "caf\u00e9caf\u00e9"])
def test_another_request_id_is_replaced(nobody, given):
    answer = nobody.get("health/live", X_Request_ID=given)

    assert re.fullmatch(r"req_[0-9a-z]{26}", answer["X-Request-ID"])


def test_the_id_and_the_instant_reach_the_rows(ann):
    answer = ann.post("notes", {"text": "a"}, X_Request_ID="my-request-1")

    event = AuditEvent.objects.get(action="test.note.write")
    assert (event.request_id, event.door, event.login_ref, event.ip) == ("my-request-1", "api", "lgn_1", "127.0.0.1")
    assert answer.json()["at"] == event.at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def test_a_request_leaves_one_line(ann):
    with capture_logs() as lines:
        ann.post("notes", {"text": "a"})

    found = [line for line in lines if line["event"] == "request"]
    assert [(line["method"], line["route"], line["status"]) for line in found] == [("POST", "api/v1/notes", 201)]
    assert (found[0]["queries"] > 0, found[0]["ms"] >= found[0]["db_ms"] > 0) == (True, True)


def test_an_unknown_address_is_not_written_down(nobody):
    with capture_logs() as lines:
        nobody.get("4111111111111111")

    assert [line["route"] for line in lines if line["event"] == "request"] == [""]
