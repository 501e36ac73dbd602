"""Opening sealed values. The key's row is asked every time, so an erasure counts at once in every process."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from django.db import connection

from apps.core import crypto
from apps.core.crypto import DataKeyDestroyed
from apps.core.errors import NotFound
from apps.core.models import DataKey

_unwrapped: Final = crypto.KeyCache(size=2_000, ttl_s=60)


@dataclass(frozen=True, slots=True)
class Sealed:
    """One sealed value and its place: the subject (typed id), the column (`app.Model.column`), the ciphertext."""

    owner: str
    column: str
    value: bytes


@dataclass(frozen=True, slots=True)
class Keys:
    """The data keys of some subjects, for an act that seals and opens at once; none of an erased one."""

    by_owner: Mapping[str, bytes | None] = field(repr=False)

    def seal(self, *, owner: str, column: str, text: str) -> bytes:
        """Return `text` sealed for one column of one subject. Raises: data_erased."""
        key = self.by_owner[owner]
        if key is None:
            raise DataKeyDestroyed(owner=owner)
        return crypto.seal(key, text.encode(), crypto.place(column, owner))

    def open_text(self, value: Sealed | None) -> str | None:
        """Return the text; None for none and for an erased one."""
        return None if value is None else _opened(self.by_owner[value.owner], value)


def keys_of(owners: Iterable[str]) -> Keys:
    """Return the data keys of subjects, with one query. Raises: not_found."""
    return Keys(_keys_of(set(owners)))


def keys_in(rows: Iterable[tuple[str, bytes | None, str | None]]) -> Keys:
    """Return the data keys in rows that a statement has joined: subject, wrapped key, and what it was wrapped by."""
    return Keys({owner: _key(owner, wrapped, key_id or "") for owner, wrapped, key_id in rows})


def key_of(owner: str) -> bytes:
    """Return the data key of a subject; for services that seal.

    Raises: data_erased, not_found.
    """
    key = _keys_of({owner})[owner]
    if key is None:
        raise DataKeyDestroyed(owner=owner)
    return key


def open_text(*, owner: str, column: str, sealed: bytes) -> str:
    """Return the text that was sealed for this column of this subject.

    Raises: data_erased, not_found.
    """
    return crypto.open_(key_of(owner), sealed, crypto.place(column, owner)).decode()


def open_all(values: Iterable[Sealed | None]) -> list[str | None]:
    """Return the texts of many sealed values, in their order, with one query; None for none and for erased ones.

    Raises: not_found for a subject without a key.
    """
    wanted = list(values)
    keys = keys_of(one.owner for one in wanted if one is not None)
    return [keys.open_text(one) for one in wanted]


def open_many(*, column: str, sealed: Mapping[str, bytes]) -> dict[str, str | None]:
    """Return the texts of one column by subject, with one query; None for erased subjects.

    Raises: not_found for a subject without a key.
    """
    texts = open_all(Sealed(owner, column, value) for owner, value in sealed.items())
    return dict(zip(sealed, texts, strict=True))


def id_of(owner: str) -> UUID:
    """Return the id of a subject's key row. Raises: not_found."""
    found = DataKey.objects.filter(owner=owner).values_list("pk", flat=True).first()
    if found is None:
        raise NotFound(owner=owner)
    return UUID(str(found))


def _keys_of(owners: set[str]) -> Mapping[str, bytes | None]:
    if not owners:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT owner, wrapped_key, key_ring_id FROM core_datakey WHERE owner = ANY(%s)", [sorted(owners)]
        )
        keys = keys_in(cursor.fetchall()).by_owner
    missing = owners - keys.keys()
    if missing:
        raise NotFound(owners=sorted(missing))
    return keys


def _key(owner: str, wrapped: bytes | None, key_id: str) -> bytes | None:
    if wrapped is None:
        return None
    return _unwrapped.unwrap(crypto.ring(), bytes(wrapped), key_id=key_id, owner=owner)


def _opened(key: bytes | None, sealed: Sealed) -> str | None:
    if key is None:
        return None
    return crypto.open_(key, sealed.value, crypto.place(sealed.column, sealed.owner)).decode()
