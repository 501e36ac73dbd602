"""Lists of deliveries and of what the mail server said."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from apps.core.admin import ReadOnlyAdmin, SinceFilter, Table, shown
from apps.notifications.enums import Permission
from apps.notifications.models import Delivery, DeliveryAttempt
from apps.notifications.selectors import deliveries

_VIEW = (Permission.DELIVERY_VIEW.value,)


def attempts(delivery: Delivery) -> Table:
    """Return what the mail server said to each attempt."""
    rows = [
        [
            shown.instant(one.recorded_at),
            shown.text(str(one.number)),
            shown.text(one.get_outcome_display()),
            shown.text(" ".join(filter(None, (str(one.smtp_code or ""), one.error_class)))),
        ]
        for one in deliveries.attempts_of(delivery=delivery.pk)
    ]
    return Table(_("Attempts"), (_("At"), _("Number"), _("Outcome"), _("Answer")), rows)


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    permissions = _VIEW
    list_display = ("ref", "notification", "channel", "lane", "state", "reason", "attempts", "next_at", "sent_at")
    list_select_related = ("notification",)
    list_filter = (SinceFilter,)
    tables = (attempts,)


@admin.register(DeliveryAttempt)
class DeliveryAttemptAdmin(ReadOnlyAdmin):
    permissions = _VIEW
    list_display = ("ref", "recorded_at", "delivery", "number", "outcome", "smtp_code", "error_class", "latency_ms")
    list_select_related = ("delivery",)
    list_filter = (SinceFilter,)
