"""The connectors of this process: set once by the app's configuration, which alone knows settings and secrets."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from apps.partners.capabilities import Capabilities
from apps.payments.adapters import stripe_account
from apps.payments.adapters.stripe_account import Account

if TYPE_CHECKING:
    from apps.payments.adapters.stripe import StripeAdapter


class NotConfigured(LookupError):
    """No connector of this name."""


@dataclass(slots=True)
class Connector:
    """A partner as this process knows it; its client is made at the first call."""

    account: Account
    name: str = stripe_account.NAME
    capabilities: Capabilities = stripe_account.CAPABILITIES
    _adapter: "StripeAdapter | None" = field(default=None, init=False, repr=False)

    def kept_fields(self, operation: str) -> frozenset[str]:
        """Return the fields of a conversation that stay readable in the log of attempts."""
        shows_token = operation in (stripe_account.ATTACH, stripe_account.DETACH)
        return stripe_account.KEPT_FIELDS - {"id"} if shows_token else stripe_account.KEPT_FIELDS

    @property
    def environment(self) -> str:
        """Return whether the money is real."""
        return self.account.environment

    @property
    def adapter(self) -> "StripeAdapter":
        """Return the client."""
        if self._adapter is None:
            from apps.payments.adapters.stripe import StripeAdapter  # noqa: PLC0415 - slow-import

            self._adapter = StripeAdapter(self.account)
        return self._adapter


_connectors: Final[dict[str, Connector]] = {}


def register(connector: Connector) -> None:
    """Make a connector known, in place of the earlier one of its name."""
    _connectors[connector.name] = connector


def named(name: str) -> Connector:
    """Return a connector. Raises: NotConfigured."""
    try:
        return _connectors[name]
    except KeyError:
        raise NotConfigured(name) from None


def card_acquirer() -> Connector:
    """Return the connector that takes money from cards. Raises: NotConfigured."""
    return named(stripe_account.NAME)
