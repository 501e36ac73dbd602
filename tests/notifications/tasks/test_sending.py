"""The tasks, with the mail server of the demo: a message told in a unit is in somebody's mailbox."""

import json
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from celery import current_app

from apps.notifications.enums import DeliveryState, Lane
from apps.notifications.models import Delivery
from apps.notifications.services import codes, messages
from apps.notifications.tasks import send_code, send_deliveries, sweep_deliveries
from simulators.mail import MailSimulator
from tests.factories import notifications as make
from tests.notifications.scripted import use
from tests.notifications.texts import paid, warned

pytestmark = pytest.mark.django_db


@pytest.fixture
def sink(settings: Any, tmp_path: Any) -> Iterator[MailSimulator]:
    simulator = MailSimulator(host="127.0.0.1", smtp_port=0, web_port=0, folder=tmp_path / "sink")
    simulator.start()
    use(settings, int(simulator.addresses["smtp"].rpartition(":")[2]))
    yield simulator
    simulator.stop()


def tell(unit, notice=paid, address="ada@example.test", where=None, **words):
    with unit():
        owner = make.recipient(email=address, **(where or {})).owner
    with unit():
        return messages.notify(**notice(owner, **words))


def send(lane=Lane.MAIL):
    send_deliveries.apply(kwargs={"lane": lane.value, "future": 1}, throw=True)


def received(sink):
    return [message_from_bytes(mail.raw, policy=default) for mail in reversed(sink.store.newest())]


def parts(mail):
    return [mail.get_body([form]).get_content().replace("\r\n", "\n") for form in ("plain", "html")]


def test_a_message_arrives_as_text_and_html(unit, sink):
    message = tell(unit)

    send()

    (mail,) = received(sink)
    text, html = parts(mail)
    delivery = Delivery.objects.get(notification=message)
    assert (mail["To"], mail["Subject"]) == ("ada@example.test", "Ann Lee sent you 25.10 USD")
    assert mail["From"] == "Strongroom <no-reply@strongroom.example>"
    assert mail["Message-ID"] == f"<{delivery.ref}@strongroom.example>"
    assert text == (
        "Hello,\n\nAnn Lee sent you 25.10 USD on March 1, 2026, 12:05 p.m. UTC.\n\nThe money is yours.\n\n"
        "--\nYou receive this mail because you have an account at http://127.0.0.1:8000\n"
    )
    assert '<html lang="en" dir="ltr">' in html
    assert "Ann Lee sent you 25.10 USD on March 1, 2026, 12:05 p.m. UTC." in html
    assert delivery.state == DeliveryState.SENT


def test_a_task_that_runs_again_sends_nothing(unit, sink):
    tell(unit)

    send()
    send()

    assert len(received(sink)) == 1


def test_each_lane_is_sent_by_its_own_task(unit, sink):
    tell(unit)
    tell(unit, warned)

    send(Lane.MAIL_FAST)

    assert [mail["Subject"] for mail in received(sink)] == ["Sign-in refused"]


def test_markup_and_links_in_a_name_are_text(unit, sink):
    tell(unit, payer='<a href="https://evil.example">Bank</a><script>x()</script>')

    send()

    (mail,) = received(sink)
    text, html = parts(mail)
    assert '<a href="https://evil.example">Bank</a>' in text
    assert ("<a " in html, "<script" in html) == (False, False)
    assert "&lt;a href=" in html


def test_a_name_cannot_bring_a_header_turn_the_text_or_fill_the_mail(unit, sink):
    tell(unit, payer="Eve\r\nBcc: eve@example.test\u202egnp.exe\u0000" + "x" * 10_000)

    send()

    (mail,) = received(sink)
    assert mail["Bcc"] is None
    assert mail["Subject"].strip().startswith("Eve Bcc: eve@example.testgnp.exe xxx")
    assert "…" in mail["Subject"]
    assert len(mail["Subject"].strip()) <= 160
    assert sum(len(part) for part in parts(mail)) < 4_000


def test_a_reader_gets_numbers_and_times_of_the_own_language_and_zone(unit, sink):
    tell(unit, where={"locale": "de-AT", "tz": "Europe/Vienna"})

    send()

    (mail,) = received(sink)
    assert mail["Subject"] == "Ann Lee sent you 25,10 USD"
    assert "1. März 2026 13:05 CET" in parts(mail)[0]


def test_a_reader_from_right_to_left_gets_isolated_values(unit, sink):
    tell(unit, where={"locale": "ar", "tz": "Asia/Riyadh"}, payer="Ann Lee")

    send()

    (mail,) = received(sink)
    assert '<html lang="ar" dir="rtl">' in parts(mail)[1]
    assert mail["Subject"].startswith("\u2068Ann Lee\u2069 sent you \u2068")


def test_a_mail_server_away_costs_no_attempt(unit, settings):
    message = tell(unit)
    use(settings, 1)

    send()

    delivery = Delivery.objects.get(notification=message)
    assert (delivery.state, delivery.attempts) == (DeliveryState.QUEUED, 0)


def test_nothing_due_asks_no_mail_server(settings):
    use(settings, 1)

    send()


def test_a_full_batch_is_followed_by_another(unit, sink, monkeypatch):
    monkeypatch.setattr("apps.notifications.services.deliveries.BATCH", 2)
    for _ in range(3):
        tell(unit)
    with current_app.connection_for_read() as broker:
        client = broker.default_channel.client
        client.delete("mail")
        send()
        (task,) = client.lrange("mail", 0, -1)

    assert json.loads(task)["headers"]["task"] == "notifications.deliveries.send"
    assert len(received(sink)) == 2


def test_a_sweep_is_harmless_when_nothing_waits(sink):
    sweep_deliveries.apply(throw=True)
    sweep_deliveries.apply(kwargs={"future": 1}, throw=True)

    assert received(sink) == []


def test_a_code_arrives(sink, unit, django_capture_on_commit_callbacks):
    with current_app.connection_for_read() as broker:
        client = broker.default_channel.client
        client.delete("mail_fast")
        with django_capture_on_commit_callbacks(execute=True), unit() as opened:
            codes.send(
                to="ada@example.test", subject="Your code", text="314159", expires_in_s=60, by=opened.by, at=opened.at
            )
        (task,) = client.lrange("mail_fast", 0, -1)
    secret = json.loads(json.loads(task)["headers"]["kwargsrepr"].replace("'", '"'))["secret"]

    send_code.apply(kwargs={"secret": secret}, throw=True)

    (mail,) = received(sink)
    assert (mail["To"], sink.store.newest()[0].content.code) == ("ada@example.test", "314159")
