"""$title: say in one line what this app answers for."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ${camel}Config(AppConfig):
    name = "apps.$app"
    label = "$app"
    verbose_name = _("$words")
