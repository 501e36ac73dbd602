"""The trial balance: what the accounts of each code come to at the end of a value date. Debits equal credits."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import connection

from apps.core.errors import UnknownCurrency
from apps.core.money import Money
from apps.ledger.models import Asset
from apps.ledger.selectors import chain


@dataclass(frozen=True, slots=True)
class Line:
    """What the accounts of one code have together, in minor units, credit positive; `accounts` are those that moved."""

    code: str
    name: str
    balance: int
    accounts: int


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """The codes of one asset that have moved, in their order."""

    asset: str
    on: date
    lines: tuple[Line, ...]

    @property
    def debit(self) -> Money:
        """Return what the codes with a debit balance come to."""
        return Money(sum(-line.balance for line in self.lines if line.balance < 0), self.asset)

    @property
    def credit(self) -> Money:
        """Return what the codes with a credit balance come to."""
        return Money(sum(line.balance for line in self.lines if line.balance > 0), self.asset)


# Sums by day first, account by account; what is not sealed yet is a short range of an index.
_LINES: Final = f"""
SELECT g.code, g.name, sum(m.net)::bigint, count(DISTINCT m.account_id)
  FROM (SELECT d.account_id, sum(d.net) AS net
          FROM ledger_balanceday d WHERE d.effective_on <= %(on)s GROUP BY d.account_id
         UNION ALL
        SELECT e.account_id, e.amount FROM ({chain.UNSEALED}) t CROSS JOIN LATERAL (
               SELECT account_id, amount FROM ledger_entry
                WHERE txn_id = t.id AND effective_on <= %(on)s OFFSET 0) e) m
  JOIN ledger_account a ON a.no = m.account_id
  JOIN ledger_asset s ON s.id = a.asset_id AND s.code = %(asset)s
  JOIN ledger_glcode g ON g.id = a.gl_code_id
 GROUP BY g.code, g.name
 ORDER BY g.code
"""  # noqa: S608 - own query


def at(*, asset: str, on: date) -> TrialBalance:
    """Return the trial balance of an asset at the end of a value date. Raises: unknown_currency."""
    if not Asset.objects.filter(code=asset).exists():
        raise UnknownCurrency(field="asset")
    with connection.cursor() as cursor:
        cursor.execute(_LINES, {"asset": asset, "on": on})
        return TrialBalance(asset, on, tuple(Line(*row) for row in cursor.fetchall()))


def assets() -> list[str]:
    """Return the codes of all assets that accounts are kept in."""
    return list(Asset.objects.filter(accounts__isnull=False).order_by("code").values_list("code", flat=True).distinct())
