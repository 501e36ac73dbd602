"""Where files, anchors and master keys are."""

from config.settings import env
from config.settings.base import BASE_DIR

BLOB_DIR = BASE_DIR / env.text("BLOB_DIR")
KEY_RING_FILE = env.text("KEY_RING_FILE")

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": BLOB_DIR}},
    "anchors": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        # Nobody opens an anchor again to write into it.
        "OPTIONS": {"location": BASE_DIR / env.text("ANCHOR_DIR"), "file_permissions_mode": 0o444},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
