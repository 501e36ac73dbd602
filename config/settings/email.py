"""Where mails go: a server, or a folder of files."""

from urllib.parse import unquote, urlsplit

from config.settings import env

_parts = urlsplit(env.text("EMAIL_URL"))
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM")

if _parts.scheme == "spool":
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = unquote(_parts.path)
else:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST = _parts.hostname or "127.0.0.1"
    EMAIL_PORT = _parts.port or 25
    EMAIL_HOST_USER = unquote(_parts.username or "")
    EMAIL_HOST_PASSWORD = unquote(_parts.password or "")
    EMAIL_USE_TLS = _parts.scheme == "smtps"
    EMAIL_TIMEOUT = 10
