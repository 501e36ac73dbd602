"""Columns whose words come from an enum: the database knows the words, and for a status its legal moves too."""

from typing import Any

from django.db import models
from django.db.models import CheckConstraint, Q

from apps.core import triggers


class Code(models.CharField[Any, Any]):
    """A word of an enum (a kind, a reason), with a CHECK on membership."""

    def __init__(self, enum: Any = None, **options: Any) -> None:
        self.enum = enum
        if enum is not None:
            options.setdefault("max_length", 32)
            if issubclass(enum, models.TextChoices):
                options.setdefault("choices", enum.choices)
        super().__init__(**options)

    def clone(self) -> "Code":
        """Return a copy that still knows its enum."""
        copied: Code = super().clone()
        copied.enum = self.enum
        return copied

    def membership(self, name: str) -> CheckConstraint | None:
        """Return the CHECK that admits the enum's words alone."""
        if self.enum is None:
            return None
        words = [member.value for member in self.enum]
        return CheckConstraint(condition=Q(**{f"{name}__in": words}), name=f"%(app_label)s_%(class)s_{name}_known")


class Status(Code):
    """A state: a code whose enum tells by `moves()` what may follow what."""

    def legal_moves(self, name: str) -> Any:
        """Return the trigger that refuses any other move."""
        if self.enum is None:
            return None
        moves = {str(source): tuple(map(str, targets)) for source, targets in self.enum.moves().items()}
        return triggers.legal_moves(name, moves)
