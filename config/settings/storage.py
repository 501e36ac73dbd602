"""Where files and master keys are."""

from config.settings import env
from config.settings.base import BASE_DIR

BLOB_DIR = BASE_DIR / env.text("BLOB_DIR")
KEY_RING_FILE = env.text("KEY_RING_FILE")

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": BLOB_DIR}},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
