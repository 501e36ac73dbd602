"""Data keys: made with a person, used to seal, wrapped anew at a rotation, destroyed at erasure."""

from collections.abc import Mapping

from apps.core import audit, crypto, db
from apps.core.crypto import DataKeyDestroyed
from apps.core.models import DataKey
from apps.core.selectors import data_keys


def create(*, owner: str) -> None:
    """Make the data key of a subject (typed id). Works inside an open unit.

    Raises: duplicate when the subject has, or had, one.
    """
    unit, ring = db.current(), crypto.ring()
    wrapped = ring.wrap(crypto.new_data_key(), owner=owner)
    DataKey(owner=owner, wrapped_key=wrapped, key_ring_id=ring.active_id, created_at=unit.at).save()


def seal(*, owner: str, column: str, text: str) -> bytes:
    """Return `text` sealed for one column of one subject; `column` is `app.Model.column`.

    Raises: data_erased when the key was destroyed; not_found.
    """
    return seal_all(owner=owner, texts={column: text})[column]


def seal_all(*, owner: str, texts: Mapping[str, str]) -> dict[str, bytes]:
    """Return the texts of several columns of one subject sealed, by column, with one query.

    Raises: data_erased when the key was destroyed; not_found.
    """
    key = data_keys.key_of(owner)
    return {column: crypto.seal(key, text.encode(), crypto.place(column, owner)) for column, text in texts.items()}


def destroy(*, owner: str, reason: str) -> None:
    """Make everything sealed for a subject unreadable for ever: rows, history and backups. Works inside an open unit.

    A backup still holds the wrapped key; it closes when the master key of its day leaves the ring.

    Raises: data_erased when that has happened already; not_found.
    """
    unit = db.current()
    (held,) = db.lock(DataKey, data_keys.id_of(owner))
    if held.destroyed_at is not None:
        raise DataKeyDestroyed(owner=owner)
    held.wrapped_key, held.destroyed_at, held.destroyed_by = None, unit.at, unit.by.id
    held.save()
    audit.record(action="core.data_key.destroy", subject=held, customer=owner, reason_text=reason)


def rewrap(*, limit: int) -> int:
    """Wrap up to `limit` keys anew under the active master key; returns how many. Works inside an open unit.

    Once a call returns 0, the other master keys may leave the ring. Sealed values stay as they are.
    """
    db.current()
    ring = crypto.ring()
    old = DataKey.objects.filter(wrapped_key__isnull=False).exclude(key_ring_id=ring.active_id).order_by("pk")
    count = 0
    for row in db.lock(DataKey, *old.values_list("pk", flat=True)[:limit]):
        if row.wrapped_key is None:
            continue
        key = ring.unwrap(bytes(row.wrapped_key), key_id=row.key_ring_id, owner=row.owner)
        row.wrapped_key, row.key_ring_id = ring.wrap(key, owner=row.owner), ring.active_id
        row.save()
        count += 1
    if count:
        audit.record(action="core.data_key.rewrap", subject=f"master-key:{ring.active_id}", data={"count": count})
    return count
