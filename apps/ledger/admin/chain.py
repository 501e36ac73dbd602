"""Lists of sealed blocks and of where their heads were published."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from apps.core.admin import ReadOnlyAdmin, SinceFilter
from apps.ledger.enums import Permission
from apps.ledger.models import Anchor, Block

_VIEW = (Permission.CHAIN_VIEW.value,)
_HASH_BYTES = 32


def leaf_count(leaves: bytes) -> str:
    """Return how many rows the leaves of a block are of; a large block has half a megabyte of them."""
    return f"{len(leaves) // _HASH_BYTES:,} x {_HASH_BYTES} B"


@admin.register(Block)
class BlockAdmin(ReadOnlyAdmin):
    permissions = _VIEW
    keyset = ("-seq",)
    words = {"leaves": leaf_count}
    list_display = ("ref", "seq", "sealed_at", "count", "xid_from", "xid_to", "hash")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the blocks without their leaves, which only a record asks for."""
        return super().get_queryset(request).defer("leaves")


@admin.register(Anchor)
class AnchorAdmin(ReadOnlyAdmin):
    permissions = _VIEW
    list_display = ("ref", "at", "seq", "place")
    list_filter = (SinceFilter,)
