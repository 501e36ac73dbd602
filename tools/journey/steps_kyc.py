"""Steps about who somebody is to the law: facts and images, taken and decided by an officer."""

import io
from typing import Any

from PIL import Image, ImageDraw

from tools.journey.client import JourneyError, require
from tools.journey.staff import Desk
from tools.journey.world import Person, Step, World

_OFFICER = "kyc_analyst"
_QUEUE = "compliance.kyc"
_MOST = 60


def apply(world: World, person: Person) -> None:
    """Open an application and state the facts."""
    made = world.post(person, "/kyc/applications", {})
    require(made, 201)
    person.application = made.json()["id"]
    read = world.api.send("GET", f"/api/v1/kyc/applications/{person.application}", token=person.token)
    require(read, 200)
    changed = world.api.send(
        "PATCH",
        f"/api/v1/kyc/applications/{person.application}",
        body={"facts": facts(person)},
        token=person.token,
        headers={"If-Match": read.headers["ETag"]},
    )
    require(changed, 200)


def show_papers(world: World, person: Person) -> None:
    """Show an identity card from both sides."""
    for kind in ("id_card_front", "id_card_back"):
        answer = world.upload(person, f"/kyc/applications/{person.application}/documents", kind=kind, file=card(kind))
        require(answer, 201)


def submit(world: World, person: Person) -> None:
    """Hand the application in."""
    require(world.post(person, f"/kyc/applications/{person.application}/submit", {}), 200)


def sign_in_officer(world: World) -> None:
    """Sign in to the console by the form, with a second factor."""
    world.desk(_OFFICER).sign_in()


def approve(world: World, person: Person) -> None:
    """Take the next work until this person's comes, look at facts and images, and approve."""
    desk = world.desk(_OFFICER)
    work = _taken(desk, person)
    review = desk.get(f"/compliance/applications/{person.application}")
    if review["facts"]["legal_name"] != person.name:
        message = f"the officer sees {review['facts']['legal_name']!r} instead of {person.name!r}"
        raise JourneyError(message)
    for document in review["documents"]:
        desk.image(f"/compliance/documents/{document['id']}/content")
    decision = {
        "work_item": work["id"],
        "work_item_version": work["version"],
        "verdict": "approve",
        "reason": "identity_confirmed",
    }
    require(desk.post(f"/compliance/applications/{person.application}/decisions", decision), 200, 201)


def see_tier(world: World, person: Person) -> None:
    """Read that the identity is known now, and that more may be moved."""
    me = world.get(person, "/me")
    if (me["status"], me["tier"]) != ("active", "tier1"):
        message = f"{person.name} is {me['status']} in {me['tier']}"
        raise JourneyError(message)


def _taken(desk: Desk, person: Person) -> dict[str, Any]:
    """Return the person's work; what comes before it is left to colleagues."""
    for _ in range(_MOST):
        answer = desk.post(f"/console/queues/{_QUEUE}/claim-next", {})
        require(answer, 200)
        work: dict[str, Any] = answer.json()
        if work["subject"] == person.application:
            return work
        require(desk.post(f"/console/work-items/{work['id']}/skip", {"reason": "end_of_shift"}), 200)
    message = f"the work of {person.name} did not come"
    raise JourneyError(message)


def facts(person: Person) -> dict[str, Any]:
    """Return what a person states."""
    return {
        "legal_name": person.name,
        "born_on": "1991-04-17",
        "nationality": "US",
        "address": {"line1": "12 Harbor Street", "city": "Fairhaven", "country": "US", "postal_code": "02719"},
        "id_number": {"kind": "passport", "country": "US", "number": person.email.partition("@")[0][-10:]},
    }


def card(title: str) -> bytes:
    """Return a JPEG with something on it."""
    image = Image.new("RGB", (640, 400), (228, 235, 240))
    ImageDraw.Draw(image).text((40, 60), f"{title} SPECIMEN", fill=(20, 40, 70), font_size=32)
    content = io.BytesIO()
    image.save(content, "JPEG")
    return content.getvalue()


STEPS = (
    Step("Ada states who she is", lambda w: apply(w, w.ada)),
    Step("Ada shows her identity card from both sides", lambda w: show_papers(w, w.ada)),
    Step("Ada hands her application in", lambda w: submit(w, w.ada)),
    Step("An officer signs in with a second factor", sign_in_officer),
    Step("The officer takes Ada's application and approves", lambda w: approve(w, w.ada)),
    Step("Ada may move more", lambda w: see_tier(w, w.ada)),
)
