"""Rooms: what was said and what happened, under numbers without gaps."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.base import Code, Eternal, Kept, Log, Operational
from apps.core.fields import EncryptedText, Fingerprint
from apps.helpdesk.enums import Audience, AuthorKind, EntryKind

BODY_CHARACTERS = 8_000
"""The longest message."""


class Room(Operational):
    """Where people speak about a ticket or a chat; notes of staff have a room of their own.

    `customer_ref` is the person under whose key everything said here is sealed. Rebuilt from its entries.
    """

    id_prefix = "rom"
    lock_rank = 32
    changing = ("last_seq", "closed_at")

    owner = models.CharField(max_length=40)
    audience = Code(Audience)
    customer_ref = models.CharField(max_length=40)
    last_seq = models.BigIntegerField(default=0)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        constraints = (
            Eternal("owner", "audience", name="helpdesk_room_owner", reason="one conversation for each audience"),
        )

    class Privacy:
        internal = ("owner", "audience", "customer_ref", "last_seq", "opened_at", "closed_at")

    def __str__(self) -> str:
        return self.ref


class Message(Kept):
    """Something that was said. The text is sealed under the customer's key, whoever said it.

    `client_msg_id` is the sender's own: the same one again is the same message. `body_hash` tells whether it is.
    """

    id_prefix = "msg"
    lock_rank = 35

    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="messages")
    seq = models.BigIntegerField()
    author_kind = Code(AuthorKind)
    author_id = models.CharField(max_length=80)
    body_sealed: Any = EncryptedText(max_bytes=4 * BODY_CHARACTERS)
    body_hash = Fingerprint()
    client_msg_id = models.UUIDField()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = (
            Eternal("room", "seq", name="helpdesk_message_seq", reason="a number names one entry of a room for ever"),
            Eternal(
                *("room", "author_kind", "author_id", "client_msg_id"),
                name="helpdesk_message_client",
                reason="a message sent twice is one message, however late the second arrives",
            ),
        )

    class Privacy:
        internal = ("room", "seq", "author_kind", "author_id", "client_msg_id")
        personal = ("body_sealed", "body_hash")

    def __str__(self) -> str:
        return self.ref


class RoomEntry(Log):
    """What took a number in a room: a message, or a change that everybody in it is told of.

    Numbers begin at 1 and have no gaps: they are given under the lock of the room, and a rollback gives them back.
    """

    id_prefix = "rme"
    lock_rank = 36

    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="entries")
    seq = models.BigIntegerField()
    kind = Code(EntryKind)
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="entries", null=True, blank=True)
    data = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("entry of a room")
        verbose_name_plural = _("entries of rooms")
        constraints = (
            Eternal("room", "seq", name="helpdesk_roomentry_seq", reason="a number names one entry for ever"),
            models.CheckConstraint(
                condition=models.Q(kind="message", message__isnull=False)
                | ~models.Q(kind="message") & models.Q(message__isnull=True),
                name="helpdesk_roomentry_message",
            ),
            models.CheckConstraint(condition=models.Q(seq__gte=1), name="helpdesk_roomentry_first"),
        )

    class Privacy:
        internal = ("room", "seq", "kind", "message", "data", "at")

    def __str__(self) -> str:
        return f"{self.room_id} {self.seq}"


class Participant(Operational):
    """Somebody in a room, and up to which number it was delivered to them, read by them, and mailed to them.

    The marks only rise. Rebuilt from the entries of the room; marks that are lost are set again by the next reading.
    """

    id_prefix = "prt"
    lock_rank = 37
    changing = ("delivered_seq", "read_seq", "told_seq")

    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="participants")
    author_kind = Code(AuthorKind)
    author_id = models.CharField(max_length=80)
    delivered_seq = models.BigIntegerField(default=0)
    read_seq = models.BigIntegerField(default=0)
    told_seq = models.BigIntegerField(default=0)
    joined_at = models.DateTimeField()

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        constraints = (
            Eternal(
                *("room", "author_kind", "author_id"),
                name="helpdesk_participant_person",
                reason="who comes back is the same participant",
            ),
            models.CheckConstraint(
                condition=models.Q(read_seq__gte=0, delivered_seq__gte=models.F("read_seq")),
                name="helpdesk_participant_marks",
            ),
        )

    class Privacy:
        internal = ("room", "author_kind", "author_id", "delivered_seq", "read_seq", "told_seq", "joined_at")

    def __str__(self) -> str:
        return f"{self.author_id} {self.room_id}"
