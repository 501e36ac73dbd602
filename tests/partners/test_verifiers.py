"""Signatures with an instant: genuine ones pass, everything else is named."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest

from apps.partners.verifiers import Verdict, timestamped_hmac

AT = datetime(2026, 11, 24, 12, tzinfo=UTC)
STAMP = int(AT.timestamp())
BODY = b'{"id": "evt_1", "amount": 200}'
SECRET = "whsec_one"


def sign(body: bytes = BODY, stamp: int = STAMP, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()


def judge(header: str, body: bytes = BODY, *, secrets=(SECRET,), at: datetime = AT) -> Verdict:
    return timestamped_hmac(header=header, body=body, secrets=secrets, at=at)


def test_a_signature_of_the_raw_body_is_genuine():
    assert judge(f"t={STAMP},v1={sign()}") == Verdict.GENUINE


@pytest.mark.parametrize(
    ("header", "verdict"),
    [
        ("", Verdict.MALFORMED),
        ("nonsense", Verdict.MALFORMED),
        (f"v1={sign()}", Verdict.MALFORMED),
        (f"t=,v1={sign()}", Verdict.MALFORMED),
        (f"t=1e9,v1={sign()}", Verdict.MALFORMED),
        (f"t={STAMP},t={STAMP},v1={sign()}", Verdict.MALFORMED),
        (f"t={STAMP},v1={sign()}" + " " * 4_096, Verdict.MALFORMED),
        (f"t={STAMP},v1=é", Verdict.MALFORMED),
        (f"t={STAMP}", Verdict.FORGED),
        (f"t={STAMP},v0={sign()}", Verdict.FORGED),
        (f"t={STAMP},v1=", Verdict.FORGED),
        (f"t={STAMP},v1={sign()[:-1]}", Verdict.FORGED),
        (f"t={STAMP},v1={sign().upper()}", Verdict.FORGED),
        (f"t={STAMP},v1={sign(secret='whsec_two')}", Verdict.FORGED),
        (f"t={STAMP + 1},v1={sign()}", Verdict.FORGED),
        (f"t={STAMP}," + ",".join([f"v1={'0' * 64}"] * 8 + [f"v1={sign()}"]), Verdict.FORGED),
    ],
)
def test_what_is_not_signed_by_the_partner_is_refused(header, verdict):
    assert judge(header) == verdict


@pytest.mark.parametrize("body", [BODY + b" ", BODY.replace(b": ", b":"), b""])
def test_an_equal_body_in_other_bytes_is_forged(body):
    assert judge(f"t={STAMP},v1={sign()}", body) == Verdict.FORGED


@pytest.mark.parametrize(
    ("seconds", "verdict"),
    [
        (300, Verdict.GENUINE),
        (301, Verdict.OLD),
        (86_400, Verdict.OLD),
        (-300, Verdict.GENUINE),
        (-301, Verdict.FUTURE),
        (-3_600, Verdict.FUTURE),
    ],
)
def test_an_instant_counts_for_five_minutes_both_ways(seconds, verdict):
    assert judge(f"t={STAMP},v1={sign()}", at=AT + timedelta(seconds=seconds)) == verdict


def test_both_secrets_count_while_one_replaces_the_other():
    header = f"t={STAMP},v1={'0' * 64},v1={sign(secret='whsec_new')}"

    assert judge(header, secrets=(SECRET, "whsec_new")) == Verdict.GENUINE
    assert judge(header, secrets=(SECRET,)) == Verdict.FORGED


@pytest.mark.parametrize("secrets", [(), ("",)])
def test_nothing_is_genuine_without_a_secret(secrets):
    assert judge(f"t={STAMP},v1={sign(secret='')}", secrets=secrets) == Verdict.FORGED
