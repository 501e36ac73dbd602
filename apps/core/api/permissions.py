"""Who may call an endpoint: each view names it, and one that does not is refused at import."""

from dataclasses import dataclass
from typing import Final, Protocol

from apps.core.actors import ActorKind


@dataclass(frozen=True, slots=True)
class Public:
    """Anybody, under the view's throttle; `reason` says why nobody needs to sign in."""

    reason: str


@dataclass(frozen=True, slots=True)
class Kind:
    """Everybody of one kind who is signed in; what they may see is the selector's matter."""

    kind: ActorKind


CUSTOMER: Final = Kind("customer")
STAFF: Final = Kind("staff")

Permission = Public | Kind | str
"""A text is a permission code, `app.noun.verb`, that the person must hold."""


class Holder(Protocol):
    """A user of Django: roles and grants stand behind it."""

    def has_perm(self, _perm: str, /) -> bool:
        """Return whether the person holds a code."""
        ...
