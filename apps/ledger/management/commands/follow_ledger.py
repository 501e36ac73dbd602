"""Seal postings as they come, as a process of its own."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from apps.core import actors, clock
from apps.ledger.services import follower


class Command(BaseCommand):
    help = "Seal finished postings into the chain, again and again; several may run, one of them works."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--interval", type=float, default=0.5, help="seconds between two passes")
        parser.add_argument("--once", action="store_true", help="make one pass and end")

    def handle(self, *_args: Any, **options: Any) -> None:
        by = actors.system("ledger.follower.loop", door="command")
        while True:
            sealed = follower.run(by=by, at=clock.now())
            if options["once"]:
                self.stdout.write(f"{sealed} rows sealed.")
                return
            time.sleep(options["interval"])
