"""PostgreSQL: the application's role, and the owner's for migrations; how history is kept."""

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from config.settings import env


def connection(url: str, **options: Any) -> dict[str, Any]:
    """Return Django's form of a postgresql:// address; `?host=` names a socket folder."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres"):
        message = f"A database address starts with postgresql://, not {parts.scheme!r}."
        raise ImproperlyConfigured(message)
    query = {key: values[0] for key, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host", parts.hostname or ""),
        "PORT": str(parts.port or query.get("port", "")),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"server_side_binding": True, "prepare_threshold": 1, **options},
    }


DATABASES = {
    "default": connection(
        env.text("DATABASE_URL"),
        options="-c statement_timeout=5s -c lock_timeout=3s -c idle_in_transaction_session_timeout=10s",
    ),
    "owner": connection(env.text("DATABASE_OWNER_URL"), options="-c lock_timeout=2s"),
}
PGTRIGGER_INSTALL_ON_MIGRATE = False
SIMPLE_HISTORY_ENABLED = False
SIMPLE_HISTORY_DATE_INDEX = False
SIMPLE_HISTORY_REVERT_DISABLED = True
