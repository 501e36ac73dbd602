"""Outside money: connectors, attempts, payment methods, top-ups, the webhook inbox."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PaymentsConfig(AppConfig):
    name = "apps.payments"
    label = "payments"
    verbose_name = _("payments")
