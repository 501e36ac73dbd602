"""Steps about money: wallets, a transfer sent twice under one key, its news, both statements."""

from typing import Any

from tools.journey.client import JourneyError, require
from tools.journey.world import Person, Step, World

TOP_UP = 20000
PAYMENT = 2510
NOTE = "Lunch ☕"


def become_customer(world: World, person: Person) -> None:
    """Become a customer, which opens a personal USD wallet with nothing in it."""
    body = {"kind": "person", "legal_name": person.name, "country": "US"}
    require(world.post(person, "/customers", body), 201)
    wallets = world.get(person, "/wallets")["results"]
    _same("wallets", [(wallet["kind"], wallet["default_currency"]) for wallet in wallets], [("personal", "USD")])
    person.wallet = wallets[0]["id"]
    _same("posted USD", posted(world, person, "USD"), 0)


def add_yen(world: World, person: Person) -> None:
    """Add a balance in a currency without minor units."""
    require(world.post(person, f"/wallets/{person.wallet}/currencies", {"currency": "JPY"}), 201)
    currencies = sorted(row["currency"] for row in _balances(world, person))
    _same("currencies", currencies, ["JPY", "USD"])


def preview_payment(world: World) -> None:
    """See whom the money would reach, with nothing moved."""
    answer = world.post(world.ada, "/transfers/preview", _transfer(world.ada, world.kenji, PAYMENT, NOTE))
    require(answer, 200)
    _same("Ada's USD", available(world, world.ada, "USD"), TOP_UP)


def pay_twice_under_one_key(world: World) -> None:
    """Send 25.10 USD, and the same request again: the same answer and one transfer."""
    world.mail_before_payment = world.kenji.mailbox.newest()
    body = _transfer(world.ada, world.kenji, PAYMENT, NOTE)
    first = world.post(world.ada, "/transfers", body, key=world.payment_key)
    require(first, 201)
    again = world.post(world.ada, "/transfers", body, key=world.payment_key)
    require(again, 201)
    _same("Idempotency-Replayed", again.headers.get("Idempotency-Replayed"), "true")
    _same("the second answer", again.json(), first.json())
    sent = [row["id"] for row in world.get(world.ada, "/transfers")["results"] if row["money"]["amount"] == PAYMENT]
    _same("Ada's transfers of 25.10 USD", sent, [first.json()["id"]])
    _same("Ada's USD", available(world, world.ada, "USD"), TOP_UP - PAYMENT)


def misuse_the_key(world: World) -> None:
    """Use the key of the payment for another amount: refused, and nothing moves."""
    body = _transfer(world.ada, world.kenji, 1, NOTE)
    require(world.post(world.ada, "/transfers", body, key=world.payment_key), 409)
    _same("Ada's USD", available(world, world.ada, "USD"), TOP_UP - PAYMENT)


def overdraw(world: World) -> None:
    """Send more than there is: refused, and nothing moves."""
    require(world.post(world.ada, "/transfers", _transfer(world.ada, world.kenji, TOP_UP, NOTE)), 422)
    _same("Ada's USD", available(world, world.ada, "USD"), TOP_UP - PAYMENT)


def read_news(world: World) -> None:
    """Be told in the app, without reloading anything by hand: news travel after the payment."""
    world.eventually("news in Kenji's inbox", lambda: world.get(world.kenji, "/inbox")["results"])


def read_mail(world: World) -> None:
    """Be told by e-mail, with the amount as people write it."""
    world.kenji.mailbox.containing("25.10", after=world.mail_before_payment)


def see_money(world: World, person: Person) -> None:
    """See the money that came: balance and newest transaction."""
    _same("USD", available(world, person, "USD"), PAYMENT)
    newest = world.get(person, f"/wallets/{person.wallet}/transactions", currency="USD")["results"][0]
    _same("the newest transaction", newest["money"], {"amount": PAYMENT, "currency": "USD"})


def posted(world: World, person: Person, currency: str) -> int:
    """Return what the ledger has posted to the wallet in this currency, in minor units."""
    return _balance(world, person, currency, "posted")


def available(world: World, person: Person, currency: str) -> int:
    """Return what the wallet can spend in this currency, in minor units."""
    return _balance(world, person, currency, "available")


def close_statement(world: World, person: Person) -> None:
    """Read the current statement: it closes on the ledger's balance."""
    statement = world.get(person, f"/wallets/{person.wallet}/statements/current", currency="USD")
    expected = {"amount": posted(world, person, "USD"), "currency": "USD"}
    _same("the closing balance", statement["closing"], expected)


def _balance(world: World, person: Person, currency: str, kind: str) -> int:
    amounts = [row[kind]["amount"] for row in _balances(world, person) if row["currency"] == currency]
    _same(f"{currency} balances of {person.name}", len(amounts), 1)
    return int(amounts[0])


def _balances(world: World, person: Person) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = world.get(person, f"/wallets/{person.wallet}/balances")["results"]
    return rows


def _transfer(sender: Person, receiver: Person, amount: int, note: str) -> dict[str, Any]:
    return {
        "wallet": sender.wallet,
        "payee": {"email": receiver.email},
        "money": {"amount": amount, "currency": "USD"},
        "note": note,
    }


def _same(what: str, found: object, expected: object) -> None:
    if found != expected:
        message = f"{what}: {found!r} instead of {expected!r}"
        raise JourneyError(message)


BEGIN = (
    Step("Ada becomes a customer and has a USD wallet", lambda w: become_customer(w, w.ada)),
    Step("Kenji becomes a customer and has a USD wallet", lambda w: become_customer(w, w.kenji)),
    Step("Kenji adds a JPY balance", lambda w: add_yen(w, w.kenji)),
)
STEPS = (
    Step("Ada previews 25.10 USD to Kenji", preview_payment),
    Step("Ada sends 25.10 USD twice under one key: one transfer", pay_twice_under_one_key),
    Step("Another amount under the same key is refused", misuse_the_key),
    Step("More than Ada has is refused", overdraw),
    Step("Kenji is notified in the app", read_news),
    Step("Kenji is notified by e-mail", read_mail),
    Step("Kenji sees the money", lambda w: see_money(w, w.kenji)),
    Step("Ada's statement closes on the ledger's balance", lambda w: close_statement(w, w.ada)),
    Step("Kenji's statement closes on the ledger's balance", lambda w: close_statement(w, w.kenji)),
)
