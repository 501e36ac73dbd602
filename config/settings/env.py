"""Every environment variable: its name, type, default, whether it is a secret, and what it is for.

`.env.example` is generated from this list. Each may also be given as NAME_FILE, a path whose content is the value.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


@dataclass(frozen=True, slots=True)
class Variable:
    """One environment variable. `example` is what `.env.example` shows when there is no default."""

    name: str
    meaning: str
    default: str | None = None
    example: str = ""
    secret: bool = False


VARIABLES = (
    Variable(
        "SECRET_KEY", "signs sessions and cursors; at least 50 random characters", example="change-me-" * 6, secret=True
    ),
    Variable(
        "DATABASE_URL",
        "PostgreSQL 18 as the role strongroom_app",
        example="postgresql://strongroom_app:app@127.0.0.1/strongroom",
    ),
    Variable(
        "DATABASE_OWNER_URL",
        "the same database as the role strongroom_owner; only migrations use it",
        example="postgresql://strongroom_owner:owner@127.0.0.1/strongroom",
    ),
    Variable("REDIS_URL", "Redis or Valkey: cache, queues, counters", example="redis://127.0.0.1:6379"),
    Variable("KEY_RING_FILE", "JSON file with the master keys of sealed columns", example="/run/secrets/key-ring.json"),
    Variable("ALLOWED_HOSTS", "host names that are answered, by commas", default="127.0.0.1,localhost"),
    Variable("CONSOLE_HOST", "host name of the console; empty: same host as the API", default=""),
    Variable(
        "PROXIES",
        "addresses or networks of the proxies in front, by commas: only their X-Forwarded-For is believed",
        default="",
    ),
    Variable("PUBLIC_URL", "address of the site, as written into mails", default="http://127.0.0.1:8000"),
    Variable("PUBLIC_WS_URL", "address of the sockets, as pages and apps connect to it", default="ws://127.0.0.1:8001"),
    Variable(
        "EMAIL_URL",
        "smtp://user:password@host:port of the mail server, or spool:///directory",
        default="smtp://127.0.0.1:2525",
    ),
    Variable("EMAIL_FROM", "sender of all mails", default="Strongroom <no-reply@strongroom.example>"),
    Variable("BLOB_DIR", "directory of stored files, outside the web root", default="var/blobs"),
    Variable(
        "ANCHOR_DIR",
        "directory of the published heads of the books, best on a medium that is written once",
        default="var/anchors",
    ),
    Variable("STRIPE_API_BASE", "address of Stripe, or of its simulator", default="https://api.stripe.com"),
    Variable("STRIPE_SECRET_KEY", "our key at Stripe", example="sk_test_change_me", secret=True),
    Variable(
        "STRIPE_WEBHOOK_SECRET",
        "signs Stripe's events; two by a comma while one replaces the other",
        example="whsec_change_me",
        secret=True,
    ),
    Variable("TLS", "1 when the site is served by HTTPS only: secure cookies and HSTS", default="1"),
    Variable("DEMO", "1 runs the demo: seeded company, shown codes", default="0"),
    Variable("DEMO_FORCE", "1 lets the demo use a database that is not its own", default="0"),
    Variable("DEFAULT_CURRENCY", "currency of the wallet that a new customer gets", default="USD"),
    Variable("LOG_LEVEL", "least level that is logged", default="INFO"),
)
_KNOWN = {variable.name: variable for variable in VARIABLES}


def text(name: str) -> str:
    """Return the value of a variable.

    Raises: ImproperlyConfigured when it is missing without a default, or given twice.
    """
    variable = _KNOWN[name]
    direct, path = os.environ.get(name), os.environ.get(f"{name}_FILE")
    if direct is not None and path is not None:
        message = f"Both {name} and {name}_FILE are set; keep one of them."
        raise ImproperlyConfigured(message)
    if path is not None:
        return Path(path).read_text().strip()
    if direct is not None:
        return direct
    if variable.default is not None:
        return variable.default
    message = f"Set {name} or {name}_FILE ({variable.meaning}); .env.example shows every variable."
    raise ImproperlyConfigured(message)


def switch(name: str) -> bool:
    """Return a variable that is 1 or 0.

    Raises: ImproperlyConfigured for anything else.
    """
    value = text(name)
    if value not in ("0", "1"):
        message = f"{name} must be 1 or 0, not {value!r}."
        raise ImproperlyConfigured(message)
    return value == "1"


def words(name: str) -> list[str]:
    """Return a list given by commas."""
    return [word.strip() for word in text(name).split(",") if word.strip()]
