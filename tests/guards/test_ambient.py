"""Ambient things: the clock, bare transactions, signals, the queue and dynamic imports stay in their one place."""

import re
from collections.abc import Callable, Iterator

import pytest

from tests.guards.source import ROOT, Module, modules, parse, report

CLOCK = "take `at` as an argument; an entrance asks core.clock.now() once"
UNIT = "open core.db.unit(by=, at=), the one way to write"
FOLLOW_UP = "publish a topic with core.outbox.publish(); a receiver starts the task"
BANNED = {
    "datetime.datetime.now": CLOCK,
    "datetime.datetime.utcnow": CLOCK,
    "datetime.datetime.today": CLOCK,
    "datetime.date.today": CLOCK,
    "time.time": CLOCK,
    "django.utils.timezone.now": CLOCK,
    "django.utils.timezone.localdate": CLOCK,
    "django.utils.timezone.localtime": CLOCK,
    "django.db.models.functions.Now": "take `at` as an argument; leases alone run by the database's time",
    "django.db.transaction.atomic": UNIT,
    "django.db.transaction.on_commit": "publish a topic with core.outbox.publish(): it is written in the same unit",
    "django.db.transaction.set_autocommit": UNIT,
    "django.dispatch.receiver": "handle an outbox topic in receivers.py; signals hide who calls whom",
    "django.dispatch.Signal": "publish an outbox topic; signals hide who calls whom",
    "django.apps.apps.get_model": "import the module; another app's rows are behind its selectors and services",
}
# Core has the one implementation of each; but even there no signal and no dynamic import.
ALLOWED = {
    "apps/core/clock.py": ("datetime.datetime.now",),
    "apps/partners/": ("django.db.models.functions.Now",),  # leases of calls
    "apps/core/": ("django.db.models.functions.Now", "django.db.transaction.atomic", "django.db.transaction.on_commit"),
}
QUEUE = (".delay", ".apply_async", ".send_task")
BYPASS = re.compile(r"pgtrigger\.ignore|session_replication_role")
# Who may listen to the signals of which library: allauth tells what a person did in no other way.
FOREIGN_SIGNALS = {"apps/accounts/api/allauth_events.py": "allauth"}
# Files that may speak of the bypass: the guards that prove it does nothing, and the tests that tamper as a superuser.
ABOUT_THE_BYPASS = (
    "tests/guards/",
    "tests/core/services/audit_blocks/",
    "tests/core/selectors/test_rights.py",
    "tests/support/roles.py",
    "tests/tools/servers/",
)


def is_allowed(path: str, name: str) -> bool:
    """Tell whether a file may use a banned name."""
    return "/migrations/" in path or any(path.startswith(place) and name in names for place, names in ALLOWED.items())


def names(module: Module) -> Iterator[str]:
    """Return each use of a banned name."""
    for node, name in module.references():
        advice = BANNED.get(name)
        if advice and not is_allowed(module.path, name):
            yield module.at(node, f"{name}: {advice}")


def queue_calls(module: Module) -> Iterator[str]:
    """Return each direct call of the queue outside core."""
    if module.app == "core":
        return
    for node, name in module.calls():
        if name.endswith(QUEUE):
            yield module.at(node, f"{name}: {FOLLOW_UP}")


def signals(module: Module) -> Iterator[str]:
    """Return each subscription to a signal, but those of a library that the module may listen to."""
    allowed = FOREIGN_SIGNALS.get(module.path, "none")
    for node, name in module.calls():
        if name.endswith(".connect") and "signal" in name.lower() and not name.startswith(f"{allowed}."):
            yield module.at(node, f"{name}: handle an outbox topic in receivers.py; signals hide who calls whom")


def model_look_ups(module: Module) -> Iterator[str]:
    """Return each model looked up by name outside a migration."""
    if "/migrations/" in module.path:
        return
    for node, name in module.calls():
        if name.endswith(".get_model"):
            yield module.at(node, f"{name}: import the module; no linter sees a name in a string")


RULES: tuple[Callable[[Module], Iterator[str]], ...] = (names, queue_calls, signals, model_look_ups)


def faults(module: Module) -> list[str]:
    return [fault for rule in RULES for fault in rule(module)]


def test_nothing_ambient_is_used():
    assert report([fault for module in modules("apps", "config") for fault in faults(module)]) == ""


def test_no_text_speaks_of_the_bypass_of_triggers():
    paths = [
        path
        for folder in ("apps", "config", "simulators", "tools", "schema", "bench", "tests")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".sql", ".sh", ".toml"}
    ]

    found = [
        f"{name}: triggers cannot be switched off; remove the attempt"
        for path in paths
        if not (name := path.relative_to(ROOT).as_posix()).startswith(ABOUT_THE_BYPASS)
        and BYPASS.search(path.read_text())
    ]

    assert report(found) == ""


@pytest.mark.parametrize(
    ("path", "code", "place"),
    [
        ("apps/p2p/services/a.py", "from django.utils import timezone as tz\ntz.now()", "2: django.utils.timezone.now"),
        ("apps/p2p/services/a.py", "from django.utils.timezone import now", "1: django.utils.timezone.now"),
        ("apps/p2p/tasks.py", "import datetime as d\nd.datetime.now(d.UTC)", "2: datetime.datetime.now"),
        ("apps/p2p/tasks.py", "from datetime import date\nday = date.today", "2: datetime.date.today"),
        ("apps/core/jobs.py", "from datetime import datetime\ndatetime.now()", "2: datetime.datetime.now"),
        ("apps/p2p/api/views.py", "import time\nx = time.time()", "2: time.time"),
        ("apps/p2p/selectors.py", "from django.db.models.functions import Now", "1: django.db.models.functions.Now"),
        (
            "apps/p2p/services/a.py",
            "from django.db import transaction\nwith transaction.atomic(): ...",
            "2: django.db.transaction.atomic",
        ),
        ("apps/p2p/admin/a.py", "from django.db.transaction import atomic", "1: django.db.transaction.atomic"),
        (
            "apps/p2p/services/a.py",
            "from django.db import transaction\ntransaction.on_commit(f)",
            "2: django.db.transaction.on_commit",
        ),
        ("apps/core/outbox.py", "from django.dispatch import receiver", "1: django.dispatch.receiver"),
        (
            "apps/p2p/apps.py",
            "from allauth.account import signals\nsignals.user_logged_in.connect(f)",
            "2: allauth.account.signals",
        ),
        (
            "config/urls.py",
            "from django.db.models.signals import post_save\npost_save.connect(f)",
            "2: django.db.models",
        ),
        ("apps/p2p/services/a.py", "from apps.p2p import tasks\ntasks.run.delay(id=1)", "2: apps.p2p.tasks.run.delay"),
        ("config/urls.py", "from config.celery import app\napp.send_task('x')", "2: config.celery.app.send_task"),
        (
            "apps/p2p/apps.py",
            "class P:\n    def ready(self):\n        self.apps.get_model('x')",
            "3: self.apps.get_model",
        ),
    ],
)
def test_a_planted_use_is_named(path, code, place):
    found = faults(parse(code, path))

    assert [text.startswith(f"{path}:{place}") for text in found[:1]] == [True]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("apps/core/clock.py", "from datetime import datetime\ndatetime.now()"),
        ("apps/core/db.py", "from django.db import transaction\ntransaction.atomic()\ntransaction.on_commit(f)"),
        ("apps/core/outbox.py", "from apps.core import jobs\njobs.dispatch.delay()"),
        ("apps/accounts/api/allauth_events.py", "from allauth import mfa\nmfa.signals.authenticator_added.connect(f)"),
        ("apps/p2p/migrations/0002_fill.py", "def fill(apps, editor):\n    apps.get_model('p2p', 'Transfer')"),
        ("apps/p2p/services/a.py", "from apps.core import clock\nfrom datetime import datetime\nx: datetime"),
        ("apps/p2p/services/a.py", "import socket\nsocket.socket().connect(address)\nshop.now()\nlate.delay"),
    ],
)
def test_the_one_place_and_other_words_are_left_alone(path, code):
    assert faults(parse(code, path)) == []
