"""The last step: the product's own check of its books, run beside the demo on the same database."""

import subprocess
import sys

from tools.journey.client import JourneyError
from tools.journey.world import Step, World

_LONGEST_S = 300


def check_books(world: World) -> None:
    """Run every invariant. Raises JourneyError with its words when one does not hold."""
    check = [sys.executable, "manage.py", "check_invariants"]
    command = [sys.executable, "-m", "tools.runtime", "exec", "--", *check]
    try:
        ended = subprocess.run(
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
    if ended.returncode:
        message = f"the check of the books ended with {ended.returncode}\n{ended.stdout}"
        raise JourneyError(message)


STEPS = (Step("The books are checked", check_books),)
