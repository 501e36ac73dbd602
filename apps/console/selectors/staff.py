"""Who of staff is who."""

from collections.abc import Iterable
from typing import Any

from apps.accounts.enums import Role
from apps.accounts.selectors import staff


def roles(held: frozenset[str]) -> str:
    """Return roles in words."""
    return ", ".join(sorted(str(Role(role).label) for role in held))


def names(people: Iterable[str]) -> dict[str, str]:
    """Return the names of members of staff by the typed ids of their logins."""
    return staff.names(people)


def person(user: Any) -> dict[str, str]:
    """Return what the frame of a page says of the person who looks at it."""
    return {"name": staff.names([user.ref]).get(user.ref, ""), "roles": roles(user.roles)}
