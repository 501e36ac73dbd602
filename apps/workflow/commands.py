"""The registry of what staff may do: one frozen entry per command, made at import. Data: no HTTP, no rows.

The command itself is a service of the owning app; the console and the staff API carry commands out by this list.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

Service = TypeVar("Service", bound=Callable[..., Any])
Demand = Callable[[dict[str, Any]], bool] | None
"""Whether a command with this payload needs it; None: never."""


@dataclass(frozen=True, slots=True)
class Command:
    """A service that staff may run.

    `name` is `app.noun.verb`, and the audit action too; `permission` the code that a person must hold; `subject` the
    prefix of the typed id of the row it acts on; `reasons` the dictionary that its reason is from, empty for none;
    `step_up` and `approval` tell whether it needs a fresh second factor, or a second person; `reversible_by` the
    command that undoes it; a `sensitive` one is masked in timelines.
    """

    name: str
    permission: str
    subject: str
    service: Callable[..., Any]
    reasons: str = ""
    step_up: Demand = None
    approval: Demand = None
    reversible_by: str = ""
    sensitive: bool = False


_commands: Final[dict[str, Command]] = {}


def staff_command(
    name: str,
    *,
    subject: str,
    permission: str = "",
    reasons: str = "",
    step_up: Demand = None,
    approval: Demand = None,
    reversible_by: str = "",
    sensitive: bool = False,
) -> Callable[[Service], Service]:
    """Register the service below as a command; the permission is its name unless another one is given.

    Raises: ValueError for a name that another service has.
    """

    def register(service: Service) -> Service:
        entry = Command(
            name=name,
            permission=permission or name,
            subject=subject,
            service=service,
            reasons=reasons,
            step_up=step_up,
            approval=approval,
            reversible_by=reversible_by,
            sensitive=sensitive,
        )
        if _commands.setdefault(name, entry) is not entry:
            message = f"two commands are called {name!r}"
            raise ValueError(message)
        return service

    return register


def command(name: str) -> Command | None:
    """Return a registered command."""
    return _commands.get(name)


def commands() -> list[Command]:
    """Return all registered commands by name."""
    return [_commands[name] for name in sorted(_commands)]
