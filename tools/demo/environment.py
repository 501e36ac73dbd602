"""The environment of every process of the demo, in one place."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools.demo.folders import ROOT
from tools.demo.ports import Ports
from tools.demo.servers import Addresses
from tools.embedded.folder import RunFolder

_PASSWORD_LENGTH = 20
_NEW_KEY_RING = "from apps.core.crypto import new_key_ring_json; print(new_key_ring_json())"


def marker(folder: RunFolder) -> tuple[str, str]:
    """Return the environment entry by which the processes of this folder are known."""
    return "STRONGROOM_RUN_TOKEN", folder.secret("run-token")


def build(folder: RunFolder, addresses: Addresses, ports: Ports) -> dict[str, str]:
    """Return the environment: what the caller's has set stays; the rest is a demo that only this machine reaches."""
    metrics = _metrics(folder)
    metrics.mkdir(exist_ok=True)
    ours = {
        "DATABASE_URL": addresses.database,
        "DATABASE_OWNER_URL": addresses.owner,
        "REDIS_URL": addresses.redis,
        "SECRET_KEY": folder.secret("secret-key"),
        "KEY_RING_FILE": str(_key_ring(folder)),
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "PUBLIC_URL": ports.url,
        "PUBLIC_WS_URL": ports.sockets_url,
        "TLS": "0",
        "EMAIL_URL": f"smtp://127.0.0.1:{ports.mail_smtp}",
        "BLOB_DIR": str(folder.path / "blobs"),
        "ANCHOR_DIR": str(folder.path / "anchors"),
        "STRIPE_API_BASE": ports.stripe_url,
        "STRIPE_SECRET_KEY": f"sk_test_{folder.secret('stripe-secret')}",
        "STRIPE_PUBLISHABLE_KEY": f"pk_test_{folder.secret('stripe-publishable')}",
        "STRIPE_WEBHOOK_SECRET": f"whsec_{folder.secret('stripe-webhook')}",
        "DEMO": "1",
        "DEMO_STAFF_PASSWORD": folder.secret("staff-password")[:_PASSWORD_LENGTH],
        "PROMETHEUS_MULTIPROC_DIR": str(metrics),
    }
    given = {name: value for name, value in ours.items() if f"{name}_FILE" not in os.environ}
    return {**given, **os.environ, "STRONGROOM_RUN": str(folder.path), "DJANGO_SETTINGS_MODULE": "config.settings"}


def empty_metrics(folder: RunFolder) -> None:
    """Remove what the processes of earlier runs have counted: the sums begin again with the processes."""
    shutil.rmtree(_metrics(folder), ignore_errors=True)


def python(*arguments: str) -> list[str]:
    """Return a command of this Python. Scripts of `.venv/bin` are not used: their first line breaks in long paths."""
    return [sys.executable, *arguments]


def _metrics(folder: RunFolder) -> Path:
    return folder.path / "metrics"


def _key_ring(folder: RunFolder) -> Path:
    """Make the master keys once. They are never made anew: what they sealed would be lost."""
    path = folder.path / "key-ring.json"
    if not path.exists():
        text = subprocess.run(python("-c", _NEW_KEY_RING), cwd=ROOT, check=True, capture_output=True, text=True).stdout
        draft = path.with_suffix(".draft")
        draft.touch(mode=0o600)
        draft.write_text(text)
        draft.replace(path)
    return path
