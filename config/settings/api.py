"""REST framework and the OpenAPI document."""

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "UNAUTHENTICATED_USER": None,
}

SPECTACULAR_SETTINGS = {"TITLE": "Strongroom", "VERSION": "1", "OAS_VERSION": "3.1.0"}

# Requests in a window of seconds, by scope: a signed-in caller each, or an address where nobody signs in.
THROTTLES = {"default": (600, 60), "health": (600, 60), "public": (120, 60)}
