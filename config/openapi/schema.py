"""One operation of the document, made of what the view declares. Nothing is guessed."""

import re
from typing import Any, cast

from django.urls.converters import get_converters
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.utils import OpenApiExample, OpenApiParameter

from apps.accounts.api.authentication import STAFF_PATHS
from apps.core.api import idempotency
from apps.core.api.base import ApiView
from apps.core.api.operations import Operation
from apps.core.api.paths import TypedId
from apps.core.api.permissions import Public
from config.openapi import fields, refusals

_KEY_FORM = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"}
_TAG_FORM = {"type": "string", "example": '"v1"'}


class Schema(AutoSchema):
    """Describes a method of an `ApiView`."""

    @property
    def declared(self) -> Operation:
        """What the method declares."""
        return cast("Operation", getattr(self.view, self.method.lower()).operation)

    @property
    def endpoint(self) -> ApiView:
        """The view."""
        return cast("ApiView", self.view)

    def is_excluded(self) -> bool:
        return not isinstance(self.view, ApiView)

    def get_operation_id(self) -> str:
        return self.declared.name

    def get_summary(self) -> str:
        return self.declared.summary

    def get_description(self) -> str:  # type: ignore[override]  # spectacular dropped the arguments
        return self.declared.description

    def get_tags(self) -> list[str]:
        return [self.declared.tag]

    def get_request_serializer(self) -> Any:
        return self.declared.request

    def get_response_serializers(self) -> Any:
        return dict(self.declared.answers)

    def get_examples(self) -> list[OpenApiExample]:
        example = self.declared.example
        return [OpenApiExample("Example", value=dict(example), request_only=True)] if example else []

    def get_auth(self) -> list[dict[str, list[str]]]:
        """Return how the callers of this address sign in: staff under the staff prefix, consumers elsewhere."""
        wanted = fields.STAFF if self.path.startswith(STAFF_PATHS) else fields.CONSUMERS
        return [{wanted: []}] if super().get_auth() else []

    def get_override_parameters(self) -> list[Any]:
        """Return the headers and parameters beyond the path."""
        declared = self.declared
        statuses = list(declared.answers)
        found: list[Any] = [self.endpoint.query()] if self.endpoint.query().fields else []
        if declared.key:
            found += [
                OpenApiParameter(
                    idempotency.HEADER,
                    _KEY_FORM,
                    "header",
                    required=declared.key == "required",
                    description="One key a request, the same for its repetitions: it is carried out once.",
                ),
                OpenApiParameter(
                    idempotency.REPLAYED,
                    {"type": "string", "enum": ["true"]},
                    "header",
                    response=statuses,
                    description="Present when this is the answer to an earlier request with this key.",
                ),
            ]
        if declared.needs_match:
            description = "The ETag of the version that the change is based on."
            found.append(OpenApiParameter("If-Match", _TAG_FORM, "header", required=True, description=description))
        if any(serializer and "version" in serializer().fields for serializer in declared.answers.values()):
            description = "The version, to be sent back as If-Match."
            found.append(OpenApiParameter("ETag", _TAG_FORM, "header", response=statuses, description=description))
        return found

    def get_paginated_name(self, serializer_name: str) -> str:
        return f"{serializer_name}Page"

    def _is_list_view(self, serializer: Any = None) -> bool:
        del serializer
        return self.declared.is_list

    def _get_paginator(self) -> Any:
        return _PageForm() if self.declared.is_list else None

    def _get_pagination_parameters(self) -> list[Any]:
        return []

    def _get_filter_parameters(self) -> list[Any]:
        return []

    def _resolve_path_parameters(self, variables: list[str]) -> list[Any]:
        """Return the parameters of the path; typed ids with their form."""
        parameters: list[Any] = super()._resolve_path_parameters(variables)  # type: ignore[no-untyped-call]
        for parameter in parameters:
            label = re.search(rf"<(\w+):{parameter['name']}>", self.path_regex)
            converter = get_converters().get(label[1]) if label else None
            if isinstance(converter, TypedId):
                parameter["schema"] = fields.typed_id(converter.prefix)
        return parameters

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        """Return the answers of success and the refusals."""
        problem = ResolvedComponent(
            name="Problem", type=ResolvedComponent.SCHEMA, schema=refusals.PROBLEM, object="Problem"
        )
        self.registry.register_on_missing(problem)
        found: dict[str, Any] = super()._get_response_bodies(direction)
        for body in found.values():
            body["description"] = body["description"] or "Done."
        if self.declared.media:
            file = {"schema": {"type": "string", "format": "binary"}}
            content = dict.fromkeys(map(str, self.declared.media), file)
            found[str(self.declared.status)].update(description="The file.", content=content)
        is_public = isinstance(self.endpoint.permission_of(self.method), Public)
        errors = refusals.of(self.declared, is_public=is_public, has_path_id="{" in self.path)
        return {**found, **refusals.responses(errors)}


class _PageForm:
    """The form of a page, where REST framework would have a paginator."""

    def get_paginated_response_schema(self, rows: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri-reference"}
        return {
            "type": "object",
            "required": ["results", "next", "previous"],
            "properties": {"results": rows, "next": link, "previous": link},
        }
