"""Applications, URLs, templates, language and time."""

from pathlib import Path

from config.settings import env

BASE_DIR = Path(__file__).resolve().parent.parent.parent
SECRET_KEY = env.text("SECRET_KEY")
DEBUG = False
DEMO = env.switch("DEMO")
DEFAULT_CURRENCY = env.text("DEFAULT_CURRENCY")

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "config.admin.ConsoleAdminConfig",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "pgtrigger",
    "simple_history",
    "rest_framework",
    "drf_spectacular",
    "django_celery_beat",
    "django_prometheus",
    "django_linear_migrations",
    "allauth",
    "allauth.account",
    "allauth.headless",
    "allauth.mfa",
    "allauth.usersessions",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "apps.core",
    "apps.ledger",
    "apps.workflow",
    "apps.notifications",
    "apps.accounts",
    "apps.compliance",
    "apps.payments",
    "apps.p2p",
    "apps.helpdesk",
    "apps.console",
    "apps.partners",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

LANGUAGE_CODE = "en"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
LOCALE_PATHS = [BASE_DIR / "locale"]
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "static" / "build"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STATICFILES_DIRS = [BASE_DIR / "static" / "src"]
WHITENOISE_USE_FINDERS = True
