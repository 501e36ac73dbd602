"""Databases of the tests: a template for each state of the migrations, and clones of it."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib.metadata import version
from typing import Any

import django.apps
from django.core.files.storage import InMemoryStorage, storages
from django.db import connections
from psycopg import Connection, sql

from config.settings.database import connection
from tests.support.servers import ROOT
from tools.embedded.postgres import Postgres, Role

ALIASES: Mapping[str, Role] = {"default": "app", "owner": "owner"}
_STEPS = (
    ("migrate", "--database", "owner", "--verbosity", "0", "--skip-checks"),
    ("grant_rights", "--skip-checks"),
    ("load_reference", "--skip-checks"),
    ("shell", "--no-imports", "-c", "from tests.support import genesis; genesis.make()"),
)
_SOURCES = (
    "apps/*/migrations/**/*",
    "apps/*/management/commands/*.py",
    "apps/*/models/**/*.py",
    "apps/*/apps.py",
    "apps/*/enums.py",
    "apps/*/**/reference*",
    "reference/**/*",
    "apps/core/selectors/rights.py",
    "schema/**/*",
    "tests/specimens/models.py",
    "tests/support/genesis.py",
    "tests/specimens/migrations/*.py",
    "tools/embedded/postgres.py",
)
"""Files that say what is in a new database. A change of anything else keeps the template."""
_LOCK = 4_711
_published: dict[str, InMemoryStorage] = {}
"""The heads that each database has published: clones share their first blocks and then differ."""


class TemplateFailed(Exception):
    """The database could not be built from the migrations. Carries what the command said."""


def worker() -> str:
    """Return the name of this test process among its like."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@cache
def template_name() -> str:
    """Return a name that changes with every file that the content of the template comes from."""
    digest = hashlib.sha256()
    for pattern in _SOURCES:
        for path in sorted(found for found in ROOT.glob(pattern) if found.is_file() and found.suffix != ".pyc"):
            digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    for config in django.apps.apps.get_app_configs():
        digest.update(f"{config.name}\0".encode())
    for package in ("Django", "django-celery-beat"):
        digest.update(version(package).encode())
    return f"state_{digest.hexdigest()[:16]}"


def clone(postgres: Postgres, name: str) -> str:
    """Make a fresh database from the template, building that first when it is missing. Returns the name."""
    with postgres.connect() as superuser:
        superuser.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        _ensure_template(postgres, superuser)
        superuser.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        postgres.create_database(name, template=template_name())
    _published.pop(postgres.url("app", name), None)
    return name


def point(postgres: Postgres, name: str) -> None:
    """Let Django's connections, those of other threads too, open this database from now on, with its own anchors."""
    storages._storages["anchors"] = _published.setdefault(postgres.url("app", name), InMemoryStorage())
    for alias, role in ALIASES.items():
        address = connection(postgres.url(role, name))
        connections[alias].close()
        connections[alias].settings_dict.update({key: address[key] for key in ("NAME", "USER", "PASSWORD", "HOST")})


@contextmanager
def pointed(postgres: Postgres, name: str) -> Iterator[None]:
    """Let Django's connections open this database inside the block, and what they opened before after it."""
    before, kept = {alias: dict(connections[alias].settings_dict) for alias in ALIASES}, storages["anchors"]
    point(postgres, name)
    try:
        yield
    finally:
        storages._storages["anchors"] = kept
        for alias, found in before.items():
            connections[alias].close()
            connections[alias].settings_dict.update(found)


def environment(postgres: Postgres, name: str) -> dict[str, str]:
    """Return the environment of a process on this database."""
    return {**os.environ, "DATABASE_URL": postgres.url("app", name), "DATABASE_OWNER_URL": postgres.url("owner", name)}


def _ensure_template(postgres: Postgres, superuser: "Connection[Any]") -> None:
    """Build the template unless it is there; those of other states of the migrations go."""
    name, draft = template_name(), "draft"
    found = [
        row[0] for row in superuser.execute("SELECT datname FROM pg_database WHERE starts_with(datname, 'state_')")
    ]
    if name in found:
        return
    superuser.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(draft)))
    postgres.ensure_roles_and_database(draft)
    for step in _STEPS:
        _manage(postgres, draft, *step)
    for old in found:
        superuser.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(old)))
    superuser.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(draft), sql.Identifier(name)))
    superuser.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(sql.Identifier(name)))


def _manage(postgres: Postgres, name: str, *arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment(postgres, name),
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        message = f"manage.py {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}"
        raise TemplateFailed(message)
