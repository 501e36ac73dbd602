"""What proves who somebody is: its events, and the sealing of secrets that allauth keeps."""

import base64
from datetime import datetime
from uuid import UUID

from apps.accounts.enums import Credential, CredentialAction, Topic
from apps.accounts.models import CredentialEvent, User
from apps.accounts.selectors.logins import SECRET_COLUMN
from apps.core import audit, db, live, outbox
from apps.core.actors import Actor
from apps.core.services import data_keys


def note(user: UUID, *, kind: Credential, action: CredentialAction, by: Actor, at: datetime) -> CredentialEvent:
    """Write down that a credential was added, used, removed or reset.

    Order: event; unless it was only used, audit, topic accounts.credential.changed, hint to the person's connections.
    """
    with db.unit(by=by, at=at, why=f"{kind} {action}"):
        event = CredentialEvent(user_id=user, kind=kind, action=action, ip=by.via.ip or None, at=at)
        event.save()
        if action != CredentialAction.USED:
            subject, data = User.ref_of(user), {"kind": kind.value, "action": action.value}
            audit.record(action="accounts.credential.change", subject=subject, data=data)
            outbox.publish(Topic.CREDENTIAL_CHANGED, subject=subject, data=data)
            # Sessions may have ended with it.
            live.recheck(subject)
    return event


def seal_secret(*, owner: str, text: str) -> str:
    """Return a secret of a login (typed id) in the form in which it may be stored. Needs no open unit.

    Raises: data_erased, not_found.
    """
    sealed = data_keys.seal(owner=owner, column=SECRET_COLUMN, text=text)
    return f"{owner}:{base64.b64encode(sealed).decode()}"
