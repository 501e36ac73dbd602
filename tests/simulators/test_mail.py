"""The mail sink through its real doors: SMTP in, pages and JSON out, and what a restart keeps."""

import json
import os
import signal
import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import httpx
import pytest

from simulators.mail import MailSimulator
from simulators.mail.smtp import MAX_RECIPIENTS

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[MailSimulator]:
    simulator = MailSimulator(host="127.0.0.1", smtp_port=0, web_port=0, folder=tmp_path)
    simulator.start()
    yield simulator
    simulator.stop()


def mail(
    *, subject: str = "Hello", text: str = "Hello Ada", html: str = "", to: str = "ada@example.test"
) -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = "Strongroom <no-reply@example.test>"
    message["To"] = to
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    return message


def connect(addresses: dict[str, str]) -> smtplib.SMTP:
    host, port = addresses["smtp"].split(":")
    return smtplib.SMTP(host, int(port), timeout=10)


def deliver(addresses: dict[str, str], *mails: EmailMessage) -> None:
    with connect(addresses) as client:
        for message in mails:
            client.send_message(message)


def fetch(addresses: dict[str, str], path: str, **headers: str) -> httpx.Response:
    return httpx.get(addresses["web"] + path, headers=headers)


def subjects(addresses: dict[str, str], query: str = "") -> list[str]:
    return [entry["subject"] for entry in fetch(addresses, f"/api/messages{query}").json()["messages"]]


def test_mail_is_listed_newest_first(sink: MailSimulator) -> None:
    deliver(sink.addresses, mail(subject="first"), mail(subject="second", to="bob@example.test"))

    assert subjects(sink.addresses) == ["second", "first"]


def test_list_is_filtered_by_recipient_in_any_case(sink: MailSimulator) -> None:
    deliver(
        sink.addresses, mail(subject="for Ada", to="Ada@example.test"), mail(subject="for Bob", to="bob@example.test")
    )

    assert subjects(sink.addresses, "?to=aDA@EXAMPLE.test") == ["for Ada"]
    assert subjects(sink.addresses, "?to=ada") == []


def test_list_is_filtered_by_age_and_number(sink: MailSimulator) -> None:
    deliver(sink.addresses, *(mail(subject=f"mail {number}") for number in (1, 2, 3)))

    assert subjects(sink.addresses, "?after=1") == ["mail 3", "mail 2"]
    assert subjects(sink.addresses, "?limit=1") == ["mail 3"]
    assert fetch(sink.addresses, "/api/messages?after=x").status_code == 400


def test_one_mail_has_text_html_code_and_attachments(sink: MailSimulator) -> None:
    message = mail(subject="Ваш код", text="Your code:\n\n482913\n", html="<p>482913</p>")
    message.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="statement.pdf")
    deliver(sink.addresses, message)

    found = fetch(sink.addresses, "/api/messages/1").json()

    assert (found["subject"], found["text"], found["html"].strip()) == (
        "Ваш код",
        "Your code:\n\n482913\n",
        "<p>482913</p>",
    )
    assert found["code"] == "482913"
    assert found["attachments"] == [{"name": "statement.pdf", "media_type": "application/pdf", "size": 5}]


def test_unknown_mail_and_unknown_page_are_404(sink: MailSimulator) -> None:
    paths = ("/api/messages/7", "/messages/7", "/messages/7/html", "/messages/7/source", "/nothing", "/assets/web.py")

    assert [fetch(sink.addresses, path).status_code for path in paths] == [404] * len(paths)


def test_markup_of_a_mail_is_escaped_on_every_page(sink: MailSimulator) -> None:
    attack = "<script>alert(1)</script>\"'"
    deliver(sink.addresses, mail(subject=attack, text=attack, to='"<b>x</b>"@example.test'))

    pages = [
        fetch(sink.addresses, path).text for path in ("/", "/messages/1", "/?to=%3Cscript%3Ealert(1)%3C/script%3E")
    ]

    assert [("<script>alert" in page, "<b>x</b>" in page) for page in pages] == [(False, False)] * 3


def test_html_of_a_mail_is_shown_only_in_a_sandbox(sink: MailSimulator) -> None:
    deliver(sink.addresses, mail(html="<h1>Hi</h1><script>alert(1)</script>"))

    page = fetch(sink.addresses, "/messages/1")
    frame = fetch(sink.addresses, "/messages/1/html")

    assert 'sandbox=""' in page.text
    assert "<h1>Hi</h1>" not in page.text
    assert frame.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none';")
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]


def test_pages_name_no_foreign_host(sink: MailSimulator) -> None:
    deliver(sink.addresses, mail())

    content = "".join(
        fetch(sink.addresses, path).text for path in ("/", "/messages/1", "/assets/style.css", "/assets/inbox.js")
    )

    assert "://" not in content


def test_web_address_in_a_text_can_be_followed(sink: MailSimulator) -> None:
    deliver(sink.addresses, mail(text="See https://example.test/a?b=1&c=2."))

    page = fetch(sink.addresses, "/messages/1").text

    assert '<a href="https://example.test/a?b=1&amp;c=2" target="_blank" rel="noopener noreferrer">' in page


def test_foreign_host_name_is_refused(sink: MailSimulator) -> None:
    deliver(sink.addresses, mail(text="482913"))

    answers = [fetch(sink.addresses, "/api/messages", Host=host) for host in ("evil.example", "localhost:8025")]

    assert [answer.status_code for answer in answers] == [421, 200]
    assert "482913" not in answers[0].text


def test_page_is_read_only(sink: MailSimulator) -> None:
    deliver(sink.addresses, mail(subject="kept"))

    answers = [httpx.request(method, sink.addresses["web"] + "/api/messages/1") for method in ("POST", "PUT", "DELETE")]

    assert [answer.status_code for answer in answers] == [501, 501, 501]
    assert subjects(sink.addresses) == ["kept"]


def test_head_answers_without_a_body(sink: MailSimulator) -> None:
    answer = httpx.head(sink.addresses["web"] + "/")

    assert (answer.status_code, answer.content) == (200, b"")


def test_announced_oversize_is_refused_before_the_mail_is_sent(sink: MailSimulator) -> None:
    with connect(sink.addresses) as client:
        client.ehlo()
        answer = client.mail("a@example.test", ["size=6000000"])

    assert answer == (552, b"Error: message size exceeds fixed maximum message size")
    assert subjects(sink.addresses) == []


def test_unannounced_oversize_is_refused_and_the_connection_lives_on(sink: MailSimulator) -> None:
    with connect(sink.addresses) as client:
        client.ehlo()
        client.mail("a@example.test")
        client.rcpt("ada@example.test")
        refused = client.data(b"Subject: big\r\n\r\n" + (b"x" * 900 + b"\r\n") * 6000)
        client.send_message(mail(subject="small"))

    assert refused == (552, b"Error: Too much mail data")
    assert subjects(sink.addresses) == ["small"]


def test_too_many_recipients_are_refused(sink: MailSimulator) -> None:
    with connect(sink.addresses) as client:
        client.ehlo()
        client.mail("a@example.test")
        codes = [client.rcpt(f"person{number}@example.test")[0] for number in range(MAX_RECIPIENTS + 1)]

    assert codes == [250] * MAX_RECIPIENTS + [452]


def test_full_disk_is_a_temporary_refusal_and_keeps_nothing(sink: MailSimulator, tmp_path: Path) -> None:
    (tmp_path / "messages.jsonl").mkdir()

    with connect(sink.addresses) as client, pytest.raises(smtplib.SMTPDataError) as refusal:
        client.send_message(mail())

    assert refusal.value.smtp_code == 452
    assert subjects(sink.addresses) == []


def start(run: Path) -> tuple[subprocess.Popen[bytes], dict[str, str]]:
    published = run / "simulators.json"
    published.unlink(missing_ok=True)
    command = [sys.executable, "-m", "simulators", "--run", str(run), "--mail-smtp-port", "0"]
    command += ["--mail-web-port", "0", "--stripe-port", "0"]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL, env=os.environ | {"PYTHONPATH": str(ROOT)})
    until = time.monotonic() + 20
    while not published.exists() and time.monotonic() < until:
        time.sleep(0.02)
    return process, json.loads(published.read_text())["mail"]


def test_mails_survive_a_kill_and_sigterm_ends_cleanly(tmp_path: Path) -> None:
    process, addresses = start(tmp_path)
    deliver(addresses, mail(subject="kept"))
    process.kill()
    process.wait(10)

    process, addresses = start(tmp_path)
    with connect(addresses):
        found = subjects(addresses)
        process.send_signal(signal.SIGTERM)
        code = process.wait(10)

    assert (found, code) == (["kept"], 0)


def test_taken_port_is_named(tmp_path: Path, sink: MailSimulator) -> None:
    taken = sink.addresses["smtp"].rpartition(":")[2]
    command = [
        sys.executable,
        "-m",
        "simulators",
        "--run",
        str(tmp_path),
        "--mail-smtp-port",
        taken,
        "--mail-web-port",
        "0",
        "--stripe-port",
        "0",
    ]

    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=20)

    assert ended.returncode == 1
    assert f"cannot listen on 127.0.0.1:{taken}" in ended.stderr
