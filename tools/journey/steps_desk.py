"""The last look: an agent finds the customer and reads that everything happened, and happened once."""

from collections import Counter

from tools.journey.client import JourneyError, require
from tools.journey.steps_money import PAYMENT, TOP_UP
from tools.journey.world import Person, Step, World

_AGENT = "support_agent"
_DONE = {
    ("money", "Sent to"): 1,
    ("money", "Top-up by card"): 1,
    ("talk", "Chat"): 1,
    ("identity", "Identity application"): 1,
    ("staff", "accounts.customer.create"): 1,
    ("staff", "accounts.wallet.open"): 1,
    ("staff", "accounts.tier.grant"): 1,
    ("staff", "compliance.application.start"): 1,
    ("staff", "compliance.application.update"): 1,
    ("staff", "compliance.document.add"): 2,
    ("staff", "compliance.kyc_application.submitted"): 1,
    ("staff", "compliance.kyc_application.approved"): 1,
    ("staff", "payments.payment_method.add"): 1,
    ("staff", "payments.payment_method.active"): 1,
}
"""Stream and title of the lines about Ada, with their number."""
_ADA_IS_TOLD = ["compliance.application_approved", "p2p.transfer_sent", "payments.top_up_captured"]
_KENJI_IS_TOLD = ["p2p.transfer_received"]


def find(world: World, person: Person) -> None:
    """Find the customer by the e-mail address, typed in capitals."""
    answer = world.desk(_AGENT).post("/console/searches", {"term": person.email.upper()})
    require(answer, 200)
    found = answer.json()
    person.customer = world.get(person, "/me")["id"]
    if person.customer not in (found["goto"], *(hit["id"] for hit in found["results"])):
        message = f"the search found {found} instead of {person.customer}"
        raise JourneyError(message)


def read_timeline(world: World, person: Person) -> None:
    """Read the timeline: payments, identity, chat, sign-ins and whatever else was acknowledged are there, once."""
    lines = world.desk(_AGENT).get(f"/console/customers/{person.customer}/timeline")["results"]
    told = Counter((line["stream"], line["title"]) for line in lines)
    wrong = {what: told[what] for what, number in _DONE.items() if told[what] != number}
    moved = sorted(line["money"]["amount"] for line in lines if line["money"])
    if wrong or moved != [PAYMENT, TOP_UP] or "sign_in" not in {line["stream"] for line in lines}:
        message = f"the timeline tells of the payments {moved}, and otherwise than it happened of {wrong}"
        raise JourneyError(message)


def count_news(world: World, person: Person, expected: list[str]) -> None:
    """Read the whole inbox: it tells once of each thing that happened."""

    def kinds() -> list[str]:
        return sorted(row["kind"] for row in world.get(person, "/inbox")["results"])

    world.eventually(f"full inbox of {person.name}", lambda: len(kinds()) >= len(expected))
    if kinds() != expected:
        message = f"{person.name} was told {kinds()} instead of {expected}"
        raise JourneyError(message)


STEPS = (
    Step("The agent finds Ada by her e-mail address in capitals", lambda w: find(w, w.ada)),
    Step("The agent reads in the timeline all that happened, once", lambda w: read_timeline(w, w.ada)),
    Step("Ada was told of everything once", lambda w: count_news(w, w.ada, _ADA_IS_TOLD)),
    Step("Kenji was told of everything once", lambda w: count_news(w, w.kenji, _KENJI_IS_TOLD)),
)
