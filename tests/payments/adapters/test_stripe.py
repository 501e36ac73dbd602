"""The adapter against the simulator: each operation, each outcome, and nothing that was not declared."""

import uuid

import pytest

from apps.core.money import Money
from apps.partners.capabilities import UnsupportedOperation
from apps.partners.outcomes import Accepted, Declined, ErrorRule, Rejected, Retryable, Unknown
from apps.partners.transport import Limits
from apps.payments.adapters import registry
from apps.payments.adapters.stripe import StripeAdapter
from apps.payments.adapters.stripe_account import CAPABILITIES, Account

MONEY = Money(2_000, "USD")
RULES = (
    ErrorRule("", 402, "", "declined"),
    ErrorRule("", 400, "idempotency_error", "unknown"),
    ErrorRule("", 409, "idempotency_key_in_use", "unknown"),
)
PATH = "/v1/payment_intents"


@pytest.fixture
def adapter(partner) -> StripeAdapter:
    return registry.card_acquirer().adapter


def charge(adapter, partner, *, key="", money=MONEY, number="4242424242424242", reference="top_1", attached=None):
    customer, token = attached or partner.attached(number)
    return adapter.charge(
        key=key or uuid.uuid4().hex, money=money, token=token, customer=customer, reference=reference, rules=RULES
    )


def test_every_declared_operation_makes_a_round_trip(adapter, partner):
    added = adapter.add_customer(key="a", reference="cus_ours", rules=RULES).outcome
    token = partner.method().json()["id"]
    attached = adapter.attach(key="b", token=token, customer=added.refs["id"], rules=RULES).outcome
    charged = charge(adapter, partner, attached=(added.refs["id"], token)).outcome
    read = adapter.read(payment=charged.refs["id"], rules=RULES).outcome
    found = adapter.search(reference="top_1", rules=RULES).outcome
    detached = adapter.detach(key="c", token=token, rules=RULES).outcome
    waiting = charge(adapter, partner, number="4000002760003184", reference="top_2").outcome
    canceled = adapter.cancel(key="d", payment=waiting.refs["id"], rules=RULES).outcome

    assert [one.status for one in (added, attached, charged, read, found, detached)] == [
        *("created", "attached", "succeeded", "succeeded", "succeeded", "detached")
    ]
    assert charged == read == found == Accepted("succeeded", {"id": charged.refs["id"], "reference": "top_1"}, MONEY)
    assert attached.details == {
        "brand": "visa",
        "last4": "4242",
        "exp_month": "12",
        "exp_year": "2035",
        "fingerprint": attached.details["fingerprint"],
        "country": "US",
        "token": token,
    }
    secret = waiting.details["client_secret"]
    assert waiting == Accepted(
        "requires_action", {**waiting.refs, "reference": "top_2"}, MONEY, {"client_secret": secret}
    )
    assert canceled == Declined("canceled", waiting.refs)
    assert len(CAPABILITIES.operations) == 7


@pytest.mark.parametrize("currency", sorted(CAPABILITIES.currencies))
def test_every_declared_currency_is_charged_at_its_least_amount(adapter, partner, currency):
    money = Money(CAPABILITIES.currencies[currency].least, currency)

    assert charge(adapter, partner, money=money).outcome.money == money


def test_what_is_not_declared_makes_no_call(partner):
    with pytest.raises(UnsupportedOperation):
        CAPABILITIES.require("refunds.create")

    assert partner.look("journal")["requests"] == []


def test_a_key_is_passed_on_and_charges_once(adapter, partner):
    attached = partner.attached()

    found = [charge(adapter, partner, key="k1", attached=attached).outcome for _ in range(2)]

    assert (found[0], partner.look("ledger")["references"]) == (found[1], {"top_1": [2_000]})


def test_another_body_under_a_key_is_unknown(adapter, partner):
    attached = partner.attached()
    charge(adapter, partner, key="k1", attached=attached)

    other = charge(adapter, partner, key="k1", attached=attached, money=Money(2_001, "USD"))

    assert (other.outcome, other.wire.http_status) == (Unknown("idempotency_error"), 400)


def test_a_decline_names_its_reason_and_the_payment(adapter, partner):
    found = charge(adapter, partner, number="4000000000000341")

    assert (found.outcome.kind, found.outcome.code, found.wire.http_status) == ("declined", "generic_decline", 402)
    assert adapter.read(payment=found.outcome.refs["id"], rules=RULES).outcome == found.outcome


@pytest.mark.parametrize(
    ("kind", "words", "outcome"),
    [
        ("error", {}, Unknown("api_error")),
        ("error", {"when": "after", "should_retry": "false"}, Unknown("api_error")),
        ("error", {"status": 503}, Unknown("api_error")),
        ("reset", {}, Unknown("connection_readerror")),
        ("hang", {"seconds": 5}, Unknown("timeout")),
        ("truncate", {}, Unknown("connection_remoteprotocolerror")),
        ("html", {}, Unknown("http_403_no_json")),
        ("rate_limit", {"retry_after": 7}, Retryable("rate_limit", 7.0)),
        ("lock_timeout", {}, Retryable("lock_timeout")),
        ("decline", {"code": "lost_card"}, "declined"),
        ("action", {}, "accepted"),
        ("error", {"status": 400, "code": "odd"}, Rejected("unknown_code", ("odd",))),
    ],
)
def test_each_fault_is_one_outcome_and_one_request(adapter, partner, kind, words, outcome):
    attached = partner.attached()
    before = len(partner.look("journal")["requests"])
    partner.spoil(kind, path=PATH, **words)

    found = charge(adapter, partner, attached=attached).outcome

    assert outcome in (found, found.kind)
    assert len(partner.look("journal")["requests"]) - before == 1


def test_a_partner_who_is_away_got_nothing():
    adapter = StripeAdapter(Account("http://127.0.0.1:9", "sk_test_x", (), Limits(connect_s=0.5, total_s=0.5)))

    found = adapter.read(payment="pi_1", rules=RULES)
    adapter.close()

    assert (found.outcome, found.wire.response) == (Retryable("not_sent_connection_connecterror"), None)


def test_what_is_not_there_is_rejected(adapter):
    assert adapter.search(reference="top_none", rules=RULES).outcome == Rejected("no_such_payment")
    assert adapter.read(payment="pi_none", rules=RULES).outcome == Rejected("unknown_code", ("resource_missing",))


def test_two_payments_under_a_reference_are_unknown(adapter, partner):
    attached = partner.attached()
    for _ in range(2):
        charge(adapter, partner, attached=attached)

    assert adapter.search(reference="top_1", rules=RULES).outcome == Unknown("several_payments")


@pytest.mark.parametrize(("act", "outcome"), [("cancel", Declined), ("", Unknown)])
def test_a_payment_in_another_state_is_read_as_it_is(adapter, partner, act, outcome):
    payment = partner.charge(capture_method="manual").json()["id"]
    if act:
        partner.post(f"payment_intents/{payment}/{act}")

    assert isinstance(adapter.read(payment=payment, rules=RULES).outcome, outcome)


def test_what_has_ended_cannot_be_canceled(adapter, partner):
    payment = charge(adapter, partner).outcome.refs["id"]

    assert adapter.cancel(key="k", payment=payment, rules=RULES).outcome.kind == "rejected"


def test_the_environment_follows_from_the_key():
    keys = {"sk_test_x": "test", "sk_live_x": "live"}

    assert {key: Account("", key, ()).environment for key in keys} == keys


@pytest.mark.parametrize("operation", sorted(CAPABILITIES.operations))
def test_a_token_is_no_field_that_is_kept(operation):
    kept = registry.card_acquirer().kept_fields(operation)

    assert ("payment_method" in kept, "id" in kept) == (False, not operation.startswith("payment_methods."))
