"""Bring a database up to this code, as owner: migrations, the roles' rights, reference rows.

Each statement waits 2 s at most for a lock, so that requests go on; a step that is refused one is tried again.
"""

import os
import sys
import time

import django
from django.core.management import call_command
from django.db import OperationalError, connections
from psycopg.errors import LockNotAvailable

TRIES = 10
REST_S = 3.0


def main() -> int:
    """Take every step; return 1 when a lock was never free."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    done = (
        patiently("migrate", database="owner", interactive=False)
        and patiently("grant_rights")
        and patiently("load_reference")
    )
    return 0 if done else 1


def patiently(command: str, **options: object) -> bool:
    """Run a command of Django until no lock stops it; return False after the last try."""
    for number in range(1, TRIES + 1):
        try:
            call_command(command, **options)
        except OperationalError as error:
            if not isinstance(error.__cause__, LockNotAvailable):
                raise
            print(f"{command}: a lock was held for longer than 2 s; try {number} of {TRIES}.", flush=True)
            connections.close_all()
            time.sleep(REST_S)
        else:
            return True
    return False


if __name__ == "__main__":
    sys.exit(main())
