"""Lists of who can be told what, of what they were told, and of how it reached them."""

from apps.notifications.admin import deliveries, messages

__all__ = ["deliveries", "messages"]
