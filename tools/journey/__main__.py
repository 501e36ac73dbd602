"""Drive the running demo through one customer's whole way: `python -m tools.journey` (make journey).

Exit code 0 when every step was answered as promised, 1 with the reason otherwise.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.journey import steps_books, steps_card, steps_chat, steps_desk, steps_identity, steps_kyc, steps_money
from tools.journey.client import Client, JourneyError
from tools.journey.report import Report
from tools.journey.world import World, open_world

ROOT = Path(__file__).resolve().parents[2]
STEPS = (
    *steps_identity.STEPS,
    *steps_money.BEGIN,
    *steps_kyc.STEPS,
    *steps_card.STEPS,
    *steps_money.STEPS,
    *steps_chat.STEPS,
    *steps_desk.STEPS,
    *steps_books.STEPS,
)
_INTERRUPTED = 130


@dataclass(frozen=True)
class Demo:
    """What the running demo says about itself in its run folder."""

    url: str
    mail_url: str


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.journey", description=__doc__)
    run = Path(os.environ.get("STRONGROOM_RUN") or ROOT / ".run")
    parser.add_argument("--run", type=Path, default=run, help="run folder of the demo (STRONGROOM_RUN)")
    parser.add_argument("--url", help="address of the product, instead of the one in the run folder")
    parser.add_argument("--mail-url", help="address of the mail sink, instead of the one in the run folder")
    return parser.parse_args(arguments)


def _find_demo(options: argparse.Namespace) -> Demo:
    path = options.run / "demo.json"
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        facts = {}
    url, mail_url = options.url or facts.get("url"), options.mail_url or facts.get("mail_url")
    if not url or not mail_url:
        message = f"No running demo is found in {options.run}. Start it with `make demo`, then try again."
        raise JourneyError(message)
    return Demo(url, mail_url)


def _travel(world: World, report: Report) -> None:
    for step in STEPS:
        began = time.monotonic()
        world.take_statuses()
        result = "FAILED"
        try:
            step.run(world)
            result = "ok"
        finally:
            report.step(step.title, result, statuses=world.take_statuses(), seconds=time.monotonic() - began)


def main(arguments: Sequence[str] | None = None) -> int:
    """Return the exit code."""
    report = Report()
    began = time.monotonic()
    try:
        options = _options(arguments)
        demo = _find_demo(options)
        report.begin(demo.url, demo.mail_url)
        world = open_world(
            Client(demo.url),
            Client(demo.mail_url),
            root=ROOT,
            run=options.run,
            wait_for_code=report.countdown,
        )
        _travel(world, report)
    except KeyboardInterrupt:
        return _INTERRUPTED
    except JourneyError as error:
        report.failure(str(error))
        return 1
    except (KeyError, IndexError, TypeError, ValueError) as error:
        report.failure(f"An answer has another shape than promised: {type(error).__name__} {error}")
        return 1
    report.end(time.monotonic() - began)
    return 0


if __name__ == "__main__":
    sys.exit(main())
