"""Heads of the chain that were published outside the database: files of a folder, each written once.

A file says which block was the head at an instant, under a mark that only the key ring can make.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.core.files.storage import Storage, storages
from django.db.models import QuerySet

from apps.core import crypto
from apps.ledger.models import Anchor, Block

FORMAT: Final = "SRLA1"
_KIND: Final = "ledger.anchor"


@dataclass(frozen=True, slots=True)
class Published:
    """What an anchor says: the number and hash of the head at an instant."""

    seq: int
    hash: bytes
    at: datetime

    @property
    def place(self) -> str:
        """Return the name of its file."""
        return f"{self.seq:012}-{self.at:%Y%m%dT%H%M%S%fZ}.json"

    def mark(self) -> bytes:
        """Return what the key ring makes of it."""
        return crypto.fingerprint(_KIND, f"{FORMAT}|{self.seq}|{self.hash.hex()}|{self.at.isoformat()}")

    def text(self) -> str:
        """Return the content of its file."""
        told = {"format": FORMAT, "seq": self.seq, "hash": self.hash.hex(), "at": self.at.isoformat()}
        return json.dumps({**told, "mark": self.mark().hex()}) + "\n"


def listed() -> QuerySet[Anchor]:
    """Return the anchors that the database knows, the newest first."""
    rows: QuerySet[Anchor] = Anchor.objects.order_by("-id")
    return rows


def folder() -> Storage:
    """Return where anchors are kept."""
    return storages["anchors"]


def mismatched() -> Iterator[tuple[int, str]]:
    """Yield number and file of each anchor that the chain does not have: it is ahead, differs, is forged or is gone."""
    places = {*Anchor.objects.values_list("place", flat=True), *_files()}
    published = {place: _read(place) for place in sorted(places)}
    named = [found.seq for found in published.values() if found]
    hashes = dict(Block.objects.filter(seq__in=named).values_list("seq", "hash"))
    for place, found in published.items():
        if found is None or hashes.get(found.seq) != found.hash:
            yield found.seq if found else 0, place


def _files() -> list[str]:
    try:
        return folder().listdir("")[1]
    except FileNotFoundError:
        return []


def _read(place: str) -> Published | None:
    """Return what a file says; None when it is gone or was not written by us."""
    try:
        with folder().open(place) as file:
            told = json.loads(file.read())
        found = Published(told["seq"], bytes.fromhex(told["hash"]), datetime.fromisoformat(told["at"]))
        is_ours = told["mark"] == found.mark().hex() and place == found.place
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return found if is_ours else None
