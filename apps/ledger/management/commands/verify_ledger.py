"""Verify the chain of the books, block by block."""

from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.core import actors, clock
from apps.ledger.selectors import chain as head
from apps.ledger.services import chain

_STEP: Final = 50


class Command(BaseCommand):
    help = "Verify the chain of the books; names the first bad block and each row of it that was changed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", dest="from_block", type=int, default=1, help="first block to read")
        parser.add_argument("--to", dest="to_block", type=int, help="last block to read; else all, and the anchors")

    def handle(self, *_args: Any, **options: Any) -> None:
        by, first, last = (
            actors.system("ledger.chain.verify", door="command"),
            options["from_block"],
            options["to_block"],
        )
        end = head.head().seq if last is None else last
        blocks, rows = 0, 0
        while True:
            step = min(first + _STEP - 1, end)
            verdict = chain.verify(from_block=first, to_block=step if step < end else last, by=by, at=clock.now())
            blocks, rows = blocks + verdict.blocks, rows + verdict.rows
            if verdict.faults:
                told = "\n".join(
                    f"  {fault.kind} in block {fault.block} {fault.row}".rstrip() for fault in verdict.faults
                )
                message = f"{blocks} blocks, {rows} rows, then:\n{told}"
                raise CommandError(message)
            if step >= end:
                break
            first = step + 1
            self.stdout.write(f"{rows} rows; intact to block {step}, continue with --from {first}")
        self.stdout.write(f"{blocks} blocks, {rows} rows, intact.")
