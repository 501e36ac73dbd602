"""The demo's staff: one person of each role. What they sign in with is kept for `make demo-codes`."""

import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from apps.accounts.enums import Role
from apps.accounts.models import User
from apps.accounts.services import second_factors, staff
from apps.core.actors import Actor, Via
from tools.demo.folders import STAFF

_TEAM = (
    (Role.SUPPORT_AGENT, "Rosa Lindqvist", "agent"),
    (Role.KYC_ANALYST, "Kwame Boateng", "analyst"),
    (Role.KYC_SENIOR, "Ines Carvalho", "lead"),
    (Role.ADMINISTRATOR, "Viktor Hallberg", "admin"),
    (Role.AUDITOR, "Noor Rahimi", "auditor"),
)


@dataclass(frozen=True, slots=True)
class Member:
    """What a member of staff signs in with: password, and the secret of the authenticator app in base 32."""

    name: str
    email: str
    role: str
    password: str
    secret: str


def employ(*, password: str, by: Actor, at: datetime) -> dict[Role, Actor]:
    """Make everybody, write down how they sign in, and return each as the one who acts."""
    team, members = {}, []
    for role, name, mailbox in _TEAM:
        email = f"{mailbox}@strongroom.example"
        user = staff.create(email=email, password=password, name=name, roles=[role], by=by, at=at)
        enrolment = second_factors.enrol(user.pk, by=by, at=at)
        members.append(Member(name, email, role.value, password, enrolment.secret))
        team[role] = _actor(user, role)
    _keep(members)
    return team


def _actor(user: User, role: Role) -> Actor:
    return Actor(
        kind="staff", id=user.ref, human_id=user.human_id, roles=frozenset({role.value}), via=Via(door="console")
    )


def _keep(members: list[Member]) -> None:
    path = Path(os.environ["STRONGROOM_RUN"]) / STAFF
    path.touch(mode=0o600)
    path.write_text(json.dumps([asdict(member) for member in members], indent=2))
