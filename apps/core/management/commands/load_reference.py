"""Load the reference rows of every app; run after each migration. Loading again changes nothing."""

from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand

from apps.core import actors, clock, db


class Command(BaseCommand):
    help = "Load the reference rows of every app. Loading again changes nothing."

    def handle(self, *_args: Any, **_options: Any) -> None:
        with db.unit(by=actors.system("core.load_reference", door="command"), at=clock.now(), why="reference rows"):
            for config in apps.get_app_configs():
                load = getattr(config, "load_reference", None)
                if load is not None:
                    load()
