"""Reading of mails and the store's bounds, without a door."""

from pathlib import Path

import pytest

from simulators.mail.messages import one_time_code, read
from simulators.mail.store import MailStore


def test_store_keeps_the_newest_by_number_and_by_bytes(tmp_path: Path) -> None:
    by_number = MailStore(tmp_path / "number.jsonl", max_mails=3)
    by_bytes = MailStore(tmp_path / "bytes.jsonl", max_total_bytes=250)

    for store in (by_number, by_bytes):
        for _ in range(10):
            store.add(sender="", to=["a@example.test"], raw=b"x" * 100)

    assert [kept.id for kept in by_number.newest()] == [10, 9, 8]
    assert [kept.id for kept in by_bytes.newest()] == [10, 9]
    assert len((tmp_path / "number.jsonl").read_text().splitlines()) < 6


def test_store_reads_what_it_kept_and_drops_a_torn_line(tmp_path: Path) -> None:
    path = tmp_path / "messages.jsonl"
    store = MailStore(path)
    for body in (b"Subject: one\r\n\r\n\xff\xfe", b"Subject: two\r\n\r\n"):
        store.add(sender="s@example.test", to=["a@example.test"], raw=body)
    with path.open("ab") as file:
        file.write(b'{"id": 3, "raw": "Subj')

    again = MailStore(path)
    third = again.add(sender="", to=[], raw=b"Subject: three\r\n\r\n")

    assert [kept.raw for kept in again.newest()][1:] == [kept.raw for kept in store.newest()]
    assert third.id == 3
    assert [kept.id for kept in MailStore(path).newest()] == [3, 2, 1]
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff" * 50,
        b"Subject: =?unknown-charset?b?AAAA?=\r\n\r\nx",
        b"Subject: =?utf-8?b?A?=\r\nContent-Type: text/plain; charset=nonsense\r\n\r\n\xff",
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
        + b"--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" * 2000,
        b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n====",
        b"Content-Type: text/html\r\n\r\n<![if x]<!DOCTYPE <p <<&#9999999999;",
    ],
    ids=["empty", "binary", "charset", "header", "nested", "base64", "html"],
)
def test_any_bytes_can_be_read(raw: bytes) -> None:
    content = read(raw)

    assert len(content.snippet) <= 160


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Your code is listed below.\n\nBCDF-GHJK\n", "BCDF-GHJK"),
        ("Your code:\n\n  123456  \n", "123456"),
        ("Your sign-in code is 123456. Tell nobody.", "123456"),
        ("You received 25.10 USD on 2026-11-24 from BOB.", ""),
        ("HELLO\n\nTransfer 123456 is done.", ""),
    ],
)
def test_one_time_code_is_found(text: str, code: str) -> None:
    assert one_time_code(text) == code


def test_mail_of_html_only_has_words_and_code() -> None:
    content = read(
        b"Content-Type: text/html\r\n\r\n<style>p{}</style><p>Your code</p><p><b>123456</b></p><script>x()</script>"
    )

    assert (content.snippet, content.code) == ("Your code 123456", "123456")
