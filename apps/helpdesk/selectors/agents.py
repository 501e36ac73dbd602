"""Reads of agents: their profiles and how customers see them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from apps.core import ids, live
from apps.core.actors import Actor
from apps.helpdesk.enums import AgentStatus
from apps.helpdesk.models import AgentProfile

DOOR: Final = "agent"
"""The door by which desks are connected."""

_LOGIN: Final = "usr"


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody as others see them: a typed id and a name."""

    ref: str
    name: str


def login_of(person: str) -> UUID | None:
    """Return the login that a typed id names; none for anything else."""
    try:
        return ids.decode(_LOGIN, person)
    except ids.BadId:
        return None


def person(login: UUID) -> str:
    """Return the typed id of a login."""
    return ids.encode(_LOGIN, login)


def profile(person: str) -> AgentProfile | None:
    """Return the profile of a member of staff (typed id of the login)."""
    found: AgentProfile | None = AgentProfile.objects.filter(user_id=login_of(person)).first()
    return found


@dataclass(frozen=True, slots=True)
class Shown:
    """An agent as colleagues see one."""

    profile: AgentProfile
    is_connected: bool


def shown() -> list[Shown]:
    """Return all agents by display name, and whether a desk of theirs is open."""
    there = live.connected(DOOR)
    rows = AgentProfile.objects.order_by("display_name", "id")
    return [Shown(row, person(row.user_id) in there) for row in rows]


def own(*, by: Actor) -> Shown | None:
    """Return the caller as an agent, if they are one."""
    found = profile(by.id)
    return None if found is None else Shown(found, by.id in live.connected(DOOR))


def takers() -> int:
    """Return how many agents take chats now."""
    logins = [key for person in live.connected(DOOR) if (key := login_of(person))]
    if not logins:
        return 0
    return int(AgentProfile.objects.filter(user_id__in=logins, chosen_status=AgentStatus.ONLINE).count())


def named(people: Iterable[str]) -> dict[str, Named]:
    """Return agents as customers see them, by the typed ids of their logins, with one query."""
    keys = {key: person for person in set(people) if (key := login_of(person))}
    rows = AgentProfile.objects.filter(user_id__in=keys)
    return {keys[row.user_id]: Named(row.ref, row.display_name) for row in rows}
