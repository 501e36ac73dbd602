"""What must always hold of holds: queries that return what breaks it."""

from typing import Final

QUERIES: Final = {
    # Nothing was placed or increased beyond the floor of its time. A change of bounds and an event under one version
    # are told apart by their instants.
    "ledger.I5.holds": """
        SELECT e.id::text, e.available_after FROM ledger_holdevent e
         WHERE e.act IN ('placed', 'increased') AND e.available_after < (
           SELECT c.floor FROM ledger_boundschange c JOIN ledger_account a ON a.id = c.account_id
            WHERE a.no = e.account_no AND c.at_version <= e.account_version AND c.id < e.id
            ORDER BY c.id DESC LIMIT 1)""",
    # What is held of a balance is what its open holds have left.
    "ledger.I6.held": """
        SELECT coalesce(b.account_id, h.account_no), b.held, h.held FROM ledger_balance b
          FULL JOIN (SELECT account_no, sum(remaining) AS held FROM ledger_hold WHERE status = 'open'
                      GROUP BY account_no) h ON h.account_no = b.account_id
         WHERE b.held IS DISTINCT FROM coalesce(h.held, 0)""",
    # A hold is the fold of its events, which are counted and end once; it is on its account's asset.
    "ledger.I7.holds": """
        SELECT coalesce(h.id, f.hold_id)::text, h.status, h.remaining FROM ledger_hold h
          FULL JOIN (
            SELECT hold_id, max(number) AS version, count(*) AS events,
                   bool_and(delta = remaining_after - before) AS steady,
                   sum(amount) FILTER (WHERE act IN ('placed', 'increased')) AS amount,
                   coalesce(sum(amount) FILTER (WHERE act = 'captured'), 0) AS captured,
                   coalesce(sum(greatest(amount - before, 0)) FILTER (WHERE act = 'captured'), 0) AS over_captured,
                   count(*) FILTER (WHERE remaining_after = 0) AS ends,
                   (array_agg(remaining_after ORDER BY number DESC))[1] AS remaining,
                   (array_agg(expires_at ORDER BY number DESC))[1] AS expires_at,
                   (array_agg(act ORDER BY number DESC))[1] AS act,
                   min(account_no) AS account_no, max(account_no) AS last_account_no
              FROM (SELECT e.*, lag(remaining_after, 1, 0::bigint) OVER (PARTITION BY hold_id ORDER BY number) AS before
                      FROM ledger_holdevent e) x
             GROUP BY hold_id) f ON f.hold_id = h.id
          LEFT JOIN ledger_balance b ON b.account_id = h.account_no
         WHERE (h.version, h.version, h.amount, h.captured, h.over_captured, h.remaining, h.expires_at, h.account_no,
                h.account_no, h.asset, true, CASE h.status WHEN 'open' THEN 0 ELSE 1 END)
               IS DISTINCT FROM (f.version, f.events, f.amount, f.captured, f.over_captured, f.remaining, f.expires_at,
                                 f.account_no, f.last_account_no, b.asset, f.steady, f.ends)
            OR h.status <> 'open' AND h.status IS DISTINCT FROM CASE f.act WHEN 'reduced' THEN
                 CASE f.captured WHEN 0 THEN 'released' ELSE 'captured' END ELSE f.act END""",
    # Events of an account follow each other: each held part is the one before and what the event did to it.
    "ledger.I7.events": """
        SELECT id::text, held_after, before, delta FROM (
          SELECT id, held_after, delta,
                 lag(held_after, 1, 0::bigint) OVER (PARTITION BY account_no ORDER BY account_version, id) AS before
            FROM ledger_holdevent) x
         WHERE held_after <> before + delta""",
    # A capture is part of its transaction's debit on the account of the hold.
    "ledger.I7.captures": """
        SELECT e.id::text, e.amount, l.amount FROM ledger_holdevent e
          LEFT JOIN ledger_entry l ON l.txn_id = e.txn AND l.account_id = e.account_no
         WHERE e.txn IS NOT NULL
           AND (e.amount <= -l.amount AND e.account_version = l.version
                AND e.available_after = l.balance_after - e.held_after) IS NOT TRUE""",
    # One key, one event, in both directions: a capture has its transaction's key, and time needs none.
    "ledger.I9.hold_keys": """
        SELECT coalesce(e.id, k.result_id)::text, count(k.key)
          FROM (SELECT * FROM ledger_holdevent WHERE act NOT IN ('captured', 'expired')) e
          FULL JOIN (SELECT * FROM ledger_postingkey WHERE kind = 2) k ON k.result_id = e.id
         GROUP BY e.id, k.result_id HAVING e.id IS NULL OR count(k.key) <> 1""",
}
