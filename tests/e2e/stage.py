"""A stage on which every page of the console has something to show, with names and words that no line holds."""

from collections.abc import Iterator
from dataclasses import replace

from django.urls import reverse

from apps.accounts.enums import Role
from apps.accounts.models import Customer, User
from apps.accounts.services import customers
from apps.console.enums import Stream
from apps.core import clock, ids
from apps.core.actors import Actor
from apps.helpdesk.models import ChatSession, Ticket
from apps.helpdesk.services import chats, tickets
from apps.payments.services import escalations
from apps.workflow.services import queues
from tests.factories import accounts, compliance, helpdesk, p2p, payments
from tests.support import staff
from tests.support.units import PROVER, later, unit

LONG = "Wolfeschlegelsteinhausenbergerdorff" * 3
ARABIC = "عبد الرحمن بن محمد الخوارزمي"
KYC = "compliance.kyc"


def somebody() -> User:
    """Return a member of staff with every role."""
    return staff.member(*Role)


def addresses(member: User) -> Iterator[tuple[str, str]]:
    """Set the stage for a member of staff; return the names of pages about something, each with an address."""
    by = replace(accounts.actor(member), roles=member.roles)
    customer = _customer()
    yield "customer", reverse("admin:customer", args=[customer.ref])
    for stream in Stream:
        yield "customer", f"{reverse('admin:customer', args=[customer.ref])}?stream={stream.value}"
    yield "ticket", reverse("admin:ticket", args=[_ticket(customer, by).ref])
    _applications(by)
    yield "queue", reverse("admin:queue", args=[KYC])
    yield "kyc_review", reverse("admin:kyc_review", args=[_application(by)])
    yield "payment", reverse("admin:payment", args=[_payment(by)])
    chat = _chat(customer, by)
    yield "chat", reverse("admin:chat", args=[chat.ref])
    yield "audit", f"{reverse('admin:audit')}?customer={customer.ref}"
    yield "missing", "/console/no/such/page/"


def _customer() -> Customer:
    """Return a customer with money, a transfer, wallets and a freeze."""
    with unit():
        made = p2p.person(50_000, name=f"{ARABIC} {LONG}")
        p2p.send(made, p2p.person(0, name=LONG), 2_510, note=LONG)
    customers.freeze(made.pk, reason="suspected_theft", by=PROVER, at=clock.now())
    return made


def _ticket(customer: Customer, by: Actor) -> Ticket:
    """Return a ticket that was answered and noted, in words without a break."""
    with unit():
        made = helpdesk.ticket(helpdesk.as_customer(customer), subject=LONG, body=f"{ARABIC}\n{LONG}")
    tickets.reply(made.pk, body="It is on its way.", client_msg_id=ids.new(), by=by, at=clock.now())
    tickets.note(made.pk, body=LONG, client_msg_id=ids.new(), by=by, at=clock.now())
    return made


def _chat(customer: Customer, by: Actor) -> ChatSession:
    """Return a chat that the agent has; another waits."""
    asking = helpdesk.as_customer(customer)
    with unit():
        helpdesk.chat_session(body=LONG)
    made = chats.request(body=LONG, client_msg_id=ids.new(), by=asking, at=clock.now())
    chats.accept(made.pk, by=by, at=clock.now())
    chats.send(made.pk, body=ARABIC, client_msg_id=ids.new(), by=by, at=clock.now())
    return made


def _payment(by: Actor) -> str:
    """Return a top-up without an outcome that the member of staff has."""
    with unit():
        made = payments.top_up()
        later()
        top_up = payments.doubtful(made)
        escalations.escalate(top_up=top_up)
    queues.claim_next(queue="payments.unknown", by=by, at=clock.now())
    return top_up.ref


def _applications(by: Actor) -> None:
    """Let one application wait, and let a colleague have another."""
    with unit():
        compliance.submitted()
        later()
        compliance.claimed(compliance.reviewer())


def _application(by: Actor) -> str:
    """Return an application that the member of staff has, whose name is another than the customer's."""
    with unit():
        stated = replace(compliance.FACTS, legal_name=LONG)
        draft = compliance.complete(compliance.kyc_application(accounts.customer(name=ARABIC)), stated)
        later()
        row, _ = compliance.claimed(by, compliance.submit(draft))
    return row.ref
