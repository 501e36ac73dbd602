"""People, wallets and what belongs to them, made by services; call them inside an open unit."""

from typing import Any

from apps.accounts.enums import CustomerKind, Direction, LoginResult, Operation, UserKind
from apps.accounts.models import (
    ContactPoint,
    CredentialEvent,
    Customer,
    CustomerSearch,
    LimitUsage,
    LimitUsageEntry,
    LoginEvent,
    Profile,
    RoleGrant,
    Tier,
    TierLimit,
    User,
    Wallet,
    WalletBalance,
    WalletOwner,
)
from apps.accounts.models.contacts import email_fingerprint
from apps.accounts.selectors.logins import EMAIL_COLUMN
from apps.accounts.services import customers, limits
from apps.core import db, ids
from apps.core.actors import Actor
from apps.core.money import Money
from apps.core.services import data_keys
from tests.support.units import later


def email() -> str:
    """Return an address that nobody else has."""
    return f"{ids.new().hex}@example.com"


def user(*, address: str = "", kind: UserKind = UserKind.CUSTOMER, **columns: Any) -> User:
    """Return a login."""
    key, address = ids.new(), address or email()
    data_keys.create(owner=User.ref_of(key))
    sealed = data_keys.seal(owner=User.ref_of(key), column=EMAIL_COLUMN, text=address)
    made = User(
        pk=key,
        kind=kind,
        email_fp=email_fingerprint(address),
        email_sealed=sealed,
        human_id=columns.pop("human_id", User.ref_of(key)),
        **columns,
    )
    made.set_unusable_password()
    made.save()
    return made


def actor(login: User) -> Actor:
    """Return a login as the one who acts."""
    return Actor(kind=login.kind, id=login.ref, human_id=login.human_id)


def customer(*, name: str = "Ada Okonkwo", country: str = "US", currency: str = "USD", address: str = "") -> Customer:
    """Return a customer of the lowest tier with one wallet."""
    unit = db.current()
    login = user(address=address)
    return customers.become(
        user=login.pk,
        kind=CustomerKind.PERSON,
        legal_name=name,
        country=country,
        currency=currency,
        by=unit.by,
        at=unit.at,
    )


def wallet() -> Wallet:
    """Return the wallet of a new customer."""
    return Wallet.objects.get(pk=customer().receiving_wallet_id)


def wallet_balance() -> WalletBalance:
    """Return the balance of a new wallet."""
    return WalletBalance.objects.get(wallet=wallet())


def wallet_owner() -> WalletOwner:
    """Return the owner of a new wallet."""
    return WalletOwner.objects.get(wallet=wallet())


def profile() -> Profile:
    """Return the profile of a new customer."""
    return Profile.objects.get(customer=customer())


def contact_point() -> ContactPoint:
    """Return the address of a new customer."""
    return ContactPoint.objects.get(customer=customer())


def customer_search() -> CustomerSearch:
    """Return the search row of a new customer."""
    return CustomerSearch.objects.get(customer=customer())


def tier() -> Tier:
    """Return a tier of its own."""
    made = Tier(code=ids.new().hex[:20], rank=ids.new().int % 30_000 + 100, name="Of a test")
    made.save()
    return made


def tier_limit() -> TierLimit:
    """Return a bound of a tier of its own."""
    made = TierLimit(tier=tier(), operation="p2p_send", direction="out", currency="USD", window="day", max_amount=5_000)
    made.save()
    return made


def limit_usage() -> LimitUsage:
    """Return the lifetime row of a customer's first transfer."""
    return limit_usage_entry().usage


def limit_usage_entry() -> LimitUsageEntry:
    """Return what a customer's first transfer used."""
    subject, payer = ids.encode("trf", ids.new()), customer()
    later()
    limits.consume(
        customer=payer.pk,
        operation=Operation.P2P_SEND,
        direction=Direction.OUT,
        money=Money(100, "USD"),
        subject=subject,
    )
    return LimitUsageEntry.objects.filter(subject=subject, usage__window="lifetime").select_related("usage").get()


def role_grant(login: User | None = None, role: str = "support_agent") -> RoleGrant:
    """Return a role of a member of staff, a new one unless named."""
    holder, unit = login or user(kind=UserKind.STAFF), db.current()
    made = RoleGrant(user=holder, role=role, granted_by="system:test", since=unit.at)
    made.save()
    return made


def login_event() -> LoginEvent:
    """Return a sign-in."""
    made = LoginEvent(user=user(), result=LoginResult.SUCCEEDED, at=db.current().at)
    made.save()
    return made


def credential_event() -> CredentialEvent:
    """Return an authenticator that was added."""
    made = CredentialEvent(user=user(), kind="totp", action="added", at=db.current().at)
    made.save()
    return made
