"""People to tell, kinds of messages with their texts, and a mail server that writes down what it gets."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import cache

from apps.core import actors, clock, db
from apps.notifications.selectors import kinds
from tests.notifications.postbox import Postbox
from tests.notifications.texts import KINDS, write_templates

Unit = Callable[[], AbstractContextManager[Any]]


@pytest.fixture
def unit() -> Unit:
    """Return what opens a unit of now."""
    return lambda: db.unit(by=actors.system("tests.notifications"), at=clock.now(), why="test")


@pytest.fixture(autouse=True)
def _kinds(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> Iterator[None]:
    """Declare two kinds, one of them of security, with their texts."""
    engine = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**engine, "DIRS": [write_templates(tmp_path / "templates"), *engine["DIRS"]]}]
    monkeypatch.setattr(apps.get_app_config("notifications"), "notification_kinds", KINDS, raising=False)
    kinds.all_kinds.cache_clear()
    cache.clear()
    yield
    kinds.all_kinds.cache_clear()


@pytest.fixture
def postbox(settings: Any, tmp_path: Path) -> Postbox:
    """Let mails go to a folder of this test."""
    folder = tmp_path / "mails"
    folder.mkdir()
    settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = "django.core.mail.backends.filebased.EmailBackend", str(folder)
    return Postbox(folder)
