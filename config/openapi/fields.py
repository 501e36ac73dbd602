"""How our fields, bodies and sign-in look in the document."""

from typing import Any

from drf_spectacular.extensions import (
    OpenApiAuthenticationExtension,
    OpenApiSerializerExtension,
    OpenApiSerializerFieldExtension,
)
from drf_spectacular.openapi import AutoSchema

from apps.core.api.authentication import TOKEN_HEADER
from apps.core.money import LIMIT

CONSUMERS = "sessionToken"
STAFF = "staffSession"


def typed_id(prefix: str) -> dict[str, Any]:
    """Return the form of a typed id."""
    return {
        "type": "string",
        "pattern": f"^{prefix}_[0-7][0-9a-hjkmnp-tv-z]{{25}}$",
        "example": f"{prefix}_01jd3n5xbp8k7q2v9c4m6tahwz",
    }


class SessionTokenScheme(OpenApiAuthenticationExtension):
    target_class = "apps.core.api.authentication.SessionToken"
    match_subclasses = True
    name = CONSUMERS

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        del auto_schema
        return {
            "type": "apiKey",
            "in": "header",
            "name": TOKEN_HEADER,
            "description": "The `session_token` of a sign-in at `/_allauth/app/v1/`.",
        }


class StaffSessionScheme(OpenApiAuthenticationExtension):
    target_class = "apps.accounts.api.authentication.StaffSession"
    priority = 1
    name = STAFF

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        del auto_schema
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": "__Host-console",
            "description": (
                "The cookie of a sign-in to the console; `console` on a site without TLS. A change needs the header "
                "`X-CSRFToken` too."
            ),
        }


class InputForm(OpenApiSerializerExtension):
    target_class = "apps.core.api.serializers.InputSerializer"
    match_subclasses = True

    def map_serializer(self, auto_schema: AutoSchema, direction: Any) -> dict[str, Any]:
        """Say that no other fields are taken."""
        form = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)  # noqa: SLF001 - its way in
        return {**form, "additionalProperties": False}


class IdForm(OpenApiSerializerFieldExtension):
    target_class = "apps.core.api.fields.IdField"

    def map_serializer_field(self, auto_schema: AutoSchema, direction: Any) -> dict[str, Any]:
        del auto_schema, direction
        return typed_id(self.target.prefix)


class InstantForm(OpenApiSerializerFieldExtension):
    target_class = "apps.core.api.fields.InstantField"

    def map_serializer_field(self, auto_schema: AutoSchema, direction: Any) -> dict[str, Any]:
        del auto_schema, direction
        return {"type": "string", "format": "date-time", "example": "2026-03-01T09:30:00.000000Z"}


class DayForm(OpenApiSerializerFieldExtension):
    target_class = "apps.core.api.fields.DayField"

    def map_serializer_field(self, auto_schema: AutoSchema, direction: Any) -> dict[str, Any]:
        del auto_schema, direction
        return {"type": "string", "format": "date", "example": "2026-03-01"}


class UuidForm(OpenApiSerializerFieldExtension):
    target_class = "apps.core.api.fields.UuidField"

    def map_serializer_field(self, auto_schema: AutoSchema, direction: Any) -> dict[str, Any]:
        del auto_schema, direction
        return {"type": "string", "format": "uuid", "example": "0b1f2f2e-5d0c-4c8e-9a57-2f6d4f3b9c11"}


class DecimalForm(OpenApiSerializerFieldExtension):
    target_class = "apps.core.api.fields.DecimalField"

    def map_serializer_field(self, auto_schema: AutoSchema, direction: Any) -> dict[str, Any]:
        del auto_schema, direction
        return {"type": "string", "pattern": r"^-?[0-9]{1,20}(\.[0-9]{1,18})?$", "example": "1.0825"}


class FileForm(OpenApiSerializerFieldExtension):
    target_class = "rest_framework.serializers.FileField"

    def map_serializer_field(self, auto_schema: AutoSchema, direction: Any) -> dict[str, Any]:
        del auto_schema, direction
        return {"type": "string", "format": "binary"}


class ProblemForm(OpenApiSerializerFieldExtension):
    target_class = "apps.core.api.items.ProblemField"

    def map_serializer_field(self, auto_schema: AutoSchema, direction: Any) -> dict[str, Any]:
        del auto_schema, direction
        return {"$ref": "#/components/schemas/Problem"}


class MoneyForm(OpenApiSerializerFieldExtension):
    target_class = "apps.core.api.fields.MoneyField"

    def get_name(self) -> str:
        return "PositiveMoney" if self.target.is_positive else "Money"

    def map_serializer_field(self, auto_schema: AutoSchema, direction: Any) -> dict[str, Any]:
        """Return the object; the refusal of a field outside it is the field's own."""
        del auto_schema, direction
        least = 1 if self.target.is_positive else 1 - LIMIT
        return {
            "type": "object",
            "description": "Whole minor units of a currency: 1250 is 12.50 USD, or 1,250 JPY.",
            "required": ["amount", "currency"],
            "properties": {
                "amount": {
                    "type": "integer",
                    "format": "int64",
                    "minimum": least,
                    "maximum": LIMIT - 1,
                    "example": 1250,
                },
                "currency": {"type": "string", "pattern": "^[A-Z0-9-]{1,12}$", "example": "USD"},
            },
            "additionalProperties": False,
        }
