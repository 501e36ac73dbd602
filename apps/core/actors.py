"""Who acts, and through which door.

An actor is an argument of every write. Entrances build it; nothing looks it up from a request.
"""

import ipaddress
from dataclasses import dataclass, field, replace
from typing import Literal, Self

ActorKind = Literal["customer", "staff", "system", "partner"]
Door = Literal["api", "console", "task", "receiver", "socket", "command", "partner"]


@dataclass(frozen=True, slots=True)
class Via:
    """The door of one call: its kind, the request's id, the caller's address and the login's typed id."""

    door: Door
    request_id: str = ""
    ip: str = ""
    login_ref: str = ""


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody or something that acts.

    `id` is a typed id string (`usr_...`, `system:ledger.partitions`); `human_id` names the human behind several logins
    and is empty for systems and partners; `on_behalf_of` is the typed id of the customer served, if another one.
    """

    kind: ActorKind
    id: str
    label: str = ""
    human_id: str = ""
    roles: frozenset[str] = field(default_factory=frozenset)
    on_behalf_of: str = ""
    via: Via = Via(door="command")

    def through(self, via: Via) -> Self:
        """Return the same actor entering by another door."""
        return replace(self, via=via)


def system(task: str, *, door: Door = "task", request_id: str = "") -> Actor:
    """Return the actor of a job: `system:<task>`."""
    return Actor(kind="system", id=f"system:{task}", label=task, via=Via(door=door, request_id=request_id))


def network(ip: str) -> str:
    """Return what stands for an anonymous caller: the address, or the network of an IPv6 customer line."""
    try:
        found = ipaddress.ip_address(ip)
    except ValueError:
        return "unknown"
    return str(ipaddress.ip_network(f"{ip}/64", strict=False)) if found.version == 6 else ip  # noqa: PLR2004 - IPv6
