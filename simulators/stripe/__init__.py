"""A stand-in for Stripe: customers, payment methods by test cards, payment intents, signed events, and faults.

Paths, refusals and signatures are the vendor's; `/__sim/` has the switches. What was answered survives a restart.
"""

import socket
from dataclasses import dataclass
from pathlib import Path

from simulators.stripe.api import Api, Keys
from simulators.stripe.control import Control
from simulators.stripe.faults import Faults
from simulators.stripe.store import Store
from simulators.stripe.web import Journal, WebServer
from simulators.stripe.webhooks import Policy, Webhooks


@dataclass(frozen=True, slots=True)
class Account:
    """The simulated account: its keys, where its events go, and the secret that signs them."""

    secret_key: str = "sk_test_simulated"  # noqa: S105 - opens nothing but this account
    publishable_key: str = "pk_test_simulated"
    webhook_url: str = ""
    webhook_secret: str = "whsec_simulated"  # noqa: S105 - as above


class StripeSimulator:
    """One account behind one port."""

    name = "stripe"

    def __init__(self, *, host: str, port: int, folder: Path, account: Account | None = None) -> None:
        """Bind the port and load what is kept. Raises OSError with the port that is taken."""
        account = account or Account()
        try:
            listener = socket.create_server((host, port))
        except OSError as error:
            raise OSError(error.errno, f"cannot listen on {host}:{port} for stripe ({error.strerror})") from error
        bound_host, bound_port = listener.getsockname()[:2]
        self._addresses = {"api": f"http://{bound_host}:{bound_port}"}
        self.store = Store(folder / "account.jsonl")
        policy = Policy(url=account.webhook_url, secret=account.webhook_secret)
        self._webhooks = Webhooks(self.store, policy)
        faults, journal = Faults(), Journal()
        api = Api(self.store, self._webhooks, Keys(account.secret_key, account.publishable_key))
        control = Control(self.store, self._webhooks, faults, journal.rows)
        self._web = WebServer(listener, api, control, faults, journal)

    @property
    def addresses(self) -> dict[str, str]:
        """`api` as URL."""
        return dict(self._addresses)

    def start(self) -> None:
        """Answer and deliver from now on."""
        self._web.start()
        self._webhooks.start()

    def stop(self) -> None:
        """Close the port and end the deliveries; what waits is delivered after the next start."""
        self._web.stop()
        self._webhooks.stop()
