"""The demo's cards and top-ups, made by the product's services at a simulated partner whose account the demo keeps."""

import json
import os
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings

from apps.core.actors import Actor
from apps.core.money import Money
from apps.payments.adapters import registry
from apps.payments.adapters.registry import Connector
from apps.payments.adapters.stripe_account import Account
from apps.payments.errors import PartnerUnavailable
from apps.payments.services import cards, charges, escalations, payment_methods, top_ups
from simulators.stripe import Account as Simulated
from simulators.stripe import StripeSimulator

NUMBERS: Final = ("4242424242424242", "5555555555554444", "378282246310005", "4000008260000000")
DECLINES: Final = "4000000000000341"
REFUSED: Final = "4000000000009995"
ASKS: Final = "4000002760003184"
_CHARGE: Final = "/v1/payment_intents"
_TIMEOUT_S: Final = 10
_EXPIRES: Final = {"card[exp_month]": "11", "card[exp_year]": "2031", "card[cvc]": "123"}


class Till:
    """Takes cards and money from them, at the instants of the story."""

    def __init__(self, simulator: StripeSimulator, *, by: Actor, now: datetime) -> None:
        """Write by `by` what workers would; `now` is the end of the story."""
        self._simulator, self._by, self._now = simulator, by, now
        self._cards: dict[tuple[str, str], UUID] = {}

    def save(self, number: str, *, owner: Actor, at: datetime) -> UUID:
        """Add a card of the owner, once, and let the partner answer; return it."""
        known = self._cards.get((owner.id, number))
        if known is not None:
            return known
        self._turn_to(at)
        method = payment_methods.add(token=self._token(number), most=settings.CARDS_A_DAY, by=owner, at=at)
        cards.attach(method.pk, by=self._by, at=at + timedelta(seconds=2))
        self._cards[owner.id, number] = method.pk
        return method.pk

    def top_up(self, number: str, money: Money, *, wallet: UUID, fault: str = "", owner: Actor, at: datetime) -> None:
        """Let the owner top up a wallet from a card; with a fault, the partner's answer is that."""
        method = self.save(number, owner=owner, at=at)
        row = top_ups.create(wallet=wallet, payment_method=method, money=money, by=owner, at=at + timedelta(minutes=3))
        if fault:
            self._post("/__sim/scenario", {"match": {"path": _CHARGE, "method": "POST"}, "action": {"kind": fault}})
        with suppress(PartnerUnavailable):
            charges.call(row.pk, by=self._by, at=at + timedelta(minutes=3, seconds=2))

    def hand_over(self) -> None:
        """Show people what has been without an outcome for too long."""
        escalations.sweep(after=settings.UNKNOWN_TO_PEOPLE, limit=100, by=self._by, at=self._now)

    def _turn_to(self, at: datetime) -> None:
        self._simulator.store.clock_s = int((at - self._now).total_seconds())

    def _token(self, number: str) -> str:
        """Return the partner's token of a card, as its page gives it to the customer."""
        body = urlencode({"type": "card", "card[number]": number, **_EXPIRES}).encode()
        return str(self._send("/v1/payment_methods", body, "application/x-www-form-urlencoded")["id"])

    def _post(self, path: str, content: dict[str, Any]) -> None:
        self._send(path, json.dumps(content).encode(), "application/json")

    def _send(self, path: str, body: bytes, kind: str) -> dict[str, Any]:
        request = urllib.request.Request(  # noqa: S310 - the address of our own simulator
            f"{self._simulator.addresses['api']}{path}",
            data=body,
            headers={"Authorization": f"Bearer {settings.STRIPE_SECRET_KEY}", "Content-Type": kind},
        )
        with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as answer:  # noqa: S310 - as above
            found: dict[str, Any] = json.load(answer)
            return found


@contextmanager
def opened(folder: Path, *, by: Actor, now: datetime) -> Iterator[Till]:
    """Take cards at a partner of this process alone; what it keeps is in the folder of the demo's simulators."""
    account = Simulated(
        secret_key=settings.STRIPE_SECRET_KEY,
        publishable_key=os.environ.get("STRIPE_PUBLISHABLE_KEY", "pk_test_demo"),
    )
    simulator = StripeSimulator(host="127.0.0.1", port=0, folder=folder / "stripe", account=account)
    simulator.start()
    usual = registry.card_acquirer()
    ours = Connector(Account(simulator.addresses["api"], settings.STRIPE_SECRET_KEY, usual.account.webhook_secrets))
    registry.register(ours)
    try:
        yield Till(simulator, by=by, now=now)
    finally:
        registry.register(usual)
        ours.adapter.close()
        simulator.store.clock_s = 0
        simulator.stop()
