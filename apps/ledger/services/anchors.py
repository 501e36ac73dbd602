"""Publishing the head of the chain outside the database, so that restoring or rewriting all of it is seen."""

from datetime import datetime

from django.core.files.base import ContentFile

from apps.core import audit, db
from apps.core.actors import Actor
from apps.core.errors import Duplicate
from apps.ledger.models import Anchor
from apps.ledger.selectors import anchors, chain
from apps.ledger.selectors.anchors import Published


def publish(*, by: Actor, at: datetime) -> Anchor | None:
    """Write the present head into a new file of the folder of anchors; None before the first block.

    Order: file before the unit, anchor, audit. A file is never written again; one whose unit failed says what was true
    all the same. Raises: duplicate for a second one of the same head and instant.
    """
    block = chain.blocks().first()
    if block is None:
        return None
    head = Published(block.seq, block.hash, at)
    _write_once(head)
    with db.unit(by=by, at=at, why="anchor"):
        anchor = Anchor(seq=block.seq, place=head.place, mark=head.mark(), at=at)
        anchor.save()
        audit.record(action="ledger.chain.anchor", subject=block, data={"place": head.place})
        return anchor


def _write_once(head: Published) -> None:
    folder = anchors.folder()
    # Storages never write over a file: they take another name.
    kept = folder.save(head.place, ContentFile(head.text().encode()))
    if kept != head.place:
        folder.delete(kept)
        raise Duplicate(place=head.place)
