"""Lists of money that comes in, and of what partners tell."""

from apps.payments.admin import events, top_ups

__all__ = ["events", "top_ups"]
