"""Customers: a login becomes one, is activated once known, frozen and unfrozen."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID
from zoneinfo import available_timezones

from apps.accounts.enums import ContactKind, CustomerKind, CustomerStatus, Topic, WalletKind
from apps.accounts.errors import AlreadyCustomer, CountryUnknown, TimeZoneUnknown
from apps.accounts.models import ContactPoint, Customer, CustomerSearch, Profile, Tier, User
from apps.accounts.models.contacts import email_fingerprint
from apps.accounts.selectors import countries, logins
from apps.accounts.services import wallets
from apps.core import audit, db, ids, outbox, states
from apps.core.actors import Actor
from apps.core.errors import InvalidState
from apps.core.services import data_keys
from apps.workflow.commands import staff_command

_LOWEST: Final = "tier0"
_DISPLAY_LENGTH: Final = 80


@dataclass(frozen=True, slots=True)
class _Words:
    """What the customer is called and where reached, in plain form."""

    legal_name: str
    display_name: str
    email: str


def become(
    *, user: UUID, kind: CustomerKind, legal_name: str, country: str, currency: str, by: Actor, at: datetime
) -> Customer:
    """Make a customer of a login, with a wallet in `currency`, in the lowest tier.

    Order: data key, customer, profile, verified e-mail address, search row, wallet, audit, topic
    accounts.customer.created. `country` is ISO 3166-1 alpha-2.
    Raises: already_customer, country_unknown, unknown_currency, not_found.
    """
    if country not in countries.CODES:
        raise CountryUnknown(country=country)
    with db.unit(by=by, at=at, why="become a customer"):
        (login,) = db.lock(User, user, mode="hold")
        if Customer.objects.filter(user=login).exists():
            raise AlreadyCustomer
        words = _Words(legal_name, legal_name[:_DISPLAY_LENGTH], logins.email_of(login))
        customer = _made(login, kind, country, words)
        wallet = wallets.open_(owner=customer, kind=WalletKind.PERSONAL, currency=currency)
        customer.receiving_wallet = wallet
        customer.save()
        audit.record(action="accounts.customer.create", subject=customer, customer=customer.ref)
        outbox.publish(Topic.CUSTOMER_CREATED, subject=customer, customer=customer.ref, data={"user": login.ref})
    return customer


def change(
    customer: UUID, *, version: int, locale: str | None = None, tz: str | None = None, by: Actor, at: datetime
) -> Customer:
    """Change the language or time zone of a customer.

    Order: row, audit, topic accounts.customer.changed. Raises: version_conflict, time_zone_unknown, not_found.
    """
    if tz is not None and tz not in available_timezones():
        raise TimeZoneUnknown(tz=tz)
    with db.unit(by=by, at=at, why="change"):
        (held,) = db.lock(Customer, customer)
        db.require_version(held, version)
        before = {"locale": held.locale, "tz": held.tz}
        held.locale, held.tz = locale or held.locale, tz or held.tz
        held.save()
        after = {"locale": held.locale, "tz": held.tz}
        audit.record(action="accounts.customer.change", subject=held, customer=held.ref, before=before, after=after)
        outbox.publish(Topic.CUSTOMER_CHANGED, subject=held, customer=held.ref)
    return held


def begin_review(customer: UUID) -> Customer:
    """Note that the identity of a prospect is under review. Works inside an open unit.

    Raises: invalid_state for anybody who is no prospect any more, not_found.
    """
    return _moved(customer, CustomerStatus.PENDING_KYC, only_from=CustomerStatus.PROSPECT)


def end_review(customer: UUID) -> Customer:
    """Note that a review ended without approval: the customer is a prospect again. Works inside an open unit.

    Raises: invalid_state unless it was under review, not_found.
    """
    return _moved(customer, CustomerStatus.PROSPECT, only_from=CustomerStatus.PENDING_KYC)


def activate(customer: UUID) -> Customer:
    """Note that the customer's identity is known. Works inside an open unit.

    Raises: invalid_state unless it was under review, not_found.
    """
    return _moved(customer, CustomerStatus.ACTIVE, only_from=CustomerStatus.PENDING_KYC)


@staff_command(
    "accounts.customer.freeze",
    subject="cus",
    reasons="accounts.customer.freeze",
    reversible_by="accounts.customer.unfreeze",
)
def freeze(customer: UUID, *, reason: str, note: str = "", by: Actor, at: datetime) -> Customer:
    """Stop all money of a customer. Order: state with audit, topic accounts.customer.frozen.

    Raises: invalid_state, not_found.
    """
    with db.unit(by=by, at=at, why="freeze"):
        held = _moved(customer, CustomerStatus.FROZEN, reason=reason, note=note)
        outbox.publish(Topic.CUSTOMER_FROZEN, subject=held, customer=held.ref)
    return held


@staff_command(
    "accounts.customer.unfreeze",
    subject="cus",
    reasons="accounts.customer.unfreeze",
    reversible_by="accounts.customer.freeze",
)
def unfreeze(customer: UUID, *, reason: str, note: str = "", by: Actor, at: datetime) -> Customer:
    """Let money of a customer move again, in the state before the freeze.

    Order: state with audit, topic accounts.customer.unfrozen. Raises: invalid_state, not_found.
    """
    with db.unit(by=by, at=at, why="unfreeze"):
        before = Customer.history.filter(id=customer).exclude(status=CustomerStatus.FROZEN).order_by("-version")
        status = before.values_list("status", flat=True).first()
        held = _moved(customer, CustomerStatus(status or CustomerStatus.PROSPECT), reason=reason, note=note)
        outbox.publish(Topic.CUSTOMER_UNFROZEN, subject=held, customer=held.ref)
    return held


def _moved(
    customer: UUID,
    to: CustomerStatus,
    *,
    reason: str = "",
    note: str = "",
    only_from: CustomerStatus | None = None,
) -> Customer:
    """Move a customer. Out of a freeze every state is legal, so a review names the one it starts from."""
    (held,) = db.lock(Customer, customer)
    if only_from is not None and held.status != only_from:
        raise InvalidState(id=held.ref, state=held.status, wanted=to.value)
    states.move(held, to, customer=held.ref, reason_code=reason, reason_text=note)
    return held


def _made(login: User, kind: CustomerKind, country: str, words: _Words) -> Customer:
    unit, key = db.current(), ids.new()
    owner = Customer.ref_of(key)
    data_keys.create(owner=owner)
    sealed = data_keys.seal_all(
        owner=owner,
        texts={
            "accounts.Customer.legal_name_sealed": words.legal_name,
            "accounts.Profile.display_name_sealed": words.display_name,
            "accounts.ContactPoint.value_sealed": words.email,
        },
    )
    customer = Customer(
        pk=key,
        kind=kind,
        user=login,
        legal_name_sealed=sealed["accounts.Customer.legal_name_sealed"],
        country=country,
        locale=login.locale,
        tz=login.tz,
        tier=Tier.objects.get(code=_LOWEST),
    )
    customer.save()
    Profile(customer=customer, display_name_sealed=sealed["accounts.Profile.display_name_sealed"]).save()
    ContactPoint(
        customer=customer,
        kind=ContactKind.EMAIL,
        value_sealed=sealed["accounts.ContactPoint.value_sealed"],
        value_fp=email_fingerprint(words.email),
        is_primary=True,
        verified_at=unit.at,
        changed_at=unit.at,
    ).save()
    CustomerSearch(
        customer=customer, legal_name=words.legal_name, display_name=words.display_name, email=words.email
    ).save()
    return customer
