"""What `bench.company` needs once Django is up."""

from allauth.usersessions.models import UserSession
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from apps.accounts.api.sessions import CONSUMER_BACKEND, SessionStore
from apps.accounts.enums import CustomerKind
from apps.accounts.models import Customer, User, Wallet
from apps.accounts.selectors import wallets as reads
from apps.accounts.services import customers, logins, tiers
from apps.core import actors, clock, db, ids
from apps.core.money import Money
from apps.ledger.enums import Side
from apps.ledger.services import accounts, journal

_BY = actors.system("bench", door="command")


def make(count: int, *, funds: int) -> list[tuple[str, str, str]]:
    """Return address, wallet and session token of new customers with `funds` minor units of USD each."""
    return [_customer(funds) for _ in range(count)]


def without_usd() -> str:
    """Return the address of a new customer who keeps yen alone."""
    return become("JPY")[0]


def _customer(funds: int) -> tuple[str, str, str]:
    email, login, made = become("USD")
    at = clock.now()
    wallet = reads.of_customer(made.pk)[0].pk
    with db.unit(by=_BY, at=at, why="bench"):
        tiers.grant(customer=made.pk, tier="tier1")
    with db.unit(by=_BY, at=at, why="bench"):
        money, bank = Money(funds, "USD"), accounts.open_(code="A:FBO", asset="USD")
        account = reads.account_of(wallet, currency="USD")
        journal.post(
            lines=[journal.line(bank.pk, money, Side.DR), journal.line(account, money, Side.CR)],
            kind="ledger.opening",
            key=journal.posting_key(ids.encode("opn", ids.new()), "opening"),
            subject=made.ref,
        )
    return email, Wallet.ref_of(wallet), token(login)


def become(currency: str) -> tuple[str, User, Customer]:
    """Return address, login and row of a new customer."""
    at, email = clock.now(), f"{ids.new().hex}@example.com"
    login = logins.register(user=User(), email=email, locale="en", tz="UTC", by=_BY, at=at)
    made = customers.become(
        user=login.pk,
        kind=CustomerKind.PERSON,
        legal_name="Ada Okonkwo",
        country="US",
        currency=currency,
        by=_BY,
        at=at,
    )
    return email, login, made


def token(login: User) -> str:
    """Return the key of a new session of a customer, listed as one is at sign-in."""
    session = SessionStore()
    session[SESSION_KEY] = str(login.pk)
    session[BACKEND_SESSION_KEY] = CONSUMER_BACKEND
    session[HASH_SESSION_KEY] = login.get_session_auth_hash()
    session.create()
    UserSession.objects.create(user=login, session_key=session.session_key, ip="127.0.0.1")
    return str(session.session_key)
