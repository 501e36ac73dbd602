"""Who is told, what they were told, and how it reached them."""

from apps.notifications.models.deliveries import Delivery, DeliveryAttempt
from apps.notifications.models.messages import InboxHead, Notification
from apps.notifications.models.recipients import Recipient

__all__ = ["Delivery", "DeliveryAttempt", "InboxHead", "Notification", "Recipient"]
