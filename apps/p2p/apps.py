"""Money between customers."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class P2pConfig(AppConfig):
    name = "apps.p2p"
    label = "p2p"
    verbose_name = _("p2p")
