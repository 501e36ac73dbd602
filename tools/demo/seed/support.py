"""The demo's tickets: some answered, so that they wait for the customer, some for an agent, one resolved."""

from datetime import datetime, timedelta
from typing import Final

from apps.core import ids
from apps.core.actors import Actor
from apps.helpdesk.enums import TicketStatus
from apps.helpdesk.services import tickets

TICKETS: Final = (
    ("I sent money to the wrong address", "I meant my sister and mistyped. Can it come back?", ""),
    ("Card top-up shows twice", "My bank shows two lines for one top-up of 200.00.", "One of them is a reservation."),
    ("How do I add a yen balance?", "I will be in Kyoto in spring.", "Open the wallet, then Add currency."),
    ("Documents refused", "The app says my picture is not readable, but it is sharp.", ""),
    ("振込の上限について", "一日の上限を上げるにはどうすればよいですか。", ""),
    ("Limit", "Why can I only send 50 a day?", "Until your identity is known, that is the limit. Please apply."),
    (
        "New phone",
        "I lost the authenticator app with my old phone.",
        "A recovery code opens it once. Do you have them?",
    ),
    ("Statement for my landlord", "I need a statement for October with my name on it.", ""),
    ("¿Puedo recibir euros?", "Mi hermana vive en Vigo y quiere enviarme dinero.", "Sí, añade un saldo en EUR."),
    ("Close my second wallet", "I do not need it any more.", "It is closed now."),
)
_RESOLVED: Final = ("It is closed now.",)


def ask(number: int, *, customer: Actor, agent: Actor, at: datetime) -> None:
    """Let a customer open one of the tickets, and an agent answer it where there is an answer."""
    subject, body, answer = TICKETS[number]
    ticket = tickets.open_(subject=subject, body=body, client_msg_id=ids.new(), by=customer, at=at)
    if answer:
        then = TicketStatus.RESOLVED if answer in _RESOLVED else TicketStatus.PENDING_CUSTOMER
        tickets.reply(
            ticket.pk, body=answer, client_msg_id=ids.new(), then=then, by=agent, at=at + timedelta(minutes=47)
        )
