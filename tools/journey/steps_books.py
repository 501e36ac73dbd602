"""The last step: the product's own check of its books, run beside the demo on the same database."""

import subprocess
import sys
import time

from tools.journey.client import PATIENCE_S, JourneyError
from tools.journey.world import POLL_S, Step, World

_LONGEST_S = 300
_AWAY = ("django.db.utils.OperationalError", "django.db.utils.InterfaceError")


def check_books(world: World) -> None:
    """Run every invariant, again while the database is away. Raises JourneyError when one does not hold."""
    until = time.monotonic() + PATIENCE_S
    while (ended := _checked(world)).returncode:
        if not any(words in ended.stdout for words in _AWAY) or time.monotonic() > until:
            message = f"the check of the books ended with {ended.returncode}\n{ended.stdout}"
            raise JourneyError(message)
        time.sleep(POLL_S)


def _checked(world: World) -> "subprocess.CompletedProcess[str]":
    check = [sys.executable, "manage.py", "check_invariants"]
    command = [sys.executable, "-m", "tools.runtime", "exec", "--", *check]
    try:
        return subprocess.run(
            command,
            cwd=world.root,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_LONGEST_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        message = f"the check of the books took more than {_LONGEST_S} s"
        raise JourneyError(message) from error


STEPS = (Step("The books are checked", check_books),)
