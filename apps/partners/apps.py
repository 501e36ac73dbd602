"""The floor of every call to a partner: attempts, outcomes, transport, what codes mean, signatures, redaction."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartnersConfig(AppConfig):
    name = "apps.partners"
    label = "partners"
    verbose_name = _("partners")
