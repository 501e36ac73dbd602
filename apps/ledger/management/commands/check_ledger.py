"""Check that the books are whole: sums, chains, keys, returns, bounds, guards."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.core import actors, clock
from apps.ledger.services import checks


class Command(BaseCommand):
    help = "Run the invariants of the ledger; on any database, at any time."

    def handle(self, *_args: Any, **_options: Any) -> None:
        results = checks.run(by=actors.system("ledger.checks", door="command"), at=clock.now())
        for result in results:
            self.stdout.write(f"{'broken' if result.broken_by else 'holds':<8}{result.code}")
            for one in result.broken_by:
                self.stderr.write(f"        {one}")
        broken = sum(bool(result.broken_by) for result in results)
        if broken:
            message = f"{broken} of {len(results)} invariants of the ledger are broken."
            raise CommandError(message)
        self.stdout.write(f"{len(results)} invariants of the ledger hold.")
