"""Typed ids in addresses: `path("transfers/<trf:id>", ...)` after `typed_ids("trf")`; a malformed one is 404."""

from uuid import UUID

from django.urls import register_converter
from django.urls.converters import get_converters

from apps.core import ids


class TypedId:
    """Converter of one prefix."""

    regex = "[^/]+"
    prefix = ""

    def to_python(self, value: str) -> UUID:
        """Return the id. Raises ValueError, which Django takes for another address."""
        try:
            return ids.decode(self.prefix, value)
        except ids.BadId as error:
            raise ValueError(value) from error

    def to_url(self, value: UUID) -> str:
        """Return the typed id."""
        return ids.encode(self.prefix, value)


def typed_ids(*prefixes: str) -> None:
    """Make the prefixes known as converters; more than one module may ask for the same."""
    for prefix in set(prefixes) - get_converters().keys():
        register_converter(type(f"TypedId_{prefix}", (TypedId,), {"prefix": prefix}), prefix)
