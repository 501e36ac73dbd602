"""What customers have not read of chats."""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Exists, F, OuterRef, Q

from apps.core import ids
from apps.helpdesk.enums import Audience, AuthorKind
from apps.helpdesk.models import ChatSession, Message, Participant
from apps.helpdesk.selectors import agents

_LOOKED_BACK: Final = timedelta(days=2)
"""Words that are older were told, or their customer could not be told."""


def participants(*, before: datetime, limit: int) -> list[Participant]:
    """Return customers for whom an agent's message in a chat waits since before an instant.

    Those are left out who were told of earlier words that they have not read yet.
    """
    said = Message.objects.filter(
        author_kind=AuthorKind.AGENT,
        room__owner__startswith=f"{ChatSession.id_prefix}_",
        pk__gte=ids.first_of(before - _LOOKED_BACK),
        created_at__lte=before,
    )
    waiting = said.filter(room=OuterRef("room"), seq__gt=OuterRef("read_seq"))
    rows = Participant.objects.filter(Q(room__in=said.values("room")), Exists(waiting), author_kind=AuthorKind.CUSTOMER)
    return list(rows.filter(told_seq__lte=F("read_seq")).order_by("id")[:limit])


def last_answer(participant: Participant) -> int:
    """Return the number of the last message of an agent in a participant's room; 0 when there is none."""
    said = Message.objects.filter(room=participant.room_id, author_kind=AuthorKind.AGENT)
    seq: int | None = said.order_by("-seq").values_list("seq", flat=True).first()
    return seq or 0


def author(owner: str, *, seq: int) -> str:
    """Return the name, as customers see it, of the agent who has said something to a ticket or chat (typed id)."""
    said = Message.objects.filter(room__owner=owner, room__audience=Audience.PUBLIC, seq=seq)
    person: str = said.values_list("author_id", flat=True).get()
    return agents.named([person])[person].name
