"""Data keys: one a subject, destroyed for ever, wrapped anew without touching what they sealed."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection

from apps.core import crypto, db
from apps.core.actors import system
from apps.core.errors import Duplicate, NotFound, NoUnit
from apps.core.models import AuditEvent, DataKey
from apps.core.selectors import data_keys as selectors
from apps.core.services import data_keys

pytestmark = pytest.mark.django_db

OWNER = "cus_01j2hz8pvcfp79y0938nkrkayd"
OTHER = "cus_01j2hz8pvcfp79y0938nkrkaye"
COLUMN = "accounts.Customer.legal_name_sealed"
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
BY = system("tests.data_keys")


def unit() -> Any:
    return db.unit(by=BY, at=AT)


def create(owner: str = OWNER) -> None:
    with unit():
        data_keys.create(owner=owner)


def destroy(owner: str = OWNER) -> None:
    with unit():
        data_keys.destroy(owner=owner, reason="erasure request")


def rewrap(limit: int) -> int:
    with unit():
        return data_keys.rewrap(limit=limit)


def opened(sealed: bytes, owner: str = OWNER) -> str:
    return selectors.open_text(owner=owner, column=COLUMN, sealed=sealed)


def rows() -> list[tuple[Any, ...]]:
    columns = ("owner", "wrapped_key", "key_ring_id", "destroyed_at", "destroyed_by")
    own = DataKey.objects.exclude(owner__startswith="partner:")  # those are reference rows
    return list(own.order_by("owner").values_list(*columns))


def audited() -> list[tuple[Any, ...]]:
    return list(AuditEvent.objects.order_by("id").values_list("action", "customer_ref", "data"))


def test_create_keeps_the_key_wrapped_by_the_active_master_key() -> None:
    create()

    row = DataKey.objects.get(owner=OWNER)
    key = crypto.ring().unwrap(bytes(row.wrapped_key), key_id=row.key_ring_id, owner=OWNER)
    assert (row.owner, row.key_ring_id, row.created_at) == (OWNER, crypto.ring().active_id, AT)
    assert (len(key), row.destroyed_at, row.destroyed_by) == (32, None, "")


def test_create_outside_a_unit_is_refused() -> None:
    with pytest.raises(NoUnit):
        data_keys.create(owner=OWNER)

    assert rows() == []


def test_create_gives_a_subject_one_key_for_ever() -> None:
    create()
    with unit(), pytest.raises(Duplicate), db.savepoint():
        data_keys.create(owner=OWNER)

    assert [row[0] for row in rows()] == [OWNER]


def test_seal_is_opened_by_the_same_subject_and_column() -> None:
    create()

    sealed = data_keys.seal(owner=OWNER, column=COLUMN, text="Ana López")

    assert (crypto.is_sealed(sealed), opened(sealed)) == (True, "Ana López")


def test_seal_of_another_subject_does_not_open() -> None:
    create()
    create(OTHER)
    sealed = data_keys.seal(owner=OWNER, column=COLUMN, text="Ana")

    with pytest.raises(crypto.Unreadable):
        opened(sealed, OTHER)


def test_seal_without_a_key_is_refused() -> None:
    with pytest.raises(NotFound):
        data_keys.seal(owner=OWNER, column=COLUMN, text="Ana")


def test_seal_all_seals_each_column_for_itself(django_assert_num_queries: Any) -> None:
    create()
    texts = {"accounts.Customer.legal_name_sealed": "Ana", "accounts.Customer.born_on_sealed": "1990-01-01"}

    with django_assert_num_queries(1):
        sealed = data_keys.seal_all(owner=OWNER, texts=texts)

    assert {
        column: selectors.open_text(owner=OWNER, column=column, sealed=value) for column, value in sealed.items()
    } == texts
    with pytest.raises(crypto.Unreadable):
        opened(sealed["accounts.Customer.born_on_sealed"])


def test_destroy_makes_what_was_sealed_unreadable_at_once() -> None:
    create()
    sealed = data_keys.seal(owner=OWNER, column=COLUMN, text="Ana")
    assert opened(sealed) == "Ana"

    destroy()

    with pytest.raises(crypto.DataKeyDestroyed) as refusal:
        opened(sealed)
    assert (refusal.value.code, refusal.value.status) == ("data_erased", 410)
    assert rows() == [(OWNER, None, crypto.ring().active_id, AT, BY.id)]
    assert audited() == [("core.data_key.destroy", OWNER, None)]


def test_destroy_by_another_process_counts_here_although_the_key_was_at_hand() -> None:
    create()
    sealed = data_keys.seal(owner=OWNER, column=COLUMN, text="Ana")

    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE core_datakey SET wrapped_key = NULL, destroyed_at = now(), destroyed_by = 'system:other'"
        )

    with pytest.raises(crypto.DataKeyDestroyed):
        opened(sealed)


def test_destroy_leaves_other_subjects_readable() -> None:
    create()
    create(OTHER)
    sealed = data_keys.seal(owner=OTHER, column=COLUMN, text="Ben")

    destroy()

    assert opened(sealed, OTHER) == "Ben"


def test_destroyed_key_is_not_destroyed_again_nor_used_nor_made_anew() -> None:
    create()
    destroy()
    before = rows()

    with pytest.raises(crypto.DataKeyDestroyed):
        destroy()
    with pytest.raises(crypto.DataKeyDestroyed):
        data_keys.seal(owner=OWNER, column=COLUMN, text="Ana")
    with unit(), pytest.raises(Duplicate), db.savepoint():
        data_keys.create(owner=OWNER)

    assert rows() == before
    assert len(audited()) == 1


def test_destroy_of_an_unknown_subject_is_refused() -> None:
    with pytest.raises(NotFound):
        destroy()

    assert (rows(), audited()) == ([], [])


@pytest.mark.parametrize(
    ("statement", "state"),
    [
        ("UPDATE core_datakey SET wrapped_key = '\\x01', destroyed_at = NULL, destroyed_by = ''", "23001"),
        ("UPDATE core_datakey SET destroyed_at = now()", "23001"),
        ("UPDATE core_datakey SET key_ring_id = 'other'", "23001"),
    ],
)
def test_database_refuses_any_change_of_a_destroyed_key(statement: str, state: str) -> None:
    create()
    destroy()

    assert refused(f"{statement} WHERE destroyed_at IS NOT NULL") == state


@pytest.mark.parametrize(
    ("statement", "state"),
    [
        ("UPDATE core_datakey SET wrapped_key = NULL", "23514"),
        ("UPDATE core_datakey SET wrapped_key = NULL, destroyed_at = now()", "23514"),
        ("UPDATE core_datakey SET destroyed_at = now(), destroyed_by = 'x'", "23514"),
        ("DELETE FROM core_datakey", "42501"),
    ],
)
def test_database_refuses_half_a_destruction(statement: str, state: str) -> None:
    create()

    assert refused(statement) == state


def refused(statement: str) -> str:
    """Return the state with which the database refuses a statement, of a unit's own savepoint."""
    with unit(), connection.cursor() as cursor:
        cursor.execute("SAVEPOINT here")
        try:
            cursor.execute(statement)
        except DatabaseError as error:
            cursor.execute("ROLLBACK TO SAVEPOINT here")
            return str(getattr(error.__cause__, "sqlstate", ""))
    return "accepted"


@pytest.fixture
def rotated(tmp_path: Path, settings: Any) -> Any:
    """Return a function that adds a master key to the ring, or takes all but the active one away."""
    path = tmp_path / "first.json"
    path.write_text(Path(settings.KEY_RING_FILE).read_text())
    settings.KEY_RING_FILE = str(path)

    def rotate(*, keep_old: bool) -> str:
        current = Path(settings.KEY_RING_FILE)
        content, added = json.loads(current.read_text()), json.loads(crypto.new_key_ring_json())
        if keep_old:
            content = {**content, "active": added["active"], "keys": {**content["keys"], **added["keys"]}}
        else:
            content["keys"] = {content["active"]: content["keys"][content["active"]]}
        following = current.with_name(f"{current.stem}-next.json")
        following.write_text(json.dumps(content))
        settings.KEY_RING_FILE = str(following)
        return str(content["active"])

    return rotate


def test_rewrap_frees_the_old_master_key_and_keeps_what_was_sealed(rotated: Any) -> None:
    create()
    create(OTHER)
    sealed = data_keys.seal(owner=OWNER, column=COLUMN, text="Ana")
    active = rotated(keep_old=True)

    others = DataKey.objects.count() - 2
    counts = [rewrap(limit=1), rewrap(limit=10), rewrap(limit=10)]

    rotated(keep_old=False)
    assert counts == [1, 1 + others, 0]
    assert [row[2] for row in rows()] == [active, active]
    assert opened(sealed) == "Ana"
    assert [(action, data) for action, _, data in audited()] == [
        ("core.data_key.rewrap", {"count": 1}),
        ("core.data_key.rewrap", {"count": 1 + others}),
    ]


def test_rewrap_leaves_destroyed_keys_alone(rotated: Any) -> None:
    create()
    destroy()
    before, others = rows(), DataKey.objects.filter(destroyed_at__isnull=True).count()
    rotated(keep_old=True)

    count = rewrap(limit=10)

    assert (count, rows()) == (others, before)
