"""Columns of sealed values and of fingerprints.

Both hold bytes: a row never opens itself, so reading a sealed column is always an explicit call of a selector.
"""

from typing import Any, TypeVar

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from apps.core import crypto

_FINGERPRINT_BYTES = 32

_Set_contra = TypeVar("_Set_contra", contravariant=True)
_Get_co = TypeVar("_Get_co", covariant=True)


class _Bytes(models.BinaryField[_Set_contra, _Get_co]):
    """Bytes between two lengths, which the database checks as well."""

    # What the checker of types reads: never a memoryview, see from_db_value.
    _pyi_private_set_type: bytes
    _pyi_private_get_type: bytes

    def __init__(self, *, shortest: int, longest: int, **options: Any) -> None:
        self.shortest = shortest
        self.longest = longest
        super().__init__(**options)

    def db_check(self, connection: BaseDatabaseWrapper) -> str:
        """Return the column's check of its length."""
        column = connection.ops.quote_name(str(self.column))
        return f"octet_length({column}) BETWEEN {self.shortest} AND {self.longest}"

    def from_db_value(self, value: Any, *_: Any) -> bytes | None:
        """Return bytes, whatever view the driver gives."""
        return None if value is None else bytes(value)

    def get_prep_value(self, value: Any) -> Any:
        """Refuse anything but bytes of an allowed length.

        Raises: TypeError, ValueError; neither names the value.
        """
        if value is None:
            return None
        if not isinstance(value, bytes):
            msg = f"{self.name} holds bytes, not {type(value).__name__}"
            raise TypeError(msg)
        if not self.shortest <= len(value) <= self.longest:
            msg = f"{self.name} holds {self.shortest} to {self.longest} bytes, not {len(value)}"
            raise ValueError(msg)
        return super().get_prep_value(value)


class EncryptedText(_Bytes[_Set_contra, _Get_co]):
    """The ciphertext of a text under the data key of the row's subject.

    `max_bytes` bounds the text in UTF-8. Written with `services.data_keys.seal`, read with `selectors.data_keys`; it
    cannot be searched, because equal texts have different ciphertexts: a `Fingerprint` beside it can.
    """

    description = "Sealed text"

    def __init__(self, *, max_bytes: int, **options: Any) -> None:
        self.max_bytes = max_bytes
        overhead = crypto.OVERHEAD_BYTES
        super().__init__(shortest=overhead, longest=overhead + max_bytes, **options)

    def deconstruct(self) -> Any:
        """Return the arguments for migrations."""
        name, path, args, options = super().deconstruct()
        return name, path, args, {**options, "max_bytes": self.max_bytes}

    def get_prep_value(self, value: Any) -> Any:
        """Refuse bytes that were not sealed.

        Raises: TypeError, ValueError; neither names the value.
        """
        prepared = super().get_prep_value(value)
        if prepared is not None and not crypto.is_sealed(prepared):
            msg = f"{self.name} holds sealed values only"
            raise ValueError(msg)
        return prepared

    def get_lookup(self, lookup_name: str) -> Any:
        """Offer `isnull` alone."""
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None


class Fingerprint(_Bytes[_Set_contra, _Get_co]):
    """The keyed digest of a normalised value (`crypto.fingerprint`), for equality and uniqueness."""

    description = "Fingerprint"

    def __init__(self, **options: Any) -> None:
        super().__init__(shortest=_FINGERPRINT_BYTES, longest=_FINGERPRINT_BYTES, **options)
