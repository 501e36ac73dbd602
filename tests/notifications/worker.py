"""A Celery worker that knows the kinds of these tests: `celery --app tests.notifications.worker worker`."""

import os
from pathlib import Path

import django
from django.apps import apps
from django.conf import settings

from config.celery import app
from tests.notifications.scripted import use
from tests.notifications.texts import KINDS

django.setup()
engine = settings.TEMPLATES[0]
settings.TEMPLATES = [{**engine, "DIRS": [Path(os.environ["TEST_TEMPLATES"]), *engine["DIRS"]]}]
apps.get_app_config("notifications").notification_kinds = KINDS  # type: ignore[attr-defined]  # read by name
use(settings, int(os.environ["TEST_SMTP_PORT"]))
settings.EMAIL_TIMEOUT = 30

__all__ = ["app"]
