"""Columns of bytes: nothing unsealed and nothing of a wrong length gets in, by Python or by SQL."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import FieldError
from django.db import connection, models
from django.test.utils import isolate_apps

from apps.core import crypto
from apps.core.fields import EncryptedText, Fingerprint
from apps.core.models import DataKey

KEY = bytes(32)
SEALED = crypto.seal(KEY, b"Ana", b"")


def column(field: Any, name: str = "note_sealed") -> Any:
    field.set_attributes_from_name(name)
    return field


def test_sealed_column_takes_a_sealed_value_and_none() -> None:
    field = column(EncryptedText(max_bytes=10))

    assert (field.get_prep_value(SEALED), field.get_prep_value(None)) == (SEALED, None)


@pytest.mark.parametrize("value", ["Ana", memoryview(SEALED), bytearray(SEALED), 7])
def test_sealed_column_refuses_what_is_not_bytes(value: object) -> None:
    with pytest.raises(TypeError, match="note_sealed holds bytes"):
        column(EncryptedText(max_bytes=10)).get_prep_value(value)


def test_sealed_column_refuses_an_unsealed_text_without_showing_it() -> None:
    with pytest.raises(ValueError, match="note_sealed holds sealed values only") as refusal:
        column(EncryptedText(max_bytes=100)).get_prep_value(b"Ana Lopez, 14 Harbour Street, Springfield")

    assert "Ana" not in str(refusal.value)


@pytest.mark.parametrize("length", [0, 11])
def test_sealed_column_bounds_the_text(length: int) -> None:
    value = crypto.seal(KEY, b"x" * length, b"") if length else b"\x01"

    with pytest.raises(ValueError, match="note_sealed holds 29 to 39 bytes"):
        column(EncryptedText(max_bytes=10)).get_prep_value(value)


def test_sealed_column_takes_the_longest_text() -> None:
    value = crypto.seal(KEY, b"x" * 10, b"")

    assert column(EncryptedText(max_bytes=10)).get_prep_value(value) == value


@pytest.mark.parametrize("length", [31, 33])
def test_fingerprint_column_takes_32_bytes_only(length: int) -> None:
    with pytest.raises(ValueError, match="value_fp holds 32 to 32 bytes"):
        column(Fingerprint(), "value_fp").get_prep_value(bytes(length))


def test_sealed_column_cannot_be_searched() -> None:
    field = EncryptedText(max_bytes=10)

    assert [name for name in ("exact", "in", "contains", "gt", "isnull") if field.get_lookup(name)] == ["isnull"]


def test_fingerprint_column_can_be_searched_for_equality() -> None:
    field = Fingerprint()

    assert [name for name in ("exact", "in") if field.get_lookup(name)] == ["exact", "in"]


@pytest.mark.parametrize("make", [lambda: EncryptedText(max_bytes=10, null=True), Fingerprint])
def test_column_survives_a_migration(make: Callable[[], models.Field[Any, Any]]) -> None:
    field = column(make())

    _, path, args, options = field.deconstruct()
    again = column(type(field)(*args, **options))

    assert path == f"apps.core.fields.{type(field).__name__}"
    assert again.deconstruct() == field.deconstruct()
    assert (again.shortest, again.longest) == (field.shortest, field.longest)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value", "verdict"),
    [
        (EncryptedText(max_bytes=10), SEALED, True),
        (EncryptedText(max_bytes=10), b"\x01" + bytes(27), False),
        (EncryptedText(max_bytes=10), b"\x01" + bytes(39), False),
        (EncryptedText(max_bytes=10), None, None),
        (Fingerprint(), bytes(32), True),
        (Fingerprint(), bytes(31), False),
    ],
    ids=["sealed", "too short", "too long", "none", "fingerprint", "short fingerprint"],
)
def test_database_checks_the_length_as_well(field: Any, value: bytes | None, verdict: bool | None) -> None:
    check = column(field, "held").db_parameters(connection)["check"]

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {check} FROM (VALUES (%s::bytea)) AS places (held)", [value])
        got = cursor.fetchone()

    assert got == (verdict,)


def test_wrapped_keys_of_people_are_in_no_history() -> None:
    assert hasattr(DataKey, "history") is False


@isolate_apps("apps.core")
def test_query_by_a_sealed_column_is_refused_before_it_runs() -> None:
    class Note(models.Model):
        text_sealed = EncryptedText(max_bytes=10)

        class Meta:
            app_label = "core"
            managed = False

    with pytest.raises(FieldError, match="Unsupported lookup 'exact'"):
        Note.objects.filter(text_sealed=SEALED)
