"""Batches over HTTP: a result an item in order, each what it would have got alone; whole and items happen once."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.accounts.models import LimitUsage
from apps.accounts.selectors import wallets as wallet_reads
from apps.accounts.services import tiers, wallets
from apps.core import clock, ids
from apps.core.models import AuditEvent, IdempotencyKey, OutboxDelivery, OutboxMessage
from apps.ledger.enums import Side
from apps.ledger.models import Txn
from apps.ledger.services import accounts as books
from apps.p2p.models import Transfer
from tests.factories import accounts as people
from tests.factories import p2p as make
from tests.p2p.api.bodies import item, sent, words
from tests.p2p.money import address_of, available, person, unit
from tests.support.callers import Caller
from tests.support.units import PROVER
from tests.support.written import nothing_written

pytestmark = pytest.mark.django_db


def test_each_item_is_a_transfer_with_all_that_belongs_to_one():
    ann, bob, eve = person(5_000), person(0), person(0)

    results = sent(ann, item(ann, bob, 100, note="One"), item(ann, eve, 200), item(ann, bob, 300, note="Three"))

    assert words(results) == ["sent", "sent", "sent"]
    assert [available(one) for one in (ann, bob, eve)] == [4_400, 400, 200]
    refs = [one["transfer"] for one in results]
    rows = [Transfer.objects.get(pk=ids.decode("trf", ref)) for ref in refs]
    assert [(row.sender_id, row.amount, row.history.count()) for row in rows] == [
        (ann.pk, n, 1) for n in (100, 200, 300)
    ]
    assert [Txn.objects.get(pk=row.ledger_txn).subject for row in rows] == refs
    assert AuditEvent.objects.filter(action="p2p.transfer.send", subject__in=refs, customer_ref=ann.ref).count() == 3
    assert OutboxMessage.objects.filter(topic="p2p.transfer.completed", subject__in=refs).count() == 3
    assert OutboxDelivery.objects.filter(subject__in=refs).count() == 6
    seen = Caller(ann.user).get(f"transfers/{refs[2]}").json()
    assert (seen["note"], seen["money"]["amount"]) == ("Three", 300)
    used = LimitUsage.objects.get(customer=ann, operation="p2p_send", window="lifetime")
    assert (used.used_amount, used.used_count) == (600, 3)


def test_a_refused_item_costs_the_others_nothing():
    ann, bob = person(5_000), person(0)
    frozen = person(0)
    with unit():
        tiers.grant(customer=ann.pk, tier="tier1")
    wallets.freeze(make.wallet_of(frozen), reason="fraud", by=PROVER, at=clock.now())
    good = item(ann, bob, 100)

    results = sent(
        ann,
        {**item(ann, bob), "money": {"amount": float("nan"), "currency": "USD"}},
        {**item(ann, bob), "money": {"amount": 1.5, "currency": "USD"}},
        item(ann, bob, 0),
        item(ann, bob, -1),
        item(ann, bob, 2**63),
        item(ann, bob, 100, "XXX"),
        item(ann, bob, 100, "JPY"),
        item(ann, "nobody@example.com"),
        item(ann, ann),
        item(ann, frozen),
        item(bob, ann),
        item(ann, bob, 5_001),
        {**item(ann, bob), "fee": 1},
        {**item(ann, bob), "key": "two words"},
        "no item",
        good,
        item(ann, bob, 4_901),
        item(ann, bob, 4_900),
    )

    assert words(results) == [
        *("invalid_amount", "invalid_amount", "invalid_amount", "invalid_amount", "invalid_amount", "unknown_currency"),
        *("currency_not_held", "payee_unknown", "payee_is_payer", "payee_cannot_receive", "invalid_reference"),
        *("insufficient_funds", "unknown_field", "idempotency_key_invalid", "invalid_field", "sent"),
        *("insufficient_funds", "sent"),
    ]
    assert (available(ann), available(bob)) == (0, 5_000)
    assert Transfer.objects.filter(sender=ann).count() == 2
    assert results[2]["problem"]["errors"][0]["pointer"] == "/money/amount"
    assert results[16]["problem"]["context"] == {"available": 4_900, "line": 1, "needed": 4_901}


@pytest.mark.parametrize("items", [[], None, {}, "x", [{}] * 1_001])
def test_a_batch_without_items_or_with_too_many_is_refused_whole(items):
    ann = person(5_000)

    with nothing_written():
        answer = Caller(ann.user).post("transfers/batch", {"items": items})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/items"


def test_the_whole_is_carried_out_once_a_key():
    ann, bob = person(5_000), person(0)
    items = [item(ann, bob, 100), item(ann, bob, 9_000)]
    first = Caller(ann.user).post("transfers/batch", {"items": items}, Idempotency_Key="whole")

    again = Caller(ann.user).post("transfers/batch", {"items": items}, Idempotency_Key="whole")
    other = Caller(ann.user).post("transfers/batch", {"items": items[:1]}, Idempotency_Key="whole")

    assert again.json() == first.json()
    assert again["Idempotency-Replayed"] == "true"
    assert other.json()["code"] == "idempotency_key_reused"
    assert available(bob) == 100


def test_an_item_is_carried_out_once_a_key_in_whatever_batch():
    ann, bob = person(5_000), person(0)
    with unit():
        tiers.grant(customer=ann.pk, tier="tier1")
    one, refused = item(ann, bob, 100), item(ann, bob, 9_000)
    first = sent(ann, one, refused)

    again = sent(ann, refused, one, {**one, "note": "Another"}, item(ann, bob, 200))

    assert words(first) == ["sent", "insufficient_funds"]
    assert words(again) == ["insufficient_funds", "replayed", "idempotency_key_reused", "sent"]
    assert again[1]["transfer"] == first[0]["transfer"]
    assert available(bob) == 300


def test_a_key_that_comes_twice_in_a_batch_is_carried_out_once():
    ann, bob = person(5_000), person(0)
    one = item(ann, bob, 100)

    results = sent(ann, one, one, {**one, "note": "Another"})

    assert words(results) == ["sent", "replayed", "idempotency_key_reused"]
    assert results[1]["transfer"] == results[0]["transfer"]
    assert available(bob) == 100


def test_keys_of_items_belong_to_their_caller():
    ann, bob = person(5_000), person(5_000)
    key = ids.new().hex

    assert words(sent(ann, item(ann, bob, 100, key=key))) == ["sent"]
    assert words(sent(bob, item(bob, ann, 100, key=key))) == ["sent"]


def test_what_the_books_alone_refuse_is_the_items_own():
    ann, bob, shut = person(5_000), person(0), person(0)
    account = wallet_reads.account_of(make.wallet_of(shut), currency="USD")
    with unit():
        books.freeze(account, reason="fraud", sides={Side.CR})

    results = sent(ann, item(ann, bob, 100), item(ann, shut, 200), item(ann, bob, 300))

    assert words(results) == ["sent", "account_frozen", "sent"]
    assert [available(one) for one in (ann, bob, shut)] == [4_600, 400, 0]
    assert Transfer.objects.filter(receiver=shut).count() == 0


def test_a_caller_without_a_wallet_is_refused_whole():
    with unit():
        nobody = people.user()

    answer = Caller(nobody).post("transfers/batch", {"items": [item(person(1), person(0))]})

    assert answer.json()["code"] == "customer_required"


def test_limits_are_counted_item_by_item():
    ann, bob = person(400_000), person(0)
    with unit():
        tiers.grant(customer=ann.pk, tier="tier1")

    results = sent(
        ann,
        *(item(ann, bob, 100_000) for _ in range(2)),
        item(ann, bob, 100_001),
        item(ann, bob, 60_000),
        item(ann, bob, 50_000),
        item(ann, bob, 1),
    )

    assert words(results) == ["sent", "sent", "limit_exceeded", "limit_exceeded", "sent", "limit_exceeded"]
    told = [one["problem"]["context"] for one in results if one["problem"]]
    assert [(one["window"], one["used"]) for one in told] == [("per_txn", 0), ("day", 200_000), ("day", 250_000)]


def lasting(problem):
    """Return what a problem says to whoever, and whenever."""
    passing = ("request_id", "wallet", "resets_at")
    if isinstance(problem, dict):
        return {name: lasting(one) for name, one in problem.items() if name not in passing}
    return [lasting(one) for one in problem] if isinstance(problem, list) else problem


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.integers(0, 2), st.integers(0, 120_000), st.sampled_from(["USD", "EUR", "JPY"]), st.integers(0, 9)
        ),
        min_size=1,
        max_size=12,
    )
)
def test_a_batch_is_what_its_items_are_one_after_the_other(plan):
    def play(one_by_one):
        ann, bob, eve = (person(200_000), person(0), person(0))
        with unit():
            tiers.grant(customer=ann.pk, tier="tier1")
        payees = [bob, eve, "nobody@example.com"]
        items = [
            {**item(ann, payees[who], amount, currency), "key": f"key-{key}"} for who, amount, currency, key in plan
        ]
        batches = [[one] for one in items] if one_by_one else [items]
        results = [result for batch in batches for result in sent(ann, *batch)]
        told = [(one["status"], one["problem"] and lasting(one["problem"])) for one in results]
        used = (
            LimitUsage.objects.filter(customer=ann)
            .order_by("window")
            .values_list("window", "used_amount", "used_count")
        )
        return told, [available(one) for one in (ann, bob, eve)], [row for row in used if row[2]]

    assert play(one_by_one=False) == play(one_by_one=True)


def test_a_thousand_items_take_few_statements(django_assert_max_num_queries):
    ann = person(5_000)
    payees = [person(0) for _ in range(4)]
    items = [item(ann, payees[n % 4], 1, note="Lunch") for n in range(1_000)]

    with django_assert_max_num_queries(25):
        results = sent(ann, *items)

    assert words(results) == ["sent"] * 1_000
    assert [available(one) for one in (ann, *payees)] == [4_000, 250, 250, 250, 250]


def test_an_answer_names_no_other_customer():
    ann, bob = person(5_000), person(0)
    text = json.dumps(sent(ann, item(ann, bob, 100), item(ann, bob, 9_000)))

    assert bob.ref not in text
    assert address_of(bob) not in text
    assert IdempotencyKey.objects.filter(scope__endswith="transfers_batch item").count() == 1


def test_the_longest_answer_is_kept_and_comes_again():
    ann, bob = person(5_000), person(0)
    names = [f"{ids.new().hex}{n}" for n in range(16)]
    wrong = {**item(ann, bob), **dict.fromkeys(names, 1)}
    items = [{**wrong, "key": ids.new().hex} for _ in range(999)] + [item(ann, bob, 100)]

    first = Caller(ann.user).post("transfers/batch", {"items": items}, Idempotency_Key="long")
    again = Caller(ann.user).post("transfers/batch", {"items": items}, Idempotency_Key="long")

    assert first.status_code == 200
    assert len(first.content) > 1_048_576
    assert (again["Idempotency-Replayed"], again.json()) == ("true", first.json())
    assert [len(one["problem"]["errors"]) for one in first.json()["results"][:999]] == [10] * 999
    assert available(bob) == 100
