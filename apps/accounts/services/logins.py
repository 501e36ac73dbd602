"""Logins of consumers, and the facts about signing in. allauth decides who gets in; here it is written down."""

from datetime import datetime
from functools import cache
from typing import Final
from uuid import UUID

from django.contrib.auth.hashers import make_password, verify_password
from django.utils.crypto import get_random_string

from apps.accounts.enums import LoginResult, Topic, UserKind
from apps.accounts.models import LoginEvent, User
from apps.accounts.models.contacts import email_fingerprint
from apps.accounts.selectors import logins as reads
from apps.accounts.selectors.logins import EMAIL_COLUMN
from apps.accounts.services import contacts
from apps.core import audit, db, outbox
from apps.core.actors import Actor
from apps.core.services import data_keys
from apps.notifications.services import recipients

_REFUSALS: Final = frozenset({"not_staff", "closed", "no_second_factor"})


def register(*, user: User, email: str, locale: str, tz: str, by: Actor, at: datetime) -> User:
    """Make `user`, a row that is not saved yet, the login of a consumer with this address, without a password.

    Order: data key, login, audit. Raises: email_taken.
    """
    with db.unit(by=by, at=at, why="register"):
        data_keys.create(owner=user.ref)
        user.kind = UserKind.CUSTOMER
        user.email_fp = email_fingerprint(email)
        user.email_sealed = data_keys.seal(owner=user.ref, column=EMAIL_COLUMN, text=email)
        user.locale, user.tz, user.human_id = locale, tz, user.ref
        user.set_unusable_password()
        user.save()
        audit.record(action="accounts.user.register", subject=user)
    return user


def confirm_email(user: UUID, *, email: str, by: Actor, at: datetime) -> User:
    """Take over an address that its owner has proved: the login signs in with it and is written to there from now on.

    Order: login, the customer's address, recipient, audit. Raises: email_taken, contact_taken, not_found, data_erased.
    """
    with db.unit(by=by, at=at, why="confirm an address"):
        (held,) = db.lock(User, user)
        fingerprint = email_fingerprint(email)
        changed = held.email_fp != fingerprint
        if changed:
            held.email_fp = fingerprint
            held.email_sealed = data_keys.seal(owner=held.ref, column=EMAIL_COLUMN, text=email)
            held.save()
            contacts.replace_email(user, email=email)
        recipients.upsert(recipient=held.ref, email=email, locale=held.locale, tz=held.tz)
        audit.record(action="accounts.user.confirm_email", subject=held, data={"changed": changed})
    return held


def prove_password(*, email: str, password: str, by: Actor, at: datetime) -> User | None:
    """Return the member of staff with this address and password; None, written down, for everybody else.

    Nobody is signed in by it: a second factor follows. A hash of an older kind is replaced on the way.
    Order: login, or the failed attempt.
    """
    found = reads.by_email(email)
    is_right, is_outdated = verify_password(password, found.password if found else _nobody_s())
    with db.unit(by=by, at=at, why="sign in"):
        refusal = _refusal(found, is_right=is_right)
        if found is None or refusal:
            fail(user=found.pk if found else None, identifier=email, reason=refusal, by=by, at=at)
            return None
        if is_outdated:
            (found,) = db.lock(User, found.pk)
            found.set_password(password)
            found.save()
    return found


def succeed(user: UUID, *, aal: int, by: Actor, at: datetime) -> LoginEvent:
    """Write down that somebody signed in; `aal` is 2 when a second factor was proved.

    Order: event, audit, topic accounts.login.succeeded.
    """
    with db.unit(by=by, at=at, why="sign in"):
        event = LoginEvent(user_id=user, result=LoginResult.SUCCEEDED, aal=aal, ip=by.via.ip or None, at=at)
        event.save()
        subject = User.ref_of(user)
        audit.record(action="accounts.login.succeed", subject=subject, data={"aal": aal, "event": event.ref})
        outbox.publish(Topic.LOGIN_SUCCEEDED, subject=subject, data={"aal": aal, "event": event.ref})
    return event


def fail(*, user: UUID | None, identifier: str, reason: str, by: Actor, at: datetime) -> LoginEvent:
    """Write down that an attempt to sign in failed, or was refused although the person proved who they are.

    `identifier` is the address that was typed, if one was.
    Order: event, topic accounts.login.failed for a login that exists.
    """
    with db.unit(by=by, at=at, why="fail to sign in"):
        event = LoginEvent(
            user_id=user,
            identifier_fp=email_fingerprint(identifier) if identifier else None,
            result=LoginResult.REFUSED if reason in _REFUSALS else LoginResult.FAILED,
            reason=reason,
            ip=by.via.ip or None,
            at=at,
        )
        event.save()
        if user is not None:
            data = {"reason": reason, "event": event.ref}
            outbox.publish(Topic.LOGIN_FAILED, subject=User.ref_of(user), data=data)
    return event


def end(user: UUID, *, by: Actor, at: datetime) -> None:
    """Write down that a member of staff signed out. Order: audit."""
    with db.unit(by=by, at=at, why="sign out"):
        audit.record(action="accounts.login.end", subject=User.ref_of(user))


def _refusal(user: User | None, *, is_right: bool) -> str:
    """Return why somebody may not go on; the answer outside is the same for all."""
    if user is None:
        return "unknown"
    if not is_right:
        return "password"
    if user.kind != UserKind.STAFF:
        return "not_staff"
    if not user.is_active:
        return "closed"
    return "" if reads.has_second_factor(user.pk) else "no_second_factor"


@cache
def _nobody_s() -> str:
    """Return a hash that no password has: an unknown address takes as long as a known one."""
    return make_password(get_random_string(40))
