"""Agents: what they say of themselves, and the leases that live as long as their desk."""

from datetime import datetime

from apps.accounts.selectors import logins
from apps.core import audit, db, live
from apps.core.actors import Actor
from apps.core.errors import Forbidden
from apps.helpdesk.enums import CHATS, AgentStatus
from apps.helpdesk.models import AgentProfile
from apps.helpdesk.selectors import agents
from apps.workflow.services import leases

_UNNAMED = "Support"

DESK = live.group("desk", "chats")
"""The group of all desks: what waits, and who is there."""


def set_status(*, status: AgentStatus, by: Actor, at: datetime) -> AgentProfile:
    """Note what a member of staff says of themselves; their first word makes them an agent.

    Order: row, audit, hint to the desks. Raises: permission_denied for anybody else.
    """
    with db.unit(by=by, at=at, why="set status"):
        profile = ensure()
        if profile.chosen_status != status:
            (held,) = db.lock(AgentProfile, profile.pk)
            before, held.chosen_status = held.chosen_status, status
            held.save()
            audit.record(
                action="helpdesk.agent_profile.set_status",
                subject=held,
                before={"chosen_status": before},
                after={"chosen_status": status},
            )
            live.hint(DESK)
            return held
        return profile


def ensure() -> AgentProfile:
    """Return the profile of the unit's actor, made when it is missing. Works inside an open unit.

    Raises: permission_denied for anybody but staff.
    """
    by = db.current().by
    found, login = agents.profile(by.id), agents.login_of(by.id)
    member = logins.staff(login) if login else None
    if member is None:
        raise Forbidden
    if found is not None:
        return found
    # Customers see a first name, or what the agent changes it to; never the whole one.
    made = AgentProfile(user=member, display_name=(logins.name_of(member).split() or [_UNNAMED])[0][:80])
    made.save()
    audit.record(action="helpdesk.agent_profile.make", subject=made)
    return made


def keep(*, by: Actor, at: datetime) -> int:
    """Extend an agent's leases on chats: they are there. Returns how many there are."""
    return leases.extend(queue=CHATS.code, by=by, at=at)
