"""What all rows share: a time-ordered id, and the triggers and checks that their kind and columns demand."""

from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.db.models.base import ModelBase

from apps.core import ids, triggers
from apps.core.base.columns import Code, Status
from apps.core.base.keys import LiveKey


class RowMeta(ModelBase):
    """Gives each concrete model the triggers and checks that its kind and its columns demand."""

    def __new__(mcs, name: str, bases: tuple[type, ...], attrs: dict[str, Any], **options: Any) -> Any:
        """Make the class."""
        meta = attrs.get("Meta") or type("Meta", (), {})
        kind: Any = next((base for base in bases if isinstance(base, RowMeta)), None)
        if kind is not None and not meta.__dict__.get("abstract"):
            parents = tuple(base.Meta for base in bases if hasattr(base, "Meta"))
            attrs["Meta"] = type("Meta", (meta, *parents), _demands(kind, meta, parents, attrs))
        return super().__new__(mcs, name, bases, attrs, **options)


def _demands(kind: Any, meta: type, parents: tuple[type, ...], attrs: dict[str, Any]) -> dict[str, Any]:
    codes = {key: value for key, value in attrs.items() if isinstance(value, Code)}
    bound = [*triggers.refuse_removal(), *kind.change_triggers(attrs), *meta.__dict__.get("triggers", ())]
    bound += [triggers.live_parent(key, *kind.removal) for key, value in attrs.items() if isinstance(value, LiveKey)]
    bound += [move for key, value in codes.items() if isinstance(value, Status) and (move := value.legal_moves(key))]
    checks = [check for key, value in codes.items() if (check := value.membership(key))]
    inherited = [rule for parent in parents for rule in getattr(parent, "constraints", ())]
    return {"triggers": bound, "constraints": [*inherited, *meta.__dict__.get("constraints", ()), *checks]}


class Row(models.Model, metaclass=RowMeta):
    """A row of any kind: a time-ordered id, made before the insert.

    `lock_rank` is its place in the order of locks, `id_prefix` its prefix outside, `may_outlive` the references that
    may point at removed rows, each with its reason, `removal` the column that says that a row was removed.
    """

    id_prefix: ClassVar[str] = ""
    lock_rank: ClassVar[int]
    may_outlive: ClassVar[dict[str, str]] = {}
    removal: ClassVar[tuple[str, ...]] = ()

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)

    class Meta:
        abstract = True

    class Privacy:
        """Each column's class; the kinds declare their own columns."""

    @classmethod
    def change_triggers(cls, attrs: dict[str, Any]) -> list[Any]:
        """Return what guards an UPDATE of this kind."""
        raise NotImplementedError

    @property
    def ref(self) -> str:
        """Return the typed id."""
        return self.ref_of(self.pk)

    @classmethod
    def ref_of(cls, key: UUID) -> str:
        """Return the typed id of a row that need not be loaded."""
        return ids.encode(cls.id_prefix, key)
