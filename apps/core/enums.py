"""Words of core. This module knows no Django: the choices are plain enums with labels."""

from enum import StrEnum


class DeliveryState(StrEnum):
    """The life of one delivery of an outbox message."""

    PENDING = "pending"
    RUNNING = "running"
    DONE = "done"
    DEAD = "dead"
