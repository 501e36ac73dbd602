"""Who can be told something. The app that knows the person calls at every change of address, language or time zone."""

import re
import unicodedata
from functools import cache
from typing import Final
from zoneinfo import available_timezones

from apps.core import crypto, db
from apps.core.services import data_keys
from apps.notifications.errors import RecipientEmailInvalid, RecipientLocaleInvalid, RecipientZoneInvalid
from apps.notifications.models import InboxHead, Recipient

EMAIL_COLUMN: Final = "notifications.Recipient.email"

_LOCALE: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}", re.ASCII)
_EMAIL: Final = re.compile(r"[^\s@,;<>\"()\[\]\\]{1,64}@[^\s@,;<>\"()\[\]\\]{1,253}")
_LONGEST_EMAIL: Final = 254


def upsert(*, recipient: str, email: str | None, locale: str, tz: str) -> Recipient:
    """Register a recipient (typed id), or bring it up to date; the same again writes nothing.

    Works inside an open unit.

    `email` is an address that was verified, or None to send no mail; `recipient` owns a data key, which seals it.
    Later mails go to the new address, those that wait included.
    Raises: recipient_email_invalid, recipient_locale_invalid, recipient_zone_invalid, data_erased, not_found (no key),
    recipient_in_progress.
    """
    db.current()
    _check(email, locale, tz)
    head = InboxHead.objects.filter(recipient__owner=recipient).values_list("pk", flat=True).first()
    if head is None:
        row = Recipient(owner=recipient)
    else:
        # The inbox first: so a message may follow in the same unit, and two upserts of one person wait for each other.
        db.lock(InboxHead, head)
        row = Recipient.objects.get(owner=recipient)
    row.locale, row.tz = locale, tz
    _set_email(row, email)
    is_new = row._state.adding
    row.save()
    if is_new:
        InboxHead(recipient=row).save()
    return row


def _check(email: str | None, locale: str, tz: str) -> None:
    if not _LOCALE.fullmatch(locale):
        raise RecipientLocaleInvalid(field="locale")
    if tz not in _zones():
        raise RecipientZoneInvalid(field="tz")
    is_address = email is None or (
        len(email.encode()) <= _LONGEST_EMAIL
        and _EMAIL.fullmatch(email)
        and all(unicodedata.category(char)[0] not in "CZ" for char in email)
    )
    if not is_address:
        raise RecipientEmailInvalid(field="email")


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _set_email(row: Recipient, email: str | None) -> None:
    """Seal another address; the same one keeps its ciphertext, which would differ every time."""
    if email is None:
        row.email_sealed = row.email_fp = None
        return
    fingerprint = crypto.fingerprint("email", unicodedata.normalize("NFKC", email).lower())
    if row.email_fp != fingerprint:
        row.email_sealed = data_keys.seal(owner=row.owner, column=EMAIL_COLUMN, text=email)
        row.email_fp = fingerprint
