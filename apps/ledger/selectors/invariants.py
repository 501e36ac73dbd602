"""What must always hold in the books: each check returns what breaks it, at most 20, nothing when all is well."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

from django.db import connection

from apps.ledger.selectors import chain, health, hold_invariants, postings
from apps.ledger.selectors.postings import Capture, Leg, Posting

Check = Callable[[], list[Any]]

_SHOWN: Final = 20
_CHUNK: Final = 5_000

_QUERIES: Final = {
    # Per transaction and asset the sum is 0, and every header has its legs.
    "ledger.I1.sum_zero": """
        SELECT txn_id::text, asset, sum(amount) FROM ledger_entry GROUP BY txn_id, asset HAVING sum(amount) <> 0
        UNION ALL
        SELECT coalesce(t.id, e.txn_id)::text, 'legs', coalesce(e.legs, 0)
          FROM ledger_txn t
          FULL JOIN (SELECT txn_id, count(*) AS legs FROM ledger_entry GROUP BY txn_id) e ON e.txn_id = t.id
         WHERE t.legs IS DISTINCT FROM e.legs""",
    # Per asset all balances sum to 0.
    "ledger.I2.assets_zero": """
        SELECT asset, sum(posted) FROM ledger_balance GROUP BY asset HAVING sum(posted) <> 0""",
    # A balance is the fold of its entries.
    "ledger.I3.balances": """
        SELECT b.account_id, b.posted, e.posted, b.version, e.entries
          FROM ledger_balance b
          FULL JOIN (SELECT account_id, sum(amount) AS posted, count(*) AS entries, max(version) AS version,
                            max(posted_at) AS last_at FROM ledger_entry GROUP BY account_id) e USING (account_id)
         WHERE b.posted IS DISTINCT FROM coalesce(e.posted, 0) OR b.version IS DISTINCT FROM coalesce(e.entries, 0)
            OR b.version IS DISTINCT FROM coalesce(e.version, 0) OR b.last_at < e.last_at""",
    # Versions of an account run without a gap, each balance continues the one before, booking instants never fall.
    "ledger.I4.chains": """
        SELECT account_id, version FROM (
          SELECT account_id, version, posted_at, amount, balance_after,
                 lag(balance_after, 1, 0::bigint) OVER w AS before, row_number() OVER w AS place,
                 lag(posted_at, 1, posted_at) OVER w AS earlier
            FROM ledger_entry WINDOW w AS (PARTITION BY account_id ORDER BY version)) x
         WHERE (before + amount, place, true) IS DISTINCT FROM (balance_after, version, earlier <= posted_at)""",
    # No debit ended below the floor of its time, what was held then included.
    "ledger.I5.floors": """
        SELECT e.account_id, e.version FROM ledger_entry e
         WHERE e.amount < 0 AND e.balance_after - ledger_held_at(e.account_id, e.version, e.txn_id) < (
           SELECT c.floor FROM ledger_boundschange c JOIN ledger_account a ON a.id = c.account_id
            WHERE a.no = e.account_id AND c.at_version < e.version ORDER BY c.at_version DESC, c.id DESC LIMIT 1)""",
    # An entry, its account and its balance are in one asset; every account has its balance.
    "ledger.I8.assets": """
        SELECT e.txn_id::text, e.leg, e.asset FROM ledger_entry e
          LEFT JOIN ledger_balance b ON b.account_id = e.account_id WHERE e.asset IS DISTINCT FROM b.asset
        UNION ALL
        SELECT coalesce(a.no, b.account_id)::text, 0, b.asset
          FROM ledger_account a JOIN ledger_asset s ON s.id = a.asset_id
          FULL JOIN ledger_balance b ON b.account_id = a.no WHERE s.code IS DISTINCT FROM b.asset
        UNION ALL
        SELECT x.txn_id::text, 0, x.asset FROM (
          SELECT e.txn_id, e.asset, bool_or(b.flags & 8 = 8) AS position,
                 count(*) OVER (PARTITION BY e.txn_id) AS assets
            FROM ledger_entry e JOIN ledger_balance b ON b.account_id = e.account_id GROUP BY e.txn_id, e.asset) x
         WHERE x.assets > 1 AND NOT x.position""",
    # One key, one transaction, in both directions, and each of a kind that is known.
    "ledger.I9.keys": """
        SELECT coalesce(t.id, k.result_id)::text, count(k.key)
          FROM ledger_txn t FULL JOIN (SELECT * FROM ledger_postingkey WHERE kind IN (1, 3)) k ON k.result_id = t.id
         GROUP BY t.id, k.result_id HAVING t.id IS NULL OR count(k.key) <> 1
        UNION ALL
        SELECT t.id::text, t.kind FROM ledger_txn t
         WHERE NOT EXISTS (SELECT 1 FROM ledger_txnkind k WHERE k.no = t.kind)""",
    # What came back of a leg is its links, and never more than the leg; every reversal is linked.
    "ledger.I10.returns": """
        SELECT coalesce(c.origin_txn, l.origin_txn)::text, coalesce(c.leg, l.origin_leg), c.used, l.amount
          FROM ledger_returncap c
          FULL JOIN (SELECT origin_txn, origin_leg, sum(amount) AS amount FROM ledger_txnlink GROUP BY 1, 2) l
            ON l.origin_txn = c.origin_txn AND l.origin_leg = c.leg
          LEFT JOIN ledger_entry e ON e.txn_id = c.origin_txn AND e.leg = c.leg
         WHERE c.used IS DISTINCT FROM l.amount OR c.original IS DISTINCT FROM abs(e.amount) OR c.used > c.original
        UNION ALL
        SELECT t.id::text, 0, t.legs, count(l.id) FROM ledger_txn t
          LEFT JOIN ledger_txnlink l ON l.txn = t.id AND l.origin_txn = t.reverses
         WHERE t.reverses IS NOT NULL GROUP BY t.id, t.legs HAVING count(l.id) <> t.legs""",
    # What a day moved, by value date, is the sum of its sealed entries.
    "ledger.I13.days": f"""
        SELECT account_id, effective_on::text, d.net, e.net, d.count, e.count FROM ledger_balanceday d
          FULL JOIN (SELECT account_id, effective_on, sum(amount) AS net, count(*) AS count
                       FROM ({chain.SEALED_ENTRIES}) s GROUP BY 1, 2) e USING (account_id, effective_on)
         WHERE (d.net, d.count) IS DISTINCT FROM (e.net, e.count)""",  # noqa: S608 - own query
    # The closing of a booking day is the last sealed entry of that day.
    "ledger.marks": f"""
        SELECT account_id, booked_on::text, m.last_version, e.version FROM ledger_balancemark m
          FULL JOIN (SELECT DISTINCT ON (account_id, (posted_at AT TIME ZONE 'UTC')::date)
                            account_id, (posted_at AT TIME ZONE 'UTC')::date AS booked_on, version, balance_after
                       FROM ({chain.SEALED_ENTRIES}) s WHERE version IS NOT NULL
                      ORDER BY account_id, (posted_at AT TIME ZONE 'UTC')::date, version DESC) e
            USING (account_id, booked_on)
         WHERE (m.last_version, m.posted) IS DISTINCT FROM (e.version, e.balance_after)""",  # noqa: S608 - own query
    # Bounds and flags of a balance are those of its last change, and the account's status says the same.
    "ledger.bounds": """
        SELECT a.no, a.status, b.flags, c.flags FROM ledger_account a JOIN ledger_balance b ON b.account_id = a.no
          LEFT JOIN LATERAL (SELECT * FROM ledger_boundschange h WHERE h.account_id = a.id
                              ORDER BY h.at_version DESC, h.id DESC LIMIT 1) c ON true
         WHERE (b.floor, b.ceiling, b.flags) IS DISTINCT FROM (c.floor, c.ceiling, c.flags)
            OR a.status <> CASE WHEN b.flags & 4 = 4 THEN 'closed' WHEN b.flags & 35 <> 0 THEN 'frozen'
                                ELSE 'active' END""",
}

_KEPT: Final = """
SELECT k.key, k.request_hash, t.id, t.kind, t.effective_on, t.reverses, t.subject, t.reason_code, t.meta::text,
       l.accounts, l.amounts, l.assets, e.hold_id, e.amount
  FROM (SELECT * FROM ledger_postingkey WHERE key > %s AND kind = 1 ORDER BY key LIMIT %s) k
  JOIN ledger_txn t ON t.id = k.result_id
  LEFT JOIN ledger_holdevent e ON e.txn = t.id
  CROSS JOIN LATERAL (SELECT array_agg(e.account_id ORDER BY e.leg) AS accounts,
                             array_agg(e.amount ORDER BY e.leg) AS amounts,
                             array_agg(e.asset ORDER BY e.leg) AS assets FROM ledger_entry e WHERE e.txn_id = t.id) l
 ORDER BY k.key
"""


def checks() -> list[tuple[str, Check]]:
    """Return the name of each invariant and the function that lists what breaks it."""
    return [
        ("ledger.C1.guards", health.unguarded),
        *((name, partial(_rows, query)) for name, query in (_QUERIES | hold_invariants.QUERIES).items()),
        ("ledger.I9.contents", altered_contents),
    ]


def altered_contents() -> list[Any]:
    """Return transactions whose rows no longer say what was hashed when they were posted, at most 20."""
    found: list[Any] = []
    for kept, posting, txn in _postings():
        if kept not in map(postings.digest, postings.readings(posting)):
            found.append(str(txn))
        if len(found) == _SHOWN:
            break
    return found


def _rows(query: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchmany(_SHOWN))


def _postings() -> Iterator[tuple[bytes, Posting, Any]]:
    last: Any = "00000000-0000-0000-0000-000000000000"
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_KEPT, [last, _CHUNK])
            rows = cursor.fetchall()
        for row in rows:
            yield bytes(row[1]), _posting(*row[3:]), row[2]
        if len(rows) < _CHUNK:
            return
        last = rows[-1][0]


def _posting(kind: int, effective_on: Any, reverses: Any, subject: str, *rest: Any) -> Posting:
    reason, meta, numbers, amounts, assets, hold, captured = rest
    legs = tuple(Leg(*leg) for leg in zip(numbers or (), amounts or (), assets or (), strict=True))
    return Posting(
        key="",
        kind=kind,
        subject=subject,
        legs=legs,
        effective_on=effective_on,
        reverses=reverses,
        reason=reason,
        meta=None if meta is None else postings.meta_of(meta),
        capture=None if hold is None else Capture(hold, captured),
    )
