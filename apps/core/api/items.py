"""Bodies of many items, each of which is taken or refused by itself."""

from typing import Any, Final

from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from apps.core.api import problems
from apps.core.errors import DomainError

_FAULTS: Final = 10
"""What is told of one item: an answer about many must stay one that is kept."""


class ItemsField(serializers.ListField):
    """A list of bodies. What is wrong with one of them is its own refusal, and stands in its place."""

    def to_internal_value(self, data: object) -> list[Any]:
        """Return the values of each item, or a `DomainError`. Refuses the whole for its length alone."""
        if not isinstance(data, list):
            self.fail("not_a_list", input_type=type(data).__name__)
        return [self._taken(one) for one in data]

    def _taken(self, item: Any) -> dict[str, Any] | DomainError:
        try:
            found: dict[str, Any] = self.child.run_validation(item)
        except ValidationError as error:
            refusal = problems.of_validation(error)
            refusal.context["errors"] = refusal.context["errors"][:_FAULTS]
            return refusal
        return found


class ProblemField(serializers.Field[Any, Any, Any, Any]):
    """A refusal in an answer about many items: what `problems.document` makes of it."""

    def to_representation(self, value: dict[str, Any]) -> dict[str, Any]:
        """Return the document."""
        return value
