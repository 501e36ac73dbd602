"""What staff see of a message: that it was sent and what the server answered, and not a word of it."""

import pytest

from apps.accounts.enums import Role
from apps.core import actors, clock
from apps.core.admin import shown
from apps.notifications.enums import Lane, Outcome
from apps.notifications.models import Delivery, DeliveryAttempt
from apps.notifications.services import deliveries, messages
from apps.notifications.services.letters import Verdict
from tests.factories import notifications as make
from tests.notifications.texts import paid
from tests.support import staff

pytestmark = pytest.mark.django_db

PERSONAL = ("Zebulon", "25.10", "quux@example.test")


@pytest.fixture
def mail(unit):
    with unit():
        owner = make.recipient(email="quux@example.test").owner
    with unit():
        message = messages.notify(**paid(owner, payer="Zebulon"))
    by = actors.system("tests.notifications")
    for code in (451, None):
        found = Delivery.objects.get(notification=message)
        Delivery.objects.filter(pk=found.pk).update(next_at=found.notification.created_at)
        verdict = Verdict(Outcome.DEFERRED, code, "SMTPDataError") if code else Verdict(Outcome.ACCEPTED)
        deliveries.send_due(
            lane=Lane.MAIL, post=lambda _, said=verdict: said, site="https://w.example", by=by, at=clock.now()
        )
    return Delivery.objects.get(notification=message)


def page(row):
    answer = staff.signed_in(Role.SUPPORT_AGENT).get(shown.record_url(type(row), row))
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_delivery_shows_its_attempts(mail):
    found = page(mail)

    assert [word in found for word in ("To be tried again", "451 SMTPDataError", "Accepted")] == [True] * 3


@pytest.mark.parametrize("of", ["delivery", "notification", "recipient", "attempt"])
def test_no_page_shows_a_word_of_a_message(mail, of):
    row = {
        "delivery": mail,
        "notification": mail.notification,
        "recipient": mail.notification.recipient,
        "attempt": DeliveryAttempt.objects.filter(delivery=mail).first(),
    }[of]

    found = page(row)

    assert [word for word in PERSONAL if word in found] == []
