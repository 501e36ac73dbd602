"""Balances as they stand."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import connection


@dataclass(frozen=True, slots=True)
class Triple:
    """What an account has, in minor units of its asset, credit positive.

    posted: all entries; available: less what is held; pending_in: recognised and not yet usable.
    """

    asset: str
    available: int
    posted: int
    pending_in: int


_TRIPLES: Final = """
SELECT a.id, b.asset, b.posted - b.held, b.posted,
       (SELECT coalesce(sum(p.posted), 0)::bigint FROM ledger_account c JOIN ledger_balance p ON p.account_id = c.no
         WHERE c.pending_of_id = a.id)
  FROM ledger_account a JOIN ledger_balance b ON b.account_id = a.no
 WHERE a.id = ANY(%s::uuid[])
"""


def triple(*accounts: UUID) -> dict[UUID, Triple]:
    """Return the triple of each account, in one query; unknown accounts are left out."""
    if not accounts:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_TRIPLES, [list(accounts)])
        return {account: Triple(*figures) for account, *figures in cursor.fetchall()}
