"""Sending mails: once where all goes well, again where it must, never after a refusal, and nobody blocks the others."""

import pytest
from django.db import connection

from apps.core import actors, clock, db
from apps.core.services import data_keys
from apps.notifications.enums import DeliveryState, Lane, Outcome, Reason
from apps.notifications.models import Delivery, DeliveryAttempt
from apps.notifications.services import deliveries, messages, recipients
from apps.notifications.services.letters import Verdict
from tests.factories import notifications as make
from tests.notifications.texts import paid, warned

pytestmark = pytest.mark.django_db

BY = actors.system("tests.notifications")
SITE = "https://wallet.example"


class Server:
    """Answers as told, at last with yes, and keeps what it was handed."""

    def __init__(self, *answers):
        self.answers, self.letters = list(answers), []

    def post(self, letter):
        assert not connection.in_atomic_block or not db.is_open()
        self.letters.append(letter)
        return self.answers.pop(0) if self.answers else Verdict(Outcome.ACCEPTED)


def send(server, lane=Lane.MAIL):
    return deliveries.send_due(lane=lane, post=server.post, site=SITE, by=BY, at=clock.now())


def sweep():
    return deliveries.sweep(by=BY, at=clock.now())


def make_due():
    """Let every waiting time be over."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE notifications_delivery SET next_at = now() - interval '1 s' WHERE state = 'queued'",
        )
        cursor.execute(
            "UPDATE notifications_delivery SET lease_until = now() - interval '1 s' WHERE state = 'sending'",
        )


@pytest.fixture
def ada(unit):
    with unit():
        return make.recipient(email="Ada@example.test").owner


@pytest.fixture
def mail(unit, ada):
    with unit():
        message = messages.notify(**paid(ada))
    return Delivery.objects.get(notification=message)


def state_of(mail):
    mail.refresh_from_db()
    return mail.state, mail.reason, mail.attempts


def test_a_due_mail_is_sent_once(mail):
    server = Server()

    counts = send(server), send(server)

    (letter,) = server.letters
    attempt = DeliveryAttempt.objects.get(delivery=mail)
    assert counts == (1, 0)
    assert state_of(mail) == (DeliveryState.SENT, None, 1)
    assert (mail.lease_until, mail.sent_at is None) == (None, False)
    assert (letter.ref, letter.to, letter.subject) == (mail.ref, "Ada@example.test", "Ann Lee sent you 25.10 USD")
    assert (attempt.number, attempt.outcome, attempt.smtp_code) == (1, Outcome.ACCEPTED, None)
    assert attempt.address_fp == mail.notification.recipient.email_fp


def test_lanes_are_apart(unit, ada, mail):
    with unit():
        messages.notify(**warned(ada))
    server = Server()

    send(server, Lane.MAIL_FAST)

    assert [letter.subject for letter in server.letters] == ["Sign-in refused"]
    assert state_of(mail)[0] == DeliveryState.QUEUED


@pytest.mark.parametrize("outcome", [Outcome.DEFERRED, Outcome.UNAVAILABLE])
def test_a_mail_that_is_put_off_waits_and_goes_under_the_same_id(mail, outcome):
    server = Server(Verdict(outcome, 451, "SMTPDataError"))

    send(server)
    waits = state_of(mail)
    early = send(server)
    make_due()
    send(server)

    assert waits == (DeliveryState.QUEUED, Reason.PROVIDER_DOWN, 1)
    assert early == 0
    assert state_of(mail) == (DeliveryState.SENT, None, 2)
    assert len({letter.ref for letter in server.letters}) == 1
    outcomes = (
        DeliveryAttempt.objects.filter(delivery=mail).order_by("number").values_list("number", "outcome", "smtp_code")
    )
    assert list(outcomes) == [(1, outcome.value, 451), (2, "accepted", None)]


def test_waits_double_up_to_six_hours(mail):
    waits = []
    for _ in range(deliveries.MAX_ATTEMPTS - 1):
        make_due()
        send(Server(Verdict(Outcome.DEFERRED, 451)))
        mail.refresh_from_db()
        with connection.cursor() as cursor:
            cursor.execute("SELECT EXTRACT(EPOCH FROM %s - clock_timestamp())::float", [mail.next_at])
            waits.append(cursor.fetchone()[0])

    plain = [min(30 * 2**n, 6 * 3600) for n in range(1, deliveries.MAX_ATTEMPTS)]
    assert [0.69 * right < wait < 1.31 * right for wait, right in zip(waits, plain, strict=True)] == [True] * len(plain)


def test_the_last_attempt_ends_in_failure(mail):
    for _ in range(deliveries.MAX_ATTEMPTS):
        make_due()
        send(Server(Verdict(Outcome.DEFERRED, 451)))

    assert state_of(mail) == (DeliveryState.FAILED, Reason.PROVIDER_DOWN, 12)
    assert send(Server()) == 0


def test_a_refused_mail_is_not_tried_again(mail):
    send(Server(Verdict(Outcome.REJECTED, 550, "SMTPRecipientsRefused")))
    make_due()

    assert state_of(mail) == (DeliveryState.FAILED, Reason.PROVIDER_REJECTED, 1)
    assert send(Server()) == 0


def test_a_server_that_takes_nothing_ends_the_run(unit, ada, mail):
    with unit():
        for _ in range(3):
            messages.notify(**paid(ada))
    server = Server(Verdict(Outcome.UNAVAILABLE))

    count = send(server)

    assert (count, len(server.letters)) == (1, 1)
    assert Delivery.objects.filter(notification__recipient__owner=ada, attempts=0).count() == 3


def test_a_run_that_is_cut_off_is_repeated_after_its_lease(mail):
    def cut(letter):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        deliveries.send_due(lane=Lane.MAIL, post=cut, site=SITE, by=BY, at=clock.now())
    held, server = state_of(mail), Server()
    before = sweep(), send(server)
    make_due()
    after = sweep(), send(server)

    assert (held, before, after) == ((DeliveryState.SENDING, None, 1), (0, 0), (1, 1))
    assert state_of(mail) == (DeliveryState.SENT, None, 2)
    assert list(DeliveryAttempt.objects.filter(delivery=mail).values_list("number", flat=True)) == [2]


def test_a_mail_that_cuts_every_run_off_fails_at_last(mail):
    def cut(letter):
        raise KeyboardInterrupt

    for _ in range(deliveries.MAX_ATTEMPTS):
        with pytest.raises(KeyboardInterrupt):
            deliveries.send_due(lane=Lane.MAIL, post=cut, site=SITE, by=BY, at=clock.now())
        make_due()
        sweep()

    assert state_of(mail) == (DeliveryState.FAILED, Reason.PROVIDER_DOWN, 12)


def answer_late(verdict):
    """Send by a run that is so slow that its lease ends before it is answered; a quick one follows."""
    slow, quick = Server(verdict), Server()

    def post(letter):
        if slow.letters:
            return quick.post(letter)
        answer = slow.post(letter)
        make_due()
        sweep()
        return answer

    deliveries.send_due(lane=Lane.MAIL, post=post, site=SITE, by=BY, at=clock.now())
    return len(quick.letters)


def test_a_late_yes_counts(mail):
    again = answer_late(Verdict(Outcome.ACCEPTED))

    assert (again, state_of(mail)) == (0, (DeliveryState.SENT, None, 1))


def test_a_late_no_does_not(mail):
    again = answer_late(Verdict(Outcome.REJECTED, 550))

    outcomes = DeliveryAttempt.objects.filter(delivery=mail).order_by("number").values_list("outcome", flat=True)
    assert (again, state_of(mail)) == (1, (DeliveryState.SENT, None, 2))
    assert list(outcomes) == ["rejected", "accepted"]


def test_an_address_that_is_gone_fails_without_an_attempt(unit, ada, mail):
    with unit():
        recipients.upsert(recipient=ada, email=None, locale="en", tz="UTC")
    server = Server()

    send(server)

    assert (server.letters, state_of(mail)) == ([], (DeliveryState.FAILED, Reason.NO_ADDRESS, 1))
    assert not DeliveryAttempt.objects.filter(delivery=mail).exists()


def test_a_new_address_gets_what_waits(unit, ada, mail):
    with unit():
        recipients.upsert(recipient=ada, email="ada@new.test", locale="en", tz="UTC")
    server = Server()

    send(server)

    assert [letter.to for letter in server.letters] == ["ada@new.test"]


def test_nothing_is_sent_to_somebody_erased(unit, ada, mail):
    with unit():
        data_keys.destroy(owner=ada, reason="test")
    server = Server()

    send(server)

    assert (server.letters, state_of(mail)) == ([], (DeliveryState.FAILED, Reason.RECIPIENT_ERASED, 1))


def test_a_text_that_cannot_be_made_does_not_block_the_others(unit, ada):
    with unit():
        broken = make.delivery()
    with unit():
        good = messages.notify(**paid(ada))
    server = Server()

    send(server)

    assert state_of(broken) == (DeliveryState.FAILED, Reason.RENDER_FAILED, 1)
    assert [letter.ref for letter in server.letters] == [Delivery.objects.get(notification=good).ref]


def test_a_sweep_wakes_the_lanes_with_something_due(mail, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        sweep()
    with django_capture_on_commit_callbacks() as none:
        send(Server())
        sweep()

    assert (len(callbacks), len(none)) == (1, 0)


def test_a_batch_has_an_end(unit, ada, monkeypatch):
    monkeypatch.setattr(deliveries, "BATCH", 2)
    with unit():
        for _ in range(3):
            messages.notify(**paid(ada))
    server = Server()

    counts = send(server), send(server), send(server)

    assert counts == (2, 1, 0)
