"""Hosts, cookies, headers and the order of middleware."""

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from config.settings import env

CONSOLE_HOST = env.text("CONSOLE_HOST")
ALLOWED_HOSTS = [*env.words("ALLOWED_HOSTS"), *([CONSOLE_HOST] if CONSOLE_HOST else [])]
PROXIES = env.words("PROXIES")
PUBLIC_URL = env.text("PUBLIC_URL")
TLS = env.switch("TLS")

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "apps.core.api.middleware.RequestContextMiddleware",
    "apps.accounts.api.middleware.HostsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "apps.accounts.api.middleware.StaffOnlyMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
    "apps.accounts.api.middleware.UnitMiddleware",
]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF, env.text("PUBLIC_WS_URL")],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# Consumers have tokens; the cookie is the console's alone.
SESSION_COOKIE_NAME = "__Host-console" if TLS else "console"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = TLS
CSRF_COOKIE_SECURE = TLS
SECURE_SSL_REDIRECT = TLS
SECURE_HSTS_SECONDS = 31_536_000 if TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = TLS
SECURE_HSTS_PRELOAD = TLS
# Without TLS there is no proxy in front, and the header would be the caller's own word.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TLS else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
# Images of documents are read in memory and sealed: unsealed they never lie on a disk.
FILE_UPLOAD_MAX_MEMORY_SIZE = 16 * 1_048_576

if env.switch("DEMO") and "host=" not in env.text("DATABASE_URL") and not env.switch("DEMO_FORCE"):
    _message = "DEMO=1 runs on the demo's own database only; set DEMO_FORCE=1 if you really mean this one."
    raise ImproperlyConfigured(_message)
