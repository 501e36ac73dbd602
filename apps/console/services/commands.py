"""The one gate of acts on pages: who may, with which reason, on whom; then the service of the app that owns the row."""

from datetime import datetime
from typing import Any, Final

from apps.accounts.enums import ROLE_PERMISSIONS, Role
from apps.accounts.selectors import customers, wallets
from apps.console import rules
from apps.console.errors import CommandUnknown, OwnRecord
from apps.core import db, ids
from apps.core.actors import Actor
from apps.core.errors import Forbidden
from apps.workflow import commands
from apps.workflow.commands import Command
from apps.workflow.services import reasons

_SUBJECTS: Final = ("cus", "wal")
"""What a customer's page acts on; work on anything else has a page of its own, which asks for more than a reason."""


def run(*, name: str, subject: str, reason: str, note: str = "", by: Actor, at: datetime) -> Any:
    """Carry out a command that takes a reason, on a row (typed id), and return what its service returns.

    Order: the reason, the service. Raises: command_unknown, permission_denied, own_record, reason_unknown,
    reason_text_required, invalid_id, and whatever the service raises.
    """
    command = _permitted(name, subject, by)
    key = ids.decode(command.subject, subject)
    if rules.is_own(by, _customer_of(subject)):
        raise OwnRecord
    with db.unit(by=by, at=at, why=name):
        reasons.require(action=command.reasons, code=reason, text=note)
        return command.service(key, reason=reason, note=note, by=by, at=at)


def _permitted(name: str, subject: str, by: Actor) -> Command:
    command = commands.command(name)
    if command is None or not command.reasons or command.subject not in _SUBJECTS:
        raise CommandUnknown(command=name)
    if not subject.startswith(f"{command.subject}_"):
        raise CommandUnknown(command=name)
    if not any(command.permission in ROLE_PERMISSIONS[Role(role)] for role in by.roles):
        raise Forbidden(command=name)
    return command


def _customer_of(subject: str) -> str:
    """Return the customer whom a row is about."""
    if subject.startswith("wal_"):
        return customers.ref_of(wallets.owner_of(ids.decode("wal", subject)))
    return subject
