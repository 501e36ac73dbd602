"""Both parties of a transfer are told, once, in their inbox and by mail, with the amount as people write it."""

import pytest

from apps.core.models import OutboxDelivery
from apps.core.selectors import data_keys
from apps.core.services import dispatch
from apps.notifications.models import Delivery, Notification
from apps.notifications.selectors.inbox import BODY, TITLE
from apps.notifications.services import recipients
from tests.p2p.money import address_of, pay, person, reverse, unit

pytestmark = pytest.mark.django_db


def reachable(amount, name, *, locale="en", currency="USD"):
    """Return a customer who can be told."""
    customer = person(amount, name=name, currency=currency)
    with unit():
        recipients.upsert(recipient=customer.user.ref, email=address_of(customer), locale=locale, tz="UTC")
    return customer


def told(customer):
    """Run what is due and return title and text of every message to a customer, oldest first."""
    dispatch.drain(queue="default")
    rows = Notification.objects.filter(recipient__owner=customer.user.ref).order_by("seq")
    columns = [{TITLE: row.title_sealed, BODY: row.body_sealed} for row in rows]
    owner = customer.user.ref
    return [
        tuple(data_keys.open_text(owner=owner, column=name, sealed=one[name]) for name in (TITLE, BODY))
        for one in columns
    ]


def test_a_transfer_is_told_to_both_parties():
    ann, bob = reachable(5_000, "Ann Lee"), reachable(0, "Bob Ray")

    pay(ann, bob, 2_510, note="Secret")

    assert told(bob) == [
        ("Ann Lee sent you 25.10 USD", "Ann Lee sent you 25.10 USD. The money is in your wallet."),
    ]
    assert told(ann) == [
        ("You sent 25.10 USD to Bob Ray", "You sent 25.10 USD to Bob Ray. The money has arrived."),
    ]
    assert Delivery.objects.count() == 2


def test_a_reversal_is_told_to_both_parties():
    ann, bob = reachable(5_000, "Ann Lee"), reachable(0, "Bob Ray")
    sent = pay(ann, bob, 2_510)
    reverse(sent.pk)

    assert told(ann)[1] == (
        "You got back 25.10 USD",
        "25.10 USD that you had sent to Bob Ray is back in your wallet.",
    )
    assert told(bob)[1] == (
        "25.10 USD was taken back",
        "25.10 USD from Ann Lee was taken out of your wallet and sent back.",
    )


def test_an_amount_without_minor_units_is_written_without_decimals():
    ann, bob = reachable(5_000, "Ann Lee", currency="JPY"), reachable(0, "Bob Ray", currency="JPY")

    pay(ann, bob, 2_510, "JPY")

    assert told(bob)[0][0] == "Ann Lee sent you 2,510 JPY"


def test_news_that_come_twice_are_told_once():
    ann, bob = reachable(5_000, "Ann Lee"), reachable(0, "Bob Ray")
    pay(ann, bob)
    first = told(bob)

    assert told(bob) == first
    assert set(OutboxDelivery.objects.filter(handler__startswith="p2p.").values_list("state", flat=True)) == {"done"}


def test_who_cannot_be_told_does_not_keep_the_other_from_being_told():
    ann, bob = person(5_000), reachable(0, "Bob Ray")

    pay(ann, bob)

    assert len(told(bob)) == 1
    states = dict(OutboxDelivery.objects.filter(handler__startswith="p2p.").values_list("handler", "state"))
    assert states == {"p2p.tell_received": "done", "p2p.tell_sent": "pending"}
