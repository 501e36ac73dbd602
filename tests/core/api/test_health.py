"""Live and ready."""

import pytest

from apps.core.selectors import health

pytestmark = pytest.mark.django_db


def test_live_needs_nothing(nobody):
    assert nobody.get("health/live").json() == {"status": "live"}


def test_ready_tells_what_waits(nobody):
    answer = nobody.get("health/ready")

    assert answer.json() == {"status": "ready", "outbox_age_s": 0, "unsealed_age_s": 0}


def test_not_ready_names_what_is_missing(nobody, settings):
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": "unix:///nowhere/redis.sock"}}

    answer = nobody.get("health/ready")

    assert (answer.status_code, answer.json()["code"], answer.json()["context"]) == (
        503,
        "not_ready",
        {"missing": ["redis"]},
    )


def test_checks_name_every_part():
    assert health.checks() == {"database": True, "migrations": True, "redis": True}
