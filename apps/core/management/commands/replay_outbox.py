"""Give a new outbox handler the old messages of its topic."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.dateparse import parse_datetime

from apps.core import actors, clock
from apps.core.services import dispatch


class Command(BaseCommand):
    help = "Give a handler every message of its topic since an instant that it has not had."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--handler", required=True, help="name of the handler")
        parser.add_argument("--since", required=True, help="instant with zone, such as 2026-01-31T00:00:00Z")

    def handle(self, *_args: Any, **options: Any) -> None:
        since = parse_datetime(options["since"])
        if since is None or since.tzinfo is None:
            message = "--since is an instant with a zone, such as 2026-01-31T00:00:00Z."
            raise CommandError(message)
        by = actors.system("core.outbox.replay", door="command")
        try:
            count = dispatch.replay(handler=options["handler"], since=since, by=by, at=clock.now())
        except LookupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{count} messages will be delivered to {options['handler']}.")
