"""`make demo-codes`: what the demo's staff sign in with, and their one-time codes of this moment."""

import json
import time

from tools.demo.folders import STAFF, run_path
from tools.journey.otp import PERIOD_S, totp


def codes() -> int:
    """Print one line for each member of staff; returns 1 when there is no demo yet."""
    path = run_path() / STAFF
    if not path.exists():
        print(f"No demo has been made in {run_path()}. `make demo` makes one.")
        return 1
    now = time.time()
    print(f"  {'role':<16}{'e-mail':<30}{'code':<10}password")
    for member in json.loads(path.read_text()):
        code = totp(member["secret"], now)
        print(f"  {member['role']:<16}{member['email']:<30}{code:<10}{member['password']}")
    print(f"\nThe codes change in {PERIOD_S - int(now) % PERIOD_S} s. Each opens once.")
    return 0
