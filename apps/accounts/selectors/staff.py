"""Reads of members of staff: their names."""

from collections.abc import Iterable
from typing import Final

from apps.accounts.enums import UserKind
from apps.accounts.models import User
from apps.core import ids
from apps.core.selectors import data_keys
from apps.core.selectors.data_keys import Sealed

NAME_COLUMN: Final = "accounts.User.name_sealed"


def names(people: Iterable[str]) -> dict[str, str]:
    """Return the names of members of staff by the typed ids of their logins, in two queries; others are left out."""
    keys = {key for person in set(people) if (key := _key(person)) is not None}
    if not keys:
        return {}
    rows = list(User.objects.filter(pk__in=keys, kind=UserKind.STAFF, name_sealed__isnull=False))
    texts = data_keys.open_all(Sealed(row.ref, NAME_COLUMN, row.name_sealed) for row in rows)
    return {row.ref: text for row, text in zip(rows, texts, strict=True) if text}


def _key(person: str) -> object | None:
    try:
        return ids.decode(User.id_prefix, person)
    except ids.BadId:
        return None
