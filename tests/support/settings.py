"""The product's settings, with what makes tests quick and apart: used by the tests and by servers they start."""

import os

from config.settings import *  # noqa: F403
from config.settings import CACHES, CHANNEL_LAYERS, INSTALLED_APPS, REDIS_URL, SOCKETS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.specimens"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ACCOUNT_RATE_LIMITS = False
MFA_TOTP_PERIOD = 86_400  # no code of a test runs out on its way
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "anchors": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

_worker = os.environ.get("PYTEST_XDIST_WORKER", "gw-1")
_first = 2 * (int(_worker.removeprefix("gw")) + 1)
CACHES["default"]["LOCATION"] = f"{REDIS_URL}?db={_first}"
CELERY_BROKER_URL = f"redis+socket://{REDIS_URL.removeprefix('unix://')}?virtual_host={_first + 1}"
CHANNEL_LAYERS["default"]["CONFIG"] |= {"hosts": [f"{REDIS_URL}?db={_first + 1}"], "prefix": "sockets"}
SOCKETS = {**SOCKETS, "hello_s": 1, "tick_s": 1, "silence_s": 4, "sweep_s": 1}
