"""Who signs in, and how passwords are kept. Consumers: allauth, headless. Staff: their own page of the console."""

from typing import Any

from config.settings.security import PUBLIC_URL

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "apps.accounts.api.authentication.ConsumerBackend",
    "apps.accounts.api.authentication.StaffBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

CONSOLE_PATH = LOGIN_REDIRECT_URL = "/console/"
LOGIN_URL = "/console/sign-in/"
SIGN_OUT_URL = "/console/sign-out/"
STAFF_SESSION_IDLE_S = 1_800
STAFF_SESSION_LONGEST_S = 12 * 3_600

SESSION_ENGINE = "apps.accounts.api.sessions"
SESSION_SERIALIZER = "apps.accounts.api.sessions.SealedSerializer"
SESSION_COOKIE_AGE = 14 * 86_400

HEADLESS_ONLY = True
HEADLESS_CLIENTS = ["app"]
HEADLESS_TOKEN_STRATEGY = "apps.accounts.api.sessions.ConsumerTokens"  # noqa: S105 - a dotted path
# Nobody is led to a page: the app knows its own ways. allauth asks for the address all the same.
HEADLESS_FRONTEND_URLS = {"account_signup": PUBLIC_URL, "account_reset_password": PUBLIC_URL}

ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "dashed": False, "length": 6}
ACCOUNT_ADAPTER = "config.allauth_adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 600
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 600

MFA_ADAPTER = "config.allauth_adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Strongroom"
