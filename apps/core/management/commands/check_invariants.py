"""Check what must always hold: the books, history, the audit chain, rights."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.core import actors, clock
from apps.core.services import invariants


class Command(BaseCommand):
    help = "Run the invariant queries of every app; on any database, at any time."

    def handle(self, *_args: Any, **_options: Any) -> None:
        by = actors.system("core.invariants.check", door="command")
        results = invariants.check_all(by=by, at=clock.now())
        for result in results:
            self.stdout.write(f"{'broken' if result.broken_by else 'holds':<8}{result.code}")
            for one in result.broken_by:
                self.stderr.write(f"        {one}")
        broken = sum(bool(result.broken_by) for result in results)
        if broken:
            message = f"{broken} of {len(results)} invariants are broken."
            raise CommandError(message)
        self.stdout.write(f"{len(results)} invariants hold.")
