"""Verify the chain of audit events, block by block."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.core import actors, clock
from apps.core.services import audit_blocks


class Command(BaseCommand):
    help = "Verify the audit chain; names the first bad block and, where content was altered, the event."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", dest="from_block", type=int, default=1, help="first block to read")

    def handle(self, *_args: Any, **options: Any) -> None:
        by = actors.system("core.audit.verify", door="command")
        verdict = audit_blocks.verify(from_block=options["from_block"], by=by, at=clock.now())
        told = f"{verdict.blocks} blocks, {verdict.rows} events"
        if verdict.fault:
            fault = verdict.fault
            message = f"{told}, then: {fault.kind} in block {fault.block} {fault.row}".rstrip()
            raise CommandError(message)
        self.stdout.write(f"{told}, intact.")
