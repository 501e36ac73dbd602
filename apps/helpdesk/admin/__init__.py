"""Lists of the helpdesk."""

from apps.helpdesk.admin import rooms, tickets

__all__ = ["rooms", "tickets"]
