"""Start every simulator and run until SIGTERM or Ctrl-C: `python -m simulators`.

Ports come from arguments or the environment; 0 lets the system choose. The addresses are written to `simulators.json`.
"""

import argparse
import json
import logging
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from simulators import Simulator
from simulators.mail import MailSimulator
from simulators.stripe import Account, StripeSimulator


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    environment = os.environ
    parser = argparse.ArgumentParser(prog="python -m simulators", description="Start the simulators of the demo.")
    parser.add_argument(
        "--run",
        type=Path,
        default=Path(environment.get("STRONGROOM_RUN") or ".run"),
        help="folder of everything that is kept between runs (STRONGROOM_RUN)",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address of all ports")
    parser.add_argument("--mail-smtp-port", type=int, default=environment.get("MAIL_SMTP_PORT", "2525"))
    parser.add_argument("--mail-web-port", type=int, default=environment.get("MAIL_WEB_PORT", "8025"))
    parser.add_argument("--stripe-port", type=int, default=environment.get("STRIPE_PORT", "8026"))
    parser.add_argument(
        "--stripe-webhook-url",
        default=environment.get("STRIPE_WEBHOOK_URL") or "http://127.0.0.1:8000/hooks/stripe",
        help="where events go (STRIPE_WEBHOOK_URL)",
    )
    return parser.parse_args(arguments)


def _account(options: argparse.Namespace) -> Account:
    """Return the account that the product's own variables describe."""
    usual = Account()
    return Account(
        secret_key=os.environ.get("STRIPE_SECRET_KEY") or usual.secret_key,
        publishable_key=os.environ.get("STRIPE_PUBLISHABLE_KEY") or usual.publishable_key,
        webhook_url=options.stripe_webhook_url,
        webhook_secret=os.environ.get("STRIPE_WEBHOOK_SECRET") or usual.webhook_secret,
    )


def _build(options: argparse.Namespace) -> list[Simulator]:
    return [
        MailSimulator(
            host=options.host,
            smtp_port=options.mail_smtp_port,
            web_port=options.mail_web_port,
            folder=options.run / "mail",
        ),
        StripeSimulator(
            host=options.host, port=options.stripe_port, folder=options.run / "stripe", account=_account(options)
        ),
    ]


def _publish(run: Path, simulators: Sequence[Simulator]) -> None:
    content = json.dumps({simulator.name: simulator.addresses for simulator in simulators}, indent=2)
    draft = run / "simulators.json.new"
    draft.write_text(content + "\n", encoding="utf-8")
    draft.replace(run / "simulators.json")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until told to stop; returns 0 then, and 1 when a port or the run folder cannot be used."""
    options = _options(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s: %(message)s", stream=sys.stderr)
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    try:
        options.run.mkdir(parents=True, exist_ok=True)
        simulators = _build(options)
        _publish(options.run, simulators)
    except OSError as error:
        sys.stderr.write(f"simulators: {error}\n")
        return 1
    for simulator in simulators:
        simulator.start()
        doors = ", ".join(f"{door} {address}" for door, address in simulator.addresses.items())
        logging.getLogger("simulators").info("%s: %s", simulator.name, doors)
    ended.wait()
    for simulator in simulators:
        simulator.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
