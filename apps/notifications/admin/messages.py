"""Lists of recipients, their inboxes and what stands in them; every text is masked."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from apps.core.admin import ReadOnlyAdmin, SinceFilter, Table, shown
from apps.notifications.enums import Permission
from apps.notifications.models import InboxHead, Notification, Recipient
from apps.notifications.selectors import deliveries

_VIEW = (Permission.DELIVERY_VIEW.value,)


def mails(notification: Notification) -> Table:
    """Return how a message left the house."""
    rows = [
        [shown.text(one.get_channel_display()), shown.text(one.get_state_display()), shown.instant(one.sent_at)]
        for one in deliveries.of_message(notification=notification.pk)
    ]
    return Table(_("Deliveries"), (_("Channel"), _("State"), _("Sent at")), rows)


@admin.register(Recipient)
class RecipientAdmin(ReadOnlyAdmin):
    permissions = _VIEW
    list_display = ("ref", "owner", "locale", "tz", "email_sealed", "updated_at")
    list_filter = (SinceFilter,)


@admin.register(InboxHead)
class InboxHeadAdmin(ReadOnlyAdmin):
    permissions = _VIEW
    list_display = ("ref", "recipient", "last_seq", "unread")
    list_select_related = ("recipient",)


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    permissions = _VIEW
    list_display = ("ref", "created_at", "recipient", "seq", "kind", "subject", "read_at")
    list_select_related = ("recipient",)
    list_filter = (SinceFilter,)
    tables = (mails,)
