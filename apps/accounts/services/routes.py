"""The way of money between two customers, found by an address and kept open until the unit ends."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import connection

from apps.accounts.errors import CustomerRequired
from apps.accounts.models import Customer, User
from apps.accounts.models.contacts import email_fingerprint
from apps.accounts.selectors.customers import DISPLAY_NAME
from apps.accounts.services import wallets
from apps.accounts.services.wallets import Held
from apps.core import ids
from apps.core.actors import Actor
from apps.core.errors import InvalidReference
from apps.core.selectors import data_keys
from apps.core.selectors.data_keys import Keys, Sealed

_RECEIVING: Final = """
            SELECT b.wallet_id
              FROM accounts_customer q
              JOIN accounts_wallet t ON t.id = q.receiving_wallet_id AND t.status IN ('active', 'frozen')
              JOIN accounts_walletbalance b ON b.wallet_id = t.id AND b.currency = {currency} AND b.status = 'active'
             WHERE q.id = p.customer_id"""
_HOLD: Final = f"""
WITH way AS (
     SELECT c.id AS payer, c.tz, w.id AS wallet, p.customer_id AS payee, r.wallet_id AS payee_wallet,
            f.display_name_sealed AS payee_name,
            k.wrapped_key AS payer_key, k.key_ring_id AS payer_ring,
            l.wrapped_key AS payee_key, l.key_ring_id AS payee_ring
       FROM accounts_customer c
       LEFT JOIN accounts_wallet w ON w.owner_id = c.id AND w.id = %s::uuid
       LEFT JOIN accounts_contactpoint p
         ON p.kind = 'email' AND p.value_fp = %s::bytea AND p.verified_at IS NOT NULL AND p.deleted_at IS NULL
       LEFT JOIN accounts_profile f ON f.customer_id = p.customer_id
       LEFT JOIN LATERAL (SELECT * FROM core_datakey WHERE core_id_of(owner) = c.id LIMIT 1) k ON true
       LEFT JOIN LATERAL (SELECT * FROM core_datakey WHERE core_id_of(owner) = p.customer_id LIMIT 1) l ON true
       LEFT JOIN LATERAL ({_RECEIVING.format(currency="%s")}) r ON true
      WHERE c.user_id = %s::uuid),
held AS (
     SELECT w.id, w.status, c.id AS owner, c.status AS owner_status, b.ledger_account, b.status AS balance_status
       FROM way
       JOIN accounts_wallet w ON w.id = ANY (ARRAY[way.wallet, way.payee_wallet])
       JOIN accounts_customer c ON c.id = w.owner_id
       LEFT JOIN accounts_walletbalance b ON b.wallet_id = w.id AND b.currency = %s
      ORDER BY w.id
        FOR SHARE OF w, c)
SELECT way.*, held.* FROM way LEFT JOIN held ON true
"""  # noqa: S608 - of our own texts alone
_OF_WAY: Final = 10
_ASK_MANY: Final = f"""
SELECT c.id, c.tz, ARRAY(SELECT w.id FROM accounts_wallet w WHERE w.owner_id = c.id AND w.id = ANY(%s::uuid[])),
       a.place, p.customer_id, r.wallet_id
  FROM accounts_customer c
  LEFT JOIN unnest(%s::bytea[], %s::text[]) WITH ORDINALITY AS a (fp, currency, place) ON true
  LEFT JOIN accounts_contactpoint p
    ON p.kind = 'email' AND p.value_fp = a.fp AND p.verified_at IS NOT NULL AND p.deleted_at IS NULL
  LEFT JOIN LATERAL ({_RECEIVING.format(currency="a.currency")}) r ON true
 WHERE c.user_id = %s::uuid
"""  # noqa: S608 - of our own texts alone


@dataclass(frozen=True, slots=True)
class Route:
    """Who pays from which wallet, and who would receive in which; `tz` is the payer's time zone.

    `payee` is none for an address that nobody has verified, `payee_wallet` also for who keeps no such currency.
    `payee_name` is what other customers see, still sealed; `keys` are the data keys of both.
    """

    payer: UUID
    tz: str
    payer_wallet: Held
    payee: UUID | None
    payee_wallet: Held | None
    payee_name: Sealed | None
    keys: Keys


def hold(*, by: Actor, wallet: UUID, email: str, currency: str) -> Route:
    """Return the way from a wallet of the calling customer to an address, in one query, the same for every address.

    Works inside an open unit, which keeps both wallets and their owners from changing; whether money may move through
    them is for the caller to ask. Raises: customer_required; invalid_reference for a wallet of somebody else.
    """
    if by.kind != "customer":
        raise CustomerRequired
    user = ids.decode(User.id_prefix, by.id)
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, [wallet, email_fingerprint(email), currency, user, currency])
        rows = cursor.fetchall()
    if not rows:
        raise CustomerRequired
    payer, tz, own_wallet, payee, payee_wallet, name, *wrapped = rows[0][:_OF_WAY]
    if own_wallet is None:
        raise InvalidReference(field="wallet")
    held = {row[_OF_WAY]: Held(*row[_OF_WAY:]) for row in rows}
    wallets.note_held(rows=held.values())
    owners = [Customer.ref_of(one) for one in (payer, payee) if one is not None]
    keys = data_keys.keys_in(zip(owners, wrapped[::2], wrapped[1::2], strict=False))
    sealed = None if name is None else Sealed(owners[1], DISPLAY_NAME, bytes(name))
    return Route(payer, tz, held[own_wallet], payee, held.get(payee_wallet), sealed, keys)


@dataclass(frozen=True, slots=True)
class Routes:
    """Who pays, from which of their wallets, and who would receive at each address in each currency.

    A wallet of somebody else is not among `wallets`, which are by wallet and currency, as all that stays open.
    """

    payer: UUID
    tz: str
    wallets: Mapping[tuple[UUID, str], Held]
    payees: Mapping[tuple[str, str], tuple[UUID | None, Held | None]]


def hold_many(*, by: Actor, wallets_named: Iterable[UUID], payees: Iterable[tuple[str, str]]) -> Routes:
    """Return the ways from wallets of the calling customer to addresses in currencies, in two queries.

    Works inside an open unit; as `hold`. Raises: customer_required.
    """
    if by.kind != "customer":
        raise CustomerRequired
    asked = sorted(set(payees))
    fingerprints = {email: email_fingerprint(email) for email, _ in asked}
    with connection.cursor() as cursor:
        cursor.execute(
            _ASK_MANY,
            [
                sorted(set(wallets_named)),
                [fingerprints[email] for email, _ in asked],
                [currency for _, currency in asked],
                ids.decode(User.id_prefix, by.id),
            ],
        )
        rows = cursor.fetchall()
    if not rows:
        raise CustomerRequired
    payer, tz, own, *_ = rows[0]
    found = {asked[place - 1]: (payee, wallet) for *_, place, payee, wallet in rows if place is not None}
    named = {*own, *(wallet for _, wallet in found.values() if wallet is not None)}
    held = wallets.hold_all(wallets=named, currencies={currency for _, currency in asked})
    return Routes(
        payer,
        tz,
        {place: one for place, one in held.items() if place[0] in set(own)},
        {
            place: (payee, None if wallet is None else held[wallet, place[1]])
            for place, (payee, wallet) in found.items()
        },
    )
