"""Reads of agents: their profiles and how customers see them."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from apps.core import ids
from apps.helpdesk.models import AgentProfile

_LOGIN = "usr"


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


def profile(person: str) -> AgentProfile | None:
    """Return the profile of a member of staff (typed id of the login)."""
    found: AgentProfile | None = AgentProfile.objects.filter(user_id=login_of(person)).first()
    return found


def profiles() -> list[AgentProfile]:
    """Return all agents, by display name."""
    return list(AgentProfile.objects.order_by("display_name", "id"))


def named(people: Iterable[str]) -> dict[str, Named]:
    """Return agents as customers see them, by the typed ids of their logins, with one query."""
    keys = {key: person for person in set(people) if (key := login_of(person))}
    rows = AgentProfile.objects.filter(user_id__in=keys)
    return {keys[row.user_id]: Named(row.ref, row.display_name) for row in rows}
