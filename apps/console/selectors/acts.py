"""What may be done on a page: commands with the reasons that they take."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from apps.workflow import selectors

REVEAL: Final = "console.contact.reveal"
_OTHER: Final = "other"


@dataclass(frozen=True, slots=True)
class Act:
    """A command on one row (typed id), as a button with a dialog. Its permission is its name, but for `permission`."""

    command: str
    subject: str
    title: Any
    permission: str = ""
    reasons: list[Any] = field(default_factory=list)

    @property
    def needs(self) -> str:
        """Return the permission code."""
        return self.permission or self.command

    @property
    def slug(self) -> str:
        """Return a name for elements of the page."""
        return "-".join(filter(None, (self.command.replace(".", "-"), self.subject)))


def with_reasons(acts: Sequence[Act]) -> list[Act]:
    """Fill in the reasons of each act, the catch-all last, in one query; return the acts."""
    by_action: dict[str, list[Any]] = {}
    found = sorted(selectors.reasons_of({act.command for act in acts}), key=lambda reason: bool(reason.code == _OTHER))
    for reason in found:
        by_action.setdefault(reason.action, []).append(reason)
    for act in acts:
        act.reasons.extend(by_action.get(act.command, ()))
    return list(acts)
