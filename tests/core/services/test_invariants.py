"""The checks of every app, gathered and told."""

from datetime import UTC, datetime

import pytest
from django.apps import apps
from django.core.management import call_command
from django.core.management.base import CommandError

from apps.core import actors
from apps.core.services import invariants
from apps.core.services.invariants import InvariantsBroken, Result

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
BY = actors.system("test")
OURS = ["core.history.versions", "core.history.latest", "core.audit.chain", "core.roles", "core.partitions"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def checks(monkeypatch):
    """Let core's configuration name these checks, and no other app any."""
    found = []
    for config in apps.get_app_configs():
        monkeypatch.setattr(config, "invariants", list, raising=False)
    monkeypatch.setattr(apps.get_app_config("core"), "invariants", lambda: found)
    return found


def test_core_checks_itself():
    results = {result.code: result.broken_by for result in invariants.check_all(by=BY, at=AT)}

    assert [results[code] for code in OURS] == [[]] * len(OURS)


def test_results_come_in_order(checks):
    checks += [("a.sum", list), ("b.sum", lambda: [1, "x"])]

    assert invariants.check_all(by=BY, at=AT) == [Result("a.sum", []), Result("b.sum", [1, "x"])]


def test_all_holding_is_silent(checks):
    checks += [("a.sum", list)]

    invariants.require_all(by=BY, at=AT)


def test_the_broken_ones_are_named(checks):
    checks += [("a.sum", lambda: [1]), ("b.sum", list), ("c.sum", lambda: [2])]

    with pytest.raises(InvariantsBroken) as broken:
        invariants.require_all(by=BY, at=AT)

    assert broken.value.context == {"codes": ["a.sum", "c.sum"]}


def test_the_command_tells_each_and_fails_for_a_broken_one(checks, capsys):
    checks += [("a.sum", lambda: ["thg_1"]), ("b.sum", list)]

    with pytest.raises(CommandError, match="1 of 2"):
        call_command("check_invariants")

    told = capsys.readouterr()
    assert told.out == "broken  a.sum\nholds   b.sum\n"
    assert "thg_1" in told.err


def test_the_command_is_content_when_all_hold(checks, capsys):
    checks += [("a.sum", list)]

    call_command("check_invariants")

    assert capsys.readouterr().out == "holds   a.sum\n1 invariants hold.\n"
