"""Prove for every tracked model that history is complete."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.core import history
from apps.core.selectors import histories


class Command(BaseCommand):
    help = "Check that versions run without gaps and that the last history row equals the live row, column by column."

    def handle(self, *_args: Any, **_options: Any) -> None:
        gaps, differences = 0, 0
        for model in history.models_with_history():
            label = model._meta.label
            for key in histories.gaps(model):
                gaps += 1
                self.stderr.write(f"{label} {key}: versions have a gap")
            for key in histories.differences(model):
                differences += 1
                self.stderr.write(f"{label} {key}: last history row and live row differ")
        told = f"{len(history.models_with_history())} models, {gaps} gaps, {differences} differences."
        if gaps or differences:
            raise CommandError(told)
        self.stdout.write(told)
