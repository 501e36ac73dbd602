"""The way of money between two customers, found by an address."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import connection

from apps.accounts.errors import CustomerRequired
from apps.accounts.models import Customer, User
from apps.accounts.models.contacts import email_fingerprint
from apps.accounts.selectors.customers import DISPLAY_NAME
from apps.core import ids
from apps.core.actors import Actor
from apps.core.errors import InvalidReference
from apps.core.selectors.data_keys import Sealed


@dataclass(frozen=True, slots=True)
class Route:
    """Who pays, and who would receive in which wallet; `tz` is the payer's time zone.

    `payee` is none for an address that nobody has verified, `payee_wallet` also for who keeps no such currency.
    `payee_name` is what other customers see, still sealed.
    """

    payer: UUID
    tz: str
    payee: UUID | None
    payee_wallet: UUID | None
    payee_name: Sealed | None


_ROUTE: Final = """
SELECT c.id, c.tz, w.id, p.customer_id, r.wallet_id, f.display_name_sealed
  FROM accounts_customer c
  LEFT JOIN accounts_wallet w ON w.owner_id = c.id AND w.id = %s::uuid
  LEFT JOIN accounts_contactpoint p
    ON p.kind = 'email' AND p.value_fp = %s AND p.verified_at IS NOT NULL AND p.deleted_at IS NULL
  LEFT JOIN accounts_profile f ON f.customer_id = p.customer_id
  LEFT JOIN LATERAL (
       SELECT b.wallet_id
         FROM accounts_customer q
         JOIN accounts_wallet t ON t.id = q.receiving_wallet_id AND t.status IN ('active', 'frozen')
         JOIN accounts_walletbalance b ON b.wallet_id = t.id AND b.currency = %s AND b.status = 'active'
        WHERE q.id = p.customer_id) r ON true
 WHERE c.user_id = %s::uuid
"""


def route_for(*, by: Actor, wallet: UUID, email: str, currency: str) -> Route:
    """Return the way from a wallet of the calling customer to an address, in one query, the same for every address.

    Raises: customer_required; invalid_reference for a wallet of somebody else.
    """
    if by.kind != "customer":
        raise CustomerRequired
    with connection.cursor() as cursor:
        cursor.execute(_ROUTE, [wallet, email_fingerprint(email), currency, ids.decode(User.id_prefix, by.id)])
        row = cursor.fetchone()
    if row is None:
        raise CustomerRequired
    payer, tz, own_wallet, payee, payee_wallet, name = row
    if own_wallet is None:
        raise InvalidReference(field="wallet")
    sealed = None if name is None else Sealed(Customer.ref_of(payee), DISPLAY_NAME, bytes(name))
    return Route(payer, tz, payee, payee_wallet, sealed)
