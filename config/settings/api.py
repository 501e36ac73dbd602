"""REST framework, limits of callers, and the API document."""

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "apps.accounts.api.authentication.SessionTokenAuthentication",
        "apps.accounts.api.authentication.StaffSession",
    ],
    "DEFAULT_PARSER_CLASSES": ["apps.core.api.parsers.StrictJsonParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "apps.core.api.negotiation.JsonAlways",
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "config.openapi.schema.Schema",
    "EXCEPTION_HANDLER": "apps.core.api.exceptions.handle",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
}

# Requests in a window of seconds, by scope: a signed-in caller each, or an address where nobody signs in.
THROTTLES = {
    "default": (600, 60),
    "health": (600, 60),
    "hooks": (6_000, 60),
    "public": (120, 60),
    "sign_in": (30, 300),
    "uploads": (30, 60),
}

# How many names behind e-mail addresses a customer may learn by previews of transfers, each local day.
PAYEE_NAMES_A_DAY = 30

# How many cards a customer may add within any 24 hours.
CARDS_A_DAY = 10

SPECTACULAR_SETTINGS = {
    "TITLE": "Strongroom",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "DESCRIPTION": (
        "Wallets, transfers and what belongs to them.\n\n"
        "Sign in at `/_allauth/app/v1/` and send the session token as `X-Session-Token`. Money is whole minor units: "
        '`{"amount": 1250, "currency": "USD"}` is 12.50 USD. Ids carry a prefix that tells what they name. Instants '
        "are UTC with microseconds.\n\n"
        "Lists answer with `results` and the addresses of the `next` and `previous` page. Send an `Idempotency-Key` "
        "with a POST, and the same one when you repeat it: it is carried out once. A change of an existing thing names "
        "the version it is based on: `If-Match` with the `ETag` that was read.\n\n"
        "A refusal is `application/problem+json` with a stable `code`; `/api/v1/problems/{code}` says what it means. "
        "Unknown fields and parameters are refused. `RateLimit-Remaining` and `RateLimit-Reset` tell how many requests "
        "are left and for how many seconds; every answer names its `X-Request-ID`."
    ),
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "DISABLE_DOCSTRING_DESCRIPTIONS": True,
    "COMPONENT_SPLIT_PATCH": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "SORT_OPERATION_PARAMETERS": False,
    "ENUM_NAME_OVERRIDES": {
        "AgentStatus": "apps.helpdesk.enums.AgentStatus",
        "ApplicationStatus": "apps.compliance.enums.ApplicationStatus",
        "ChatEnd": "apps.helpdesk.enums.ChatEnd",
        "ChatStatus": "apps.helpdesk.enums.ChatStatus",
        "CustomerKind": "apps.accounts.enums.CustomerKind",
        "CustomerStatus": "apps.accounts.enums.CustomerStatus",
        "DocumentKind": "apps.compliance.enums.DocumentKind",
        "EntryKind": "apps.helpdesk.enums.EntryKind",
        "IdNumberKind": "apps.compliance.enums.IdNumberKind",
        "TicketStatus": "apps.helpdesk.enums.TicketStatus",
        "TopUpStatus": "apps.payments.enums.TopUpStatus",
        "TransferKind": "apps.p2p.enums.TransferKind",
        "TransferStatus": "apps.p2p.enums.TransferStatus",
        "WalletKind": "apps.accounts.enums.WalletKind",
        "WalletStatus": "apps.accounts.enums.WalletStatus",
    },
}
