"""The console is Django's admin site; apps register their lists with the plain decorator."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig


class ConsoleAdminConfig(AdminConfig):
    default_site = "apps.console.admin.site.ConsoleSite"


def urls() -> Any:
    """Return the addresses of the console."""
    return admin.site.urls
