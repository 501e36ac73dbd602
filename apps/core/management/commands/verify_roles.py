"""Compare what the database's roles may do with what the kinds of rows demand."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.core.selectors import rights


class Command(BaseCommand):
    help = "Check that the processes' role owns nothing and may not DELETE, TRUNCATE or change what is append-only."

    def handle(self, *_args: Any, **_options: Any) -> None:
        faults = rights.faults()
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            message = f"{len(faults)} faults; run `manage.py grant_rights` as owner."
            raise CommandError(message)
        self.stdout.write("Rights are as they must be.")
