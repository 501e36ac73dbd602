"""What one method of a view takes and answers: said once, used by the view and by the API document."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from apps.core.api.serializers import InputSerializer, OutputSerializer
from apps.core.errors import DomainError

Method = TypeVar("Method", bound=Callable[..., Any])
Key = Literal["", "accepted", "required"]


@dataclass(frozen=True, slots=True)
class Operation:
    """One method and path. `name` is unique and never changes: clients and stored idempotency keys know it.

    `answers` maps each status of success to its body (None: no body); `errors` are refusals beyond those that follow
    from the form; `key` tells what an Idempotency-Key is here; `is_list` wraps the body into pages; `media` are the
    types of an answer that is no JSON.
    """

    name: str
    summary: str
    tag: str
    answers: Mapping[int, type[OutputSerializer] | None]
    request: type[InputSerializer] | None = None
    description: str = ""
    errors: tuple[type[DomainError], ...] = ()
    key: Key = ""
    needs_match: bool = False
    is_list: bool = False
    media: tuple[str, ...] = ()
    example: Mapping[str, Any] = field(default_factory=dict)

    @property
    def status(self) -> int:
        """Return the usual status of success."""
        return min(self.answers)


def operation(
    name: str, *, summary: str, tag: str, answers: Mapping[int, type[OutputSerializer] | None], **more: Any
) -> Callable[[Method], Method]:
    """Declare a method of an `ApiView`; `more` are the other fields of `Operation`."""
    declared = Operation(name=name, summary=summary, tag=tag, answers=answers, **more)

    def mark(method: Method) -> Method:
        method.operation = declared  # type: ignore[attr-defined]  # read by the view and by the document
        return method

    return mark
