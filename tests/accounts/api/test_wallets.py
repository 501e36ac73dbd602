"""Wallets, their currencies, balances, transactions and statements, each for its owner alone."""

import pytest

from apps.accounts.enums import WalletKind
from apps.accounts.models import Customer, Wallet, WalletBalance
from apps.accounts.selectors import wallets
from apps.accounts.services import wallets as open_wallet
from apps.core import actors, clock, db, ids
from apps.core.models import AuditEvent
from apps.core.money import Money
from apps.ledger.enums import Side
from apps.ledger.models import Account
from apps.ledger.services import journal
from tests.factories import accounts as make
from tests.factories import ledger as books
from tests.support.callers import Caller

pytestmark = pytest.mark.django_db
BY = actors.system("test")


def customer(**words: str) -> Customer:
    with db.unit(by=BY, at=clock.now()):
        return make.customer(**words)


def account(owner: Customer) -> object:
    return wallets.account_of(owner.receiving_wallet_id, currency="USD")


def move(payer: object, payee: object, amount: int) -> None:
    with db.unit(by=BY, at=clock.now()):
        money = Money(amount, "USD")
        journal.post(
            lines=[journal.line(payer, money, Side.DR), journal.line(payee, money, Side.CR)],
            kind="p2p.transfer",
            key=books.key(),
            subject="trf_test",
        )


def fund(owner: Customer, amount: int) -> None:
    with db.unit(by=BY, at=clock.now()):
        house = books.house().pk
    move(house, account(owner), amount)


def address(owner: Customer, rest: str) -> str:
    return f"wallets/{Wallet.ref_of(owner.receiving_wallet_id)}{rest}"


def test_get_balances_tells_what_is_booked_and_usable():
    ada = customer()
    fund(ada, 2_510)

    rows = Caller(ada.user).get(address(ada, "/balances")).json()["results"]

    usd = {"amount": 2_510, "currency": "USD"}
    assert [(row["currency"], row["posted"], row["available"]) for row in rows] == [("USD", usd, usd)]


def test_post_currencies_adds_a_balance_once():
    ada = customer()
    caller = Caller(ada.user)

    first = caller.post(address(ada, "/currencies"), {"currency": "JPY"})
    again = caller.post(address(ada, "/currencies"), {"currency": "JPY"})

    assert (first.status_code, first.json()["posted"]) == (201, {"amount": 0, "currency": "JPY"})
    assert (again.status_code, again.json()["code"]) == (409, "currency_there")
    assert [row["currency"] for row in caller.get(address(ada, "/balances")).json()["results"]] == ["JPY", "USD"]


@pytest.mark.parametrize(
    ("currency", "code"), [("XXX", "unknown_currency"), ("usd", "unknown_currency"), (5, "invalid_field")]
)
def test_post_currencies_with_rubbish_writes_nothing(currency, code):
    ada = customer()
    before = (WalletBalance.objects.count(), Account.objects.count(), AuditEvent.objects.count())

    answer = Caller(ada.user).post(address(ada, "/currencies"), {"currency": currency})

    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert (WalletBalance.objects.count(), Account.objects.count(), AuditEvent.objects.count()) == before


def test_get_transactions_names_the_other_customer_and_pages_both_ways():
    ada, kenji = customer(), customer(name="佐藤 健二")
    fund(ada, 100)
    for amount in (1, 2, 3):
        move(account(ada), account(kenji), amount)
    caller = Caller(ada.user)

    first = caller.get(address(ada, "/transactions?currency=USD&limit=2")).json()
    second = caller.get(first["next"].removeprefix("/api/v1/")).json()
    back = caller.get(second["previous"].removeprefix("/api/v1/")).json()

    assert [(row["money"]["amount"], row["counterparty"]) for row in first["results"]] == [
        (-3, "佐藤 健二"),
        (-2, "佐藤 健二"),
    ]
    assert [(row["money"]["amount"], row["counterparty"]) for row in second["results"]] == [
        (-1, "佐藤 健二"),
        (100, ""),
    ]
    assert second["next"] is None
    assert back["results"] == first["results"]


def test_the_statement_closes_on_the_balance():
    ada, kenji = customer(), customer()
    fund(ada, 3_000)
    move(account(ada), account(kenji), 2_510)

    body = Caller(ada.user).get(address(ada, "/statements/current?currency=USD")).json()

    amounts = {name: body[name]["amount"] for name in ("opening", "debit", "credit", "closing")}
    assert amounts == {"opening": 0, "debit": 2_510, "credit": 3_000, "closing": 490}
    assert body["entry_count"] == 2


@pytest.mark.parametrize("rest", ["/transactions?currency=KWD", "/statements/current?currency=KWD"])
def test_a_currency_that_is_not_held_is_refused(rest):
    ada = customer()

    answer = Caller(ada.user).get(address(ada, rest))

    assert (answer.status_code, answer.json()["code"]) == (422, "currency_not_held")


@pytest.mark.parametrize("rest", ["", "/balances", "/transactions?currency=USD", "/statements/current?currency=USD"])
def test_another_customers_wallet_is_not_there(rest):
    ada, kenji = customer(), customer()

    strange = Caller(kenji.user).get(address(ada, rest))
    random = Caller(kenji.user).get(f"wallets/{ids.encode('wal', ids.new())}{rest}")

    assert (strange.status_code, random.status_code) == (404, 404)
    assert {**strange.json(), "request_id": ""} == {**random.json(), "request_id": ""}


def test_another_customers_wallet_takes_no_currency():
    ada, kenji = customer(), customer()

    answer = Caller(kenji.user).post(address(ada, "/currencies"), {"currency": "JPY"})

    assert answer.status_code == 404
    assert WalletBalance.objects.filter(wallet_id=ada.receiving_wallet_id).count() == 1


@pytest.mark.parametrize("wallet", ["wal_1", "cus_01kb0000000000000000000000", "wal_81kb0000000000000000000000"])
def test_a_malformed_id_is_not_there(wallet):
    assert Caller(customer().user).get(f"wallets/{wallet}").status_code == 404


def test_transactions_cost_the_same_statements_for_one_and_many(django_assert_num_queries):
    ada, kenji = customer(), customer()
    fund(ada, 100)
    move(account(ada), account(kenji), 1)
    caller = Caller(ada.user)
    caller.get(address(ada, "/transactions?currency=USD"))

    for _ in range(2):
        with django_assert_num_queries(7):
            caller.get(address(ada, "/transactions?currency=USD"))
        for _ in range(5):
            move(account(ada), account(kenji), 1)


@pytest.mark.parametrize(("list_of", "queries"), [("wallets", 2), ("balances", 4), ("limits", 3)])
def test_lists_cost_the_same_statements_at_one_and_three_rows(list_of, queries, django_assert_num_queries):
    ada = customer()
    caller = Caller(ada.user)
    at = {"wallets": "wallets", "balances": address(ada, "/balances"), "limits": "me/limits"}[list_of]

    with django_assert_num_queries(queries):
        caller.get(at)
    for currency in ("JPY", "EUR"):
        caller.post(address(ada, "/currencies"), {"currency": currency})
        with db.unit(by=BY, at=clock.now()):
            open_wallet.open_(owner=ada, kind=WalletKind.PERSONAL, currency=currency)
    with django_assert_num_queries(queries):
        assert len(caller.get(at).json()["results"]) >= 3
