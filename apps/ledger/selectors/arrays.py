"""Arrays of one kind in the binary form of the database, each packed by one call.

The driver looks at every element of a list for its type, which costs more than all else that a posting does here; and a
list of small numbers would be of another type than one of large ones, so that each mixture is prepared anew.
"""

from collections.abc import Sequence
from itertools import chain
from struct import pack
from typing import ClassVar, Final, Self
from uuid import UUID

import psycopg
from psycopg.adapt import Buffer, Dumper
from psycopg.pq import Format

_HEAD: Final = "!iiIii"


class Packed(bytes):
    """An array without NULLs, of the type `array_oid` and its elements of `element_oid`."""

    array_oid: ClassVar[int]
    element_oid: ClassVar[int]

    @classmethod
    def _of(cls, values: Sequence[object], body: bytes) -> Self:
        if not values:
            return cls(pack("!iiI", 0, 0, cls.element_oid))
        return cls(pack(_HEAD, 1, 0, cls.element_oid, len(values), 1) + body)

    @classmethod
    def _of_bytes(cls, values: Sequence[bytes]) -> Self:
        return cls._of(values, b"".join(chain.from_iterable((pack("!i", len(one)), one) for one in values)))


class Smallints(Packed):
    """A `smallint[]`."""

    array_oid = 1005
    element_oid = 21

    @classmethod
    def of(cls, values: Sequence[int]) -> Self:
        """Pack numbers of 16 bits. Raises struct.error for larger ones."""
        return cls._of(values, pack("!" + "ih" * len(values), *chain.from_iterable((2, one) for one in values)))


class Bigints(Packed):
    """A `bigint[]`."""

    array_oid = 1016
    element_oid = 20

    @classmethod
    def of(cls, values: Sequence[int]) -> Self:
        """Pack numbers of 64 bits. Raises struct.error for larger ones."""
        return cls._of(values, pack("!" + "iq" * len(values), *chain.from_iterable((8, one) for one in values)))


class Uuids(Packed):
    """A `uuid[]`."""

    array_oid = 2951
    element_oid = 2950

    @classmethod
    def of(cls, values: Sequence[UUID]) -> Self:
        """Pack UUIDs."""
        return cls._of_bytes([one.bytes for one in values])


class Digests(Packed):
    """A `bytea[]`."""

    array_oid = 1001
    element_oid = 17

    @classmethod
    def of(cls, values: Sequence[bytes]) -> Self:
        """Pack bytes."""
        return cls._of_bytes(values)


class Texts(Packed):
    """A `text[]`."""

    array_oid = 1009
    element_oid = 25

    @classmethod
    def of(cls, values: Sequence[str]) -> Self:
        """Pack texts."""
        return cls._of_bytes([one.encode() for one in values])


class _PackedDumper(Dumper):
    format = Format.BINARY

    def dump(self, obj: Packed) -> Buffer:
        return obj


def register() -> None:
    """Teach the driver these types. Connections that are opened later know them."""
    for kind in (Smallints, Bigints, Uuids, Digests, Texts):
        dumper = type(f"{kind.__name__}Dumper", (_PackedDumper,), {"oid": kind.array_oid})
        psycopg.adapters.register_dumper(kind, dumper)
