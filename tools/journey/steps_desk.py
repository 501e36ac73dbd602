"""The last look: an agent finds the customer and reads what happened."""

from tools.journey.client import JourneyError, require
from tools.journey.steps_money import PAYMENT
from tools.journey.world import Person, Step, World

_AGENT = "support_agent"
_STREAMS = {"money", "identity", "talk", "sign_in"}


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
    """Read the timeline: the payment, the identity, the chat and the sign-ins are all there."""
    lines = world.desk(_AGENT).get(f"/console/customers/{person.customer}/timeline")["results"]
    missing = _STREAMS - {line["stream"] for line in lines}
    paid = [line for line in lines if line["money"] and line["money"]["amount"] == PAYMENT]
    if missing or len(paid) != 1:
        message = f"the timeline lacks {sorted(missing)}, and tells {len(paid)} times of the payment"
        raise JourneyError(message)


STEPS = (
    Step("The agent finds Ada by her e-mail address in capitals", lambda w: find(w, w.ada)),
    Step("The agent reads in the timeline all that happened", lambda w: read_timeline(w, w.ada)),
)
