"""Telling people: the inbox, mails and one-time codes."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    """It knows no customer: a recipient is a typed id, and the texts belong to the apps that declare the kinds."""

    name = "apps.notifications"
    label = "notifications"
    verbose_name = _("notifications")
