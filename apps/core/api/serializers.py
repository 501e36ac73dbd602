"""Bases of bodies and queries: fields are listed one by one, and an unknown one is refused."""

from collections.abc import Mapping
from functools import cache
from typing import Any, ClassVar

from django.http import QueryDict
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from apps.core.api.fields import TextField, WholeParameter


@cache
def shape(kind: type[serializers.Serializer[Any]]) -> serializers.Serializer[Any]:
    """Return the one serializer of a kind, whose fields are made once.

    Values pass through `run_validation` and `to_representation`, which keep nothing, so all threads share it.
    """
    return kind()


class InputSerializer(serializers.Serializer[Any]):
    """What comes in. A field that is not declared is refused with `unknown_field`, at any depth."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the values, or refuse with every fault at once."""
        faults: dict[str, Any] = {}
        if isinstance(data, Mapping):
            known = {name for name, field in self.fields.items() if not field.read_only}
            unknown = [ErrorDetail(_("There is no such field."), "unknown_field")]
            faults = {str(name): unknown for name in data if name not in known}
        try:
            values = super().to_internal_value(data)
        except ValidationError as error:
            raise ValidationError({**error.detail, **faults}) from error  # type: ignore[dict-item]  # of a mapping
        if faults:
            raise ValidationError(faults)
        return values


class QuerySerializer(InputSerializer):
    """The parameters of a query; each is given once. Fields read text: use `WholeParameter` for numbers."""

    def to_internal_value(self, data: QueryDict) -> Any:
        """Return the values."""
        twice = {
            name: [ErrorDetail(_("Given more than once."), "repeated")]
            for name, found in data.lists()
            if len(found) > 1
        }
        if twice:
            raise ValidationError(twice)
        return super().to_internal_value(data.dict())


class PageQuery(QuerySerializer):
    """The parameters of every list; subclasses add filters."""

    LIMIT: ClassVar[int] = 50
    MAX_LIMIT: ClassVar[int] = 200

    cursor = TextField(required=False, max_length=1_000, help_text="From `next` or `previous` of an earlier page.")
    limit = WholeParameter(default=LIMIT, min_value=1, max_value=MAX_LIMIT, help_text="Rows of a page.")


class OutputSerializer(serializers.Serializer[Any]):
    """What goes out."""
