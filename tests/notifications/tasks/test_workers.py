"""Real workers, real commits: a mail leaves once, whatever is killed; two runs at once do not send twice."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from celery import current_app
from django.db import connection

from apps.core import actors, clock
from apps.notifications.enums import DeliveryState, Lane, Outcome
from apps.notifications.models import Delivery, DeliveryAttempt
from apps.notifications.services import codes, deliveries, messages
from apps.notifications.services.letters import Letter, Verdict
from apps.notifications.tasks import send_deliveries
from tests.factories import notifications as make
from tests.notifications.scripted import HANG, Scripted, use
from tests.notifications.texts import paid, write_templates
from tests.support import database
from tests.support.servers import ROOT
from tests.support.threads import together
from tools.supervise.children import command

BY = actors.system("tests.notifications")
PATIENCE_S = 30.0


def wait_for(what: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE_S
    while not what():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.02)


def send(post: Callable[[Letter], Verdict]) -> int:
    return deliveries.send_due(lane=Lane.MAIL, post=post, site="https://wallet.example", by=BY, at=clock.now())


def yes(letter: Letter) -> Verdict:
    return Verdict(Outcome.ACCEPTED)


@pytest.fixture
def mail(committed_db: None, unit: Any) -> Callable[[], Delivery]:
    """Return what tells somebody something, after all that other tests left is sent."""
    while send(yes):
        pass

    def tell() -> Delivery:
        with unit():
            message = messages.notify(**paid(make.recipient().owner))
        found: Delivery = Delivery.objects.get(notification=message)
        return found

    return tell


def state_of(mail: Delivery) -> tuple[str, int]:
    mail.refresh_from_db()
    return mail.state, mail.attempts


def end_leases() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE notifications_delivery SET lease_until = now() WHERE state = 'sending'")


def test_runs_at_once_send_each_mail_once(mail):
    told, sent = [mail() for _ in range(12)], []

    def post(letter):
        sent.append(letter.ref)
        return Verdict(Outcome.ACCEPTED)

    counts = together(*[lambda: send(post)] * 4)

    assert sum(counts) == 12
    assert sorted(sent) == sorted(one.ref for one in told)
    assert {state_of(one) for one in told} == {(DeliveryState.SENT, 1)}


@pytest.fixture
def server() -> Iterator[Scripted]:
    scripted = Scripted()
    yield scripted
    scripted.close()


@pytest.fixture
def worker(server: Scripted, postgres: Any, committed_database: str, tmp_path: Path) -> Iterator[Callable[[], Any]]:
    """Return what starts a worker of the two queues of mail on the committed database."""
    started: list[subprocess.Popen[bytes]] = []
    with current_app.connection_for_read() as broker:
        broker.default_channel.client.delete("mail", "mail_fast")
    env = database.environment(postgres, committed_database) | {
        "TEST_TEMPLATES": str(write_templates(tmp_path / "templates")),
        "TEST_SMTP_PORT": str(server.port),
    }
    words = "-m celery --app tests.notifications.worker worker --pool threads --concurrency 2 --queues mail,mail_fast"

    def run() -> subprocess.Popen[bytes]:
        arguments = [sys.executable, *words.split(), "--without-gossip", "--without-mingle", "--loglevel", "INFO"]
        with (tmp_path / "worker.log").open("ab") as log:
            started.append(command(arguments, env=env, cwd=ROOT)(stdout=log, stderr=log, process_group=0))
        return started[-1]

    yield run
    for process in started:
        process.kill()
        process.wait()


@pytest.mark.slow
def test_a_worker_sends_after_the_commit(mail, worker, server, unit, tmp_path):
    worker()
    told = mail()
    with unit() as opened:
        codes.send(to="ada@example.test", subject="Code", text="314159", expires_in_s=60, by=opened.by, at=opened.at)

    wait_for(lambda: len(server.mails) == 2 and state_of(told)[0] == DeliveryState.SENT)

    log = (tmp_path / "worker.log").read_text()
    assert sorted(message_from_bytes(one)["Subject"] for one in server.mails) == ["Ann Lee sent you 25.10 USD", "Code"]
    assert [word for word in ("314159", "ada@example.test", "Ann Lee", "25.10") if word in log] == []


@pytest.mark.slow
def test_a_mail_survives_the_kill_of_its_worker(mail, worker, server, settings):
    server.say(".", HANG)
    told, victim = mail(), worker()
    assert server.reached.wait(PATIENCE_S)
    victim.send_signal(signal.SIGKILL)
    victim.wait()
    killed = state_of(told)
    server.say(".", "250 kept")
    end_leases()

    given_back = deliveries.sweep(by=BY, at=clock.now())
    use(settings, server.port)
    send_deliveries.run(lane="mail")

    (received,) = server.mails
    assert (killed, given_back) == ((DeliveryState.SENDING, 1), 1)
    assert state_of(told) == (DeliveryState.SENT, 2)
    assert message_from_bytes(received)["Message-ID"].startswith(f"<{told.ref}@")
    assert list(DeliveryAttempt.objects.filter(delivery=told).values_list("number", "outcome")) == [(2, "accepted")]
