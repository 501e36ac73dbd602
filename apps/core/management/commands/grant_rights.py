"""Give the roles their rights on every table; run as owner after each migration."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import connections

from apps.core.selectors import rights


class Command(BaseCommand):
    help = "Give the roles their rights on every table. Uses the owner's connection; run it after every migrate."

    def handle(self, *_args: Any, **_options: Any) -> None:
        with connections["owner"].cursor() as cursor:
            cursor.execute("SELECT core_grant_rights(%s, %s)", [rights.sealed_tables(), list(rights.DELETABLE)])
