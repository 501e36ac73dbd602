"""Open a new epoch of the sealed tables after a logical restore, before the processes start."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from apps.core import actors, clock
from apps.core.selectors import chains
from apps.core.services import audit_blocks


class Command(BaseCommand):
    help = "Show the epoch, or open a new one: needed after a restore from a logical dump, before the processes start."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--new", action="store_true", help="open a new epoch, as owner")
        parser.add_argument("--reason", default="", help="why; kept in the audit log")

    def handle(self, *_args: Any, **options: Any) -> None:
        if not options["new"]:
            self.stdout.write(f"Epoch {chains.current_epoch(audit_blocks.CHAIN)}.")
            return
        if not options["reason"].strip():
            message = "Give --reason: it is kept in the audit log."
            raise CommandError(message)
        with connections["owner"].cursor() as cursor:
            cursor.execute("SELECT core_new_epoch()")
        by = actors.system("core.audit.epoch", door="command")
        epoch = audit_blocks.note_epoch(reason=options["reason"].strip(), by=by, at=clock.now())
        self.stdout.write(f"Epoch {epoch} is open.")
