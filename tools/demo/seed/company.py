"""Plays the story's acts through the product's services."""

import os
from datetime import datetime, timedelta
from uuid import UUID

from allauth.account.models import EmailAddress

from apps.accounts.enums import CustomerKind, Role
from apps.accounts.models import Customer, User
from apps.accounts.selectors import customers as customer_reads
from apps.accounts.selectors import wallets as wallet_reads
from apps.accounts.services import customers, logins, wallets
from apps.core import actors, db, ids
from apps.core.errors import DomainError
from apps.core.money import Money
from apps.core.services import dispatch
from apps.notifications.services import recipients
from apps.p2p.services import transfers
from tools.demo.seed import cards, identity, staff, support
from tools.demo.seed.histories import Act
from tools.demo.seed.people import Person

BY = actors.system("demo.seed", door="command")


class Company:
    """The demo's company while it is being made."""

    def __init__(self, till: cards.Till) -> None:
        """Take money by `till`."""
        self._till = till
        self._customers: dict[Person, Customer] = {}
        self._logins: dict[Person, UUID] = {}
        self._team: dict[Role, actors.Actor] = {}

    @staticmethod
    def is_there() -> bool:
        """Tell whether customers exist already."""
        return bool(Customer.objects.exists())

    def play(self, act: Act) -> None:
        """Do what the act says, at its instant. What the product refuses was refused in the story too."""
        try:
            getattr(self, f"_{act.verb}")(act)
        except DomainError as refusal:
            if act.verb not in ("send", "fund"):
                raise
            print(f"{act.person.name}: {refusal.code}", flush=True)

    def settle(self, now: datetime) -> None:
        """Let everybody be told what the story brought them; from now on they are written to as well."""
        self._till.hand_over()
        for queue in ("partner_calls", "default"):
            while dispatch.drain(queue=queue):
                pass
        for person, login in self._logins.items():
            logins.confirm_email(login, email=person.email, by=BY, at=now)

    def _join(self, act: Act) -> None:
        person = act.person
        login = logins.register(user=User(), email=person.email, locale="en", tz=person.tz, by=BY, at=act.at)
        EmailAddress(user=login, email=person.email, verified=True, primary=True).save()
        with db.unit(by=BY, at=act.at, why="demo"):
            # No address yet: what the story tells is read in the inbox, and no mail of the past leaves.
            recipients.upsert(recipient=login.ref, email=None, locale="en", tz=person.tz)
        self._logins[person] = login.pk
        self._customers[person] = customers.become(
            user=login.pk,
            kind=CustomerKind.PERSON,
            legal_name=person.name,
            country=person.country,
            currency="USD",
            by=BY,
            at=act.at + timedelta(minutes=4),
        )

    def _add(self, act: Act) -> None:
        wallets.add_currency(self._wallet(act.person), currency=act.currency, by=BY, at=act.at)

    def _identify(self, act: Act) -> None:
        application = self._apply(act)
        identity.decide(application, by=self._team[Role.KYC_ANALYST], at=act.at + timedelta(hours=2))

    def _apply(self, act: Act) -> UUID:
        customer = self._customers[act.person]
        return identity.apply(act.person, customer, by=self._actor(act.person), at=act.at)

    def _lack(self, act: Act) -> None:
        application = self._apply(act)
        analyst = self._team[Role.KYC_ANALYST]
        identity.decide(application, wanted="proof_of_address", by=analyst, at=act.at + timedelta(hours=3))

    def _employ(self, act: Act) -> None:
        self._team = staff.employ(password=os.environ["DEMO_STAFF_PASSWORD"], by=BY, at=act.at)

    def _ask(self, act: Act) -> None:
        agent = self._team[Role.SUPPORT_AGENT]
        support.ask(act.amount, customer=self._actor(act.person), agent=agent, at=act.at)

    def _fund(self, act: Act) -> None:
        self._charge(act, cards.NUMBERS[act.order % len(cards.NUMBERS)])

    def _decline(self, act: Act) -> None:
        self._charge(act, cards.DECLINES)

    def _refuse(self, act: Act) -> None:
        self._till.save(cards.REFUSED, owner=self._actor(act.person), at=act.at)

    def _confirm(self, act: Act) -> None:
        self._charge(act, cards.ASKS)

    def _wait(self, act: Act) -> None:
        self._charge(act, cards.NUMBERS[0], fault="processing")

    def _lose(self, act: Act) -> None:
        self._charge(act, cards.NUMBERS[0], fault="error")

    def _charge(self, act: Act, number: str, fault: str = "") -> None:
        money, owner = Money(act.amount, act.currency), self._actor(act.person)
        self._till.top_up(number, money, wallet=self._wallet(act.person), fault=fault, owner=owner, at=act.at)

    def _send(self, act: Act) -> None:
        if act.other is None:
            return
        transfers.send(
            payer_wallet=self._wallet(act.person),
            payee_email=act.other.email,
            money=Money(act.amount, act.currency),
            note=act.note,
            by=self._actor(act.person),
            at=act.at,
        )

    def _freeze(self, act: Act) -> None:
        wallets.freeze(self._wallet(act.person), reason="customer_request", by=BY, at=act.at)

    def _wallet(self, person: Person) -> UUID:
        return wallet_reads.of_customer(self._customers[person].pk)[0].pk

    def _actor(self, person: Person) -> actors.Actor:
        user = customer_reads.user_of(self._customers[person].pk)
        ref = ids.encode("usr", user or ids.new())
        return actors.Actor(kind="customer", id=ref, human_id=ref, via=actors.Via(door="api"))
