"""The mail server's answers, over real connections: what each means, and that no word of a mail gets into an error."""

from collections.abc import Iterator
from typing import Any

import pytest

from apps.core import actors, clock, db
from apps.core.errors import NetworkInTransaction, Unavailable
from apps.notifications.enums import Outcome
from apps.notifications.services.letters import Letter, Verdict
from apps.notifications.tasks.smtp import MailServer
from tests.notifications.scripted import HANG, HANG_UP, Scripted, use

SENDER = "Strongroom <no-reply@wallet.example>"


def letter(**words: str) -> Letter:
    return Letter(**{"ref": "dlv_1", "to": "ada@example.test", "subject": "Hello", "text": "Hello Ada.\n", **words})


@pytest.fixture
def server(settings: Any) -> Iterator[Scripted]:
    scripted = Scripted()
    use(settings, scripted.port)
    yield scripted
    scripted.close()


def answer(**words: str) -> Verdict:
    with MailServer(SENDER) as server:
        return server.post(letter(**words))


def test_a_mail_is_taken_with_its_id(server):
    verdict = answer(html="<p>Hello Ada.</p>")

    (mail,) = server.mails
    assert verdict == Verdict(Outcome.ACCEPTED)
    assert b"\r\nMessage-ID: <dlv_1@wallet.example>\r\n" in mail
    assert b"\r\nAuto-Submitted: auto-generated\r\n" in mail
    assert mail.count(b"Content-Type: text/") == 2


def test_several_mails_go_over_one_connection(server):
    with MailServer(SENDER) as connected:
        connected.post(letter())
        server.say("EHLO", "421 busy")
        verdict = connected.post(letter(ref="dlv_2"))

    assert (verdict, len(server.mails)) == (Verdict(Outcome.ACCEPTED), 2)


@pytest.mark.parametrize(
    ("command", "words", "verdict"),
    [
        ("RCPT", "450 4.2.1 full", Verdict(Outcome.DEFERRED, 450, "SMTPRecipientsRefused")),
        ("RCPT", "550 5.1.1 no such user", Verdict(Outcome.REJECTED, 550, "SMTPRecipientsRefused")),
        ("DATA", "451 4.3.0 later", Verdict(Outcome.DEFERRED, 451, "SMTPDataError")),
        (".", "452 4.3.1 disk full", Verdict(Outcome.DEFERRED, 452, "SMTPDataError")),
        (".", "554 5.7.1 spam", Verdict(Outcome.REJECTED, 554, "SMTPDataError")),
        ("MAIL", "550 5.7.1 sender unknown", Verdict(Outcome.UNAVAILABLE, 550, "SMTPSenderRefused")),
        ("MAIL", HANG_UP, Verdict(Outcome.UNAVAILABLE, None, "SMTPServerDisconnected")),
        (".", HANG_UP, Verdict(Outcome.UNAVAILABLE, None, "SMTPServerDisconnected")),
        pytest.param(".", HANG, Verdict(Outcome.UNAVAILABLE, None, "SMTPServerDisconnected"), marks=pytest.mark.slow),
    ],
)
def test_each_answer_has_its_meaning(server, command, words, verdict):
    server.say(command, words)

    assert answer() == verdict
    assert server.mails == []


def test_a_lost_connection_is_made_again(server):
    with MailServer(SENDER) as connected:
        server.say("MAIL", HANG_UP)
        lost = connected.post(letter())
        server.say("MAIL", "250 OK")
        again = connected.post(letter())

    assert (lost.outcome, again.outcome, len(server.mails)) == (Outcome.UNAVAILABLE, Outcome.ACCEPTED, 1)


def test_a_refused_mail_does_not_spoil_the_next(server):
    with MailServer(SENDER) as connected:
        server.say("RCPT", "550 no such user")
        refused = connected.post(letter())
        server.say("RCPT", "250 OK")
        taken = connected.post(letter(ref="dlv_2"))

    assert (refused.outcome, taken.outcome, len(server.mails)) == (Outcome.REJECTED, Outcome.ACCEPTED, 1)


def test_nobody_listening_is_told_before_a_mail_is_taken(settings):
    use(settings, 1)

    with pytest.raises(Unavailable, match="ConnectionRefusedError"), MailServer(SENDER):
        pass


def test_a_server_that_greets_with_a_refusal_is_told_before_a_mail_is_taken(server):
    server.say("hello", "554 closed")

    with pytest.raises(Unavailable, match="SMTPConnectError"), MailServer(SENDER):
        pass


def test_a_server_that_does_not_talk_takes_no_mails(server):
    server.say("EHLO", "554 closed")
    server.say("HELO", "554 closed")

    assert answer() == Verdict(Outcome.UNAVAILABLE, 554, "SMTPHeloError")


@pytest.mark.parametrize(
    "subject", ["Hello\r\nBcc: eve@example.test", "Hello\nBcc: eve@example.test", "Hello\u2028Bcc: eve@example.test"]
)
def test_a_subject_stays_one_header(server, subject):
    answer(subject=subject)

    (mail,) = server.mails
    assert b"\nBcc:" not in mail.replace(b"\r", b"\n")


@pytest.mark.parametrize("to", ["ada@example.test\r\nBcc: eve@example.test", "ada@example.test\nDATA"])
def test_an_address_with_a_line_break_goes_nowhere(server, to):
    assert answer(to=to).outcome == Outcome.REJECTED
    assert server.mails == []


def test_an_address_in_another_script_is_taken_or_refused(server):
    verdict = answer(to="ada@bücher.example")

    assert verdict.outcome in (Outcome.ACCEPTED, Outcome.REJECTED)


@pytest.mark.django_db
def test_no_mail_is_sent_inside_a_unit(server):
    at = clock.now()
    with pytest.raises(NetworkInTransaction), MailServer(SENDER) as connected, db.unit(by=actors.system("test"), at=at):
        connected.post(letter())

    assert server.mails == []
