"""Second factors of staff: an authenticator app, and codes on paper that open once each."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import quote
from uuid import UUID

from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken

from apps.accounts.enums import Credential, CredentialAction, UserKind
from apps.accounts.errors import NotStaff
from apps.accounts.models import LoginEvent, StaffApp, User
from apps.accounts.models.second_factors import stored_code
from apps.accounts.selectors import logins as reads
from apps.accounts.services import credentials, logins
from apps.core import db
from apps.core.actors import Actor

CODES: Final = 10
_ISSUER: Final = "Strongroom"
_DIGITS: Final = 6
_KINDS: Final[dict[type[Device], Credential]] = {
    StaffApp: Credential.TOTP,
    StaticDevice: Credential.RECOVERY_CODES,
}


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What a person is shown once: the secret of the app, as text and as address of a QR code, and codes on paper."""

    secret: str
    url: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """A second factor that was proved: the device's id in sessions, and the sign-in it completed."""

    device: str
    event: LoginEvent


def enrol(user: UUID, *, by: Actor, at: datetime) -> Enrolment:
    """Give a member of staff a new authenticator app and new codes on paper; those from before open nothing any more.

    Order: login, old devices, app, codes, credential events with audit and topics. Raises: not_staff, not_found.
    """
    with db.unit(by=by, at=at, why="enrol"):
        (held,) = db.lock(User, user)
        if held.kind != UserKind.STAFF:
            raise NotStaff
        _withdraw(held.pk, by, at)
        app = StaffApp(user=held, name="app")
        app.save()
        paper = StaticDevice(user=held, name="paper")
        paper.save()
        codes = tuple(secrets.token_hex(5) for _ in range(CODES))
        StaticToken.objects.bulk_create(StaticToken(device=paper, token=stored_code(code)) for code in codes)
        for kind in _KINDS.values():
            credentials.note(held.pk, kind=kind, action=CredentialAction.ADDED, by=by, at=at)
    label = quote(f"{_ISSUER}:{reads.email_of(held)}")
    return Enrolment(app.secret, f"otpauth://totp/{label}?secret={app.secret}&issuer={_ISSUER}", codes)


def withdraw(user: UUID, *, by: Actor, at: datetime) -> None:
    """End all second factors of a member of staff, and with them the open sessions.

    Order: login, devices, credential events with audit and topics. Raises: not_found.
    """
    with db.unit(by=by, at=at, why="withdraw"):
        (held,) = db.lock(User, user)
        _withdraw(held.pk, by, at)


def prove(user: UUID, *, code: str, by: Actor, at: datetime) -> Proof | None:
    """Complete a sign-in with a code of the app or one on paper; None, written down, when it opens nothing.

    A code opens once. Order: device, credential event, sign-in with audit and topic; or the failed attempt.
    """
    with db.unit(by=by, at=at, why="sign in"):
        device = _opened(user, code)
        if device is None:
            logins.fail(user=user, identifier="", reason="second_factor", by=by, at=at)
            return None
        credentials.note(user, kind=_KINDS[type(device)], action=CredentialAction.USED, by=by, at=at)
        event = logins.succeed(user, aal=2, by=by, at=at)
    return Proof(device.persistent_id, event)


def _opened(user: UUID, code: str) -> Device | None:
    plain = "".join(code.split()).replace("-", "").lower()
    model, token = (StaffApp, plain) if len(plain) == _DIGITS else (StaticDevice, stored_code(plain))
    for device in _devices(user, [model]):
        if device.verify_token(token):
            return device
    return None


def _withdraw(user: UUID, by: Actor, at: datetime) -> None:
    for device in _devices(user, _KINDS):
        device.confirmed = False
        device.save()
        credentials.note(user, kind=_KINDS[type(device)], action=CredentialAction.REMOVED, by=by, at=at)


def _devices(user: UUID, models: Iterable[type[Device]]) -> list[Device]:
    """Lock the devices of a member of staff, so that one code cannot open twice at once."""
    return [
        device
        for model in models
        for device in model.objects.filter(user=user, confirmed=True).order_by("pk").select_for_update()
    ]
