"""Migrate as owner. Each statement waits 2 s at most for a lock, so requests go on; a refused round is tried again."""

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMMAND = [sys.executable, "manage.py", "migrate", "--database", "owner", "--no-input"]
LOCKED = "canceling statement due to lock timeout"
ROUNDS = 10
REST_S = 3.0


def main() -> int:
    """Run the migrations that are missing; return the exit code of the last round."""
    for number in range(1, ROUNDS + 1):
        code, locked = _round()
        if not locked:
            return code
        print(f"A lock was held for longer than 2 s; round {number} of {ROUNDS} was given up.", flush=True)
        time.sleep(REST_S)
    return 1


def _round() -> tuple[int, bool]:
    process = subprocess.Popen(COMMAND, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    locked = False
    for line in process.stdout or ():
        print(line, end="", flush=True)
        locked = locked or LOCKED in line
    return process.wait(), locked


if __name__ == "__main__":
    sys.exit(main())
