"""Fields of bodies: each takes exactly one JSON type and never converts another into it."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, ClassVar, Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from apps.core import ids
from apps.core.errors import Invalid
from apps.core.money import Money

_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_WHOLE: Final = re.compile(r"-?\d{1,19}", re.ASCII)
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", re.ASCII)
_DECIMAL: Final = re.compile(r"-?\d{1,20}(\.\d{1,18})?", re.ASCII)


class TextField(serializers.CharField):
    """A text. Blanks around it are not part of it; numbers are no texts."""

    def to_internal_value(self, data: object) -> str:
        """Return the text."""
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))


class CodeField(serializers.ChoiceField):
    """A word of an enum, as it is stored."""

    def to_internal_value(self, data: object) -> Any:
        """Return the word."""
        if not isinstance(data, str):
            self.fail("invalid_choice", input=type(data).__name__)
        return super().to_internal_value(data)


class WholeField(serializers.IntegerField):
    """A whole number; neither a text, nor `1.0`, nor `true`."""

    def to_internal_value(self, data: object) -> int:
        """Return the number."""
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return data


class WholeParameter(serializers.IntegerField):
    """A whole number in a query, where everything is text."""

    def to_internal_value(self, data: object) -> int:
        """Return the number."""
        if not isinstance(data, str) or not _WHOLE.fullmatch(data):
            self.fail("invalid")
        return int(data)


class FlagField(serializers.BooleanField):
    """`true` or `false`."""

    def to_internal_value(self, data: object) -> bool:
        """Return the truth value."""
        if not isinstance(data, bool):
            self.fail("invalid", input=type(data).__name__)
        return data


class _WrittenField(serializers.Field[Any, Any, Any, Any]):
    """A value written as a text of a fixed form."""

    default_error_messages: ClassVar[dict[str, Any]] = {"invalid": _("Not written in the required form.")}
    form: ClassVar[re.Pattern[str]]

    def to_internal_value(self, data: object) -> Any:
        """Return the value."""
        if not isinstance(data, str) or not self.form.fullmatch(data):
            self.fail("invalid")
        try:
            return self.read(data)
        except (ValueError, OverflowError):
            self.fail("invalid")

    def read(self, text: str) -> Any:
        raise NotImplementedError


class InstantField(_WrittenField):
    """An instant: RFC 3339 with a zone in, UTC with microseconds and `Z` out."""

    form = _INSTANT

    def read(self, text: str) -> datetime:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)

    def to_representation(self, value: datetime) -> str:
        """Return the text."""
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


class DayField(_WrittenField):
    """A date without a time: `2026-02-28`."""

    form = _DAY

    def read(self, text: str) -> date:
        return date.fromisoformat(text)

    def to_representation(self, value: date) -> str:
        """Return the text."""
        return value.isoformat()


class DecimalField(_WrittenField):
    """An exact number with decimals, as a text."""

    form = _DECIMAL

    def read(self, text: str) -> Decimal:
        return Decimal(text)

    def to_representation(self, value: Decimal) -> str:
        """Return the text, never with an exponent."""
        return format(value, "f")


class UuidField(_WrittenField):
    """A UUID of the caller's own making."""

    form = _UUID

    def read(self, text: str) -> UUID:
        return UUID(text)

    def to_representation(self, value: UUID) -> str:
        """Return the text."""
        return str(value)


class IdField(serializers.Field[UUID, object, str, Any]):
    """The typed id of a row: `trf_` and 26 characters."""

    default_error_messages: ClassVar[dict[str, Any]] = {"invalid_id": _("Not an id of the form {form}.")}

    def __init__(self, *, prefix: str, **options: Any) -> None:
        self.prefix = prefix
        super().__init__(**options)

    def to_internal_value(self, data: object) -> UUID:
        """Return the id inside. Refuses with `invalid_id`."""
        try:
            return ids.decode(self.prefix, data)
        except ids.BadId:
            self.fail("invalid_id", form=f"{self.prefix}_...")

    def to_representation(self, value: UUID | str) -> str:
        """Return the id outside; one that is typed already stays."""
        return value if isinstance(value, str) else ids.encode(self.prefix, value)


class MoneyField(serializers.Field[Money, object, dict[str, int | str], Any]):
    """`{"amount": 1250, "currency": "USD"}` in whole minor units; above zero where `is_positive`."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid_amount": _("A whole number of minor units is needed."),
        "not_positive": _("An amount above zero is needed."),
        "unknown_currency": _("This currency is not kept here."),
        "unknown_field": _("There is no such field."),
    }

    def __init__(self, *, is_positive: bool = False, **options: Any) -> None:
        self.is_positive = is_positive
        super().__init__(**options)

    def to_internal_value(self, data: object) -> Money:
        """Return the money. Refuses with `invalid_amount`, `unknown_currency`, `unknown_field`, each at its place."""
        if not isinstance(data, dict):
            self.fail("invalid_amount")
        faults = {name: self._fault("unknown_field") for name in data if name not in ("amount", "currency")}
        faults |= {name: self._fault("required") for name in ("amount", "currency") if name not in data}
        if faults:
            raise ValidationError(faults)
        try:
            money = Money.from_json(data)
        except Invalid as error:
            raise ValidationError({error.context["field"]: self._fault(error.code)}) from error
        if self.is_positive and money.amount <= 0:
            raise ValidationError({"amount": self._fault("invalid_amount", "not_positive")})
        return money

    def to_representation(self, value: Money) -> dict[str, int | str]:
        """Return the object."""
        return value.to_json()

    def _fault(self, code: str, message: str = "") -> list[serializers.ErrorDetail]:
        return [serializers.ErrorDetail(str(self.error_messages[message or code]), code)]
