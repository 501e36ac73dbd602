"""Steps about a card: added by the partner's token, charged, told three times over, credited once."""

import json
from typing import Any

from tools.journey.client import Client, JourneyError, require
from tools.journey.steps_money import TOP_UP, available
from tools.journey.world import Step, World

TOKEN = "pm_card_visa"  # noqa: S105 - the partner's own word for a test card
_TAKEN, _REFUSED = 200, 401


def add_card(world: World) -> None:
    """Add a card by the partner's token; the number never comes to us."""
    answer = world.post(world.ada, "/payment-methods", {"token": TOKEN})
    require(answer, 202)
    world.card = answer.json()["id"]
    world.eventually(
        "answer of the card partner", lambda: _status(world, f"/payment-methods/{world.card}") != "pending"
    )
    _same("the card", _status(world, f"/payment-methods/{world.card}"), "active")


def top_up(world: World) -> None:
    """Bring in 200.00 USD; the partner delivers each of its events three times."""
    _partner(world).expect(200, "POST", "/__sim/webhooks", body={"copies": 3})
    body = {
        "wallet": world.ada.wallet,
        "payment_method": world.card,
        "money": {"amount": TOP_UP, "currency": "USD"},
    }
    answer = world.post(world.ada, "/top-ups", body)
    require(answer, 202)
    world.top_up = answer.json()["id"]
    world.eventually("end of the top-up", lambda: _status(world, f"/top-ups/{world.top_up}") == "captured")
    _same("Ada's USD", available(world, world.ada, "USD"), TOP_UP)


def hear_it_again(world: World) -> None:
    """Take the partner's word for the money three times more: the same 200.00 USD."""
    _same("the answers to three deliveries", _delivered(world, copies=3), [_TAKEN] * 3)
    _partner(world).expect(200, "POST", "/__sim/webhooks", body={"copies": 1})
    _same("Ada's USD", available(world, world.ada, "USD"), TOP_UP)
    taken = _partner(world).expect(200, "GET", "/__sim/ledger")["references"][world.top_up]
    _same("what the partner took", taken, [TOP_UP])


def refuse_forgeries(world: World) -> None:
    """Refuse the same event with another signature, of six minutes ago, and of the future."""
    answers = [*_delivered(world, is_forged=True), *_delivered(world, skew_s=-360), *_delivered(world, skew_s=360)]
    _same("the answers to forged, old and future events", answers, [_REFUSED] * 3)
    _same("Ada's USD", available(world, world.ada, "USD"), TOP_UP)


def _delivered(world: World, **words: Any) -> list[int]:
    """Let the partner deliver the event of success now; return the answers."""
    body = {"reference": world.top_up, "type": "payment_intent.succeeded", **words}
    found = _partner(world).expect(200, "POST", "/__sim/deliver", body=body)
    return [status for one in found["deliveries"] for status in one["statuses"]]


def _partner(world: World) -> Client:
    """Return the simulated card partner."""
    if world.partner is None:
        addresses = json.loads((world.run / "simulators.json").read_text(encoding="utf-8"))
        world.partner = Client(addresses["stripe"]["api"])
    return world.partner


def _status(world: World, path: str) -> str:
    return str(world.get(world.ada, path)["status"])


def _same(what: str, found: object, expected: object) -> None:
    if found != expected:
        message = f"{what}: {found!r} instead of {expected!r}"
        raise JourneyError(message)


STEPS = (
    Step("Ada adds a card by the partner's token", add_card),
    Step("Ada tops up 200.00 USD by card: told three times, credited once", top_up),
    Step("The partner's event comes three times more: the same money", hear_it_again),
    Step("Forged, old and future events are refused", refuse_forgeries),
)
