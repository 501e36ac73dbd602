-- How far clocks may differ. Databases of the demo and of tests replace it, so that their clock may travel.
CREATE FUNCTION ledger_max_skew() RETURNS interval LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN interval '5 minutes';

-- The smallest version 7 id of an instant: partitions are ranges of ids.
CREATE FUNCTION ledger_uuid_floor(at timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid;

CREATE FUNCTION ledger_refuse(state text, name text, detail jsonb DEFAULT '{}') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'refused: %', name USING ERRCODE = state, CONSTRAINT = name, DETAIL = detail::text;
END $$;

-- Finds the name of the broken rule; only called when one is.
CREATE FUNCTION ledger_explain_entries(p_txns uuid[], p_legs smallint[], p_accounts bigint[], p_amounts bigint[], p_assets text[]) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  broken text;
BEGIN
  WITH legs AS (
    SELECT l.txn, l.leg, l.amount, l.asset, b.flags, b.asset AS kept
      FROM unnest(p_txns, p_legs, p_accounts, p_amounts, p_assets) AS l (txn, leg, account, amount, asset)
      LEFT JOIN ledger_balance b ON b.account_id = l.account
  ), parts AS (
    SELECT txn, asset, sum(amount) AS total, count(*) AS lines, min(leg) AS low, max(leg) AS high, bool_or(flags & 8 = 8) AS has_position,
           count(*) OVER (PARTITION BY txn) AS assets
      FROM legs GROUP BY txn, asset
  )
  SELECT CASE
    WHEN EXISTS (SELECT 1 FROM legs WHERE kept IS DISTINCT FROM asset) THEN 'ledger_asset'
    WHEN EXISTS (SELECT 1 FROM (SELECT txn, sum(lines) AS lines, min(low) AS low, max(high) AS high FROM parts GROUP BY txn) p
                  WHERE (SELECT t.xid = pg_current_xact_id() AND t.legs = p.lines AND p.low = 1 AND p.high = t.legs
                           FROM ledger_txn t WHERE t.id = p.txn) IS NOT TRUE) THEN 'ledger_late_leg'
    WHEN EXISTS (SELECT 1 FROM parts WHERE total <> 0) THEN 'ledger_unbalanced'
    WHEN EXISTS (SELECT 1 FROM legs WHERE amount < 0 AND flags & 1 = 1 OR amount > 0 AND flags & 2 = 2)
      THEN 'ledger_blocked'
    WHEN EXISTS (SELECT 1 FROM parts WHERE assets > 1 AND has_position IS NOT TRUE) THEN 'ledger_cross'
    ELSE 'ledger_drift' END INTO broken;
  RAISE EXCEPTION 'entries refused: %', broken USING ERRCODE = '23514', CONSTRAINT = broken, TABLE = 'ledger_entry';
END $$;

-- Legs are numbered 1 to n, so the primary key refuses a second statement of n legs for the same header.
-- OFFSET 0 keeps the planner from evaluating a probe twice; the scalar probes keep it from joining whole tables.
CREATE FUNCTION ledger_entry_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  me constant xid8 := pg_current_xact_id();
BEGIN
  PERFORM 1 FROM (
    SELECT q.*, sum(q.c) OVER w AS legs, min(q.low) OVER w AS first, max(q.high) OVER w AS last, count(*) OVER w AS assets
      FROM (SELECT n.txn_id, n.asset, sum(n.amount) AS s, count(*) AS c, min(n.leg) AS low, max(n.leg) AS high,
                   count(n.f) AS known, bool_or(n.f & 8 = 8) AS fx,
                   bool_or(n.amount < 0 AND n.f & 1 = 1 OR n.amount > 0 AND n.f & 2 = 2) AS blocked
              FROM (SELECT r.txn_id, r.leg, r.asset, r.amount,
                           (SELECT b.flags FROM ledger_balance b WHERE b.account_id = r.account_id AND b.asset = r.asset
                               AND CASE WHEN b.flags & 16 = 16 THEN r.version IS NULL AND r.balance_after IS NULL
                                        WHEN r.version = b.version THEN r.balance_after = b.posted
                                        ELSE r.version < b.version END) AS f
                      FROM new_rows r OFFSET 0) n
             GROUP BY n.txn_id, n.asset) q
    WINDOW w AS (PARTITION BY q.txn_id)) g
   WHERE g.s <> 0 OR g.known <> g.c OR g.blocked OR (g.assets > 1 AND NOT g.fx)
      OR (SELECT t.xid = me AND t.legs = g.legs AND g.first = 1 AND g.last = t.legs FROM ledger_txn t WHERE t.id = g.txn_id)
         IS NOT TRUE
   LIMIT 1;
  IF FOUND THEN
    PERFORM ledger_explain_entries(array_agg(r.txn_id), array_agg(r.leg), array_agg(r.account_id), array_agg(r.amount), array_agg(r.asset))
      FROM new_rows r;
  END IF;
  RETURN NULL;
END $$;

-- Row triggers reach the leaves by inheritance, statement triggers do not: ledger_guard_leaf gives each leaf its own.
DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['ledger_txn', 'ledger_entry', 'ledger_postingkey'] LOOP
    EXECUTE format('CREATE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION core_refuse()', name);
    EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER ledger_append_only', name);
  END LOOP;
  FOREACH name IN ARRAY ARRAY['ledger_txn', 'ledger_entry', 'ledger_postingkey', 'ledger_balance'] LOOP
    EXECUTE format('CREATE TRIGGER ledger_no_truncate BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION core_refuse()', name);
    EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER ledger_no_truncate', name);
  END LOOP;
END $$;

CREATE TRIGGER ledger_entry_guard AFTER INSERT ON ledger_entry REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_entry_guard();
ALTER TABLE ledger_entry ENABLE ALWAYS TRIGGER ledger_entry_guard;

-- Figures of a balance change by postings; which account it is and in what never changes.
CREATE TRIGGER ledger_append_only BEFORE DELETE OR UPDATE OF account_id, asset ON ledger_balance
  FOR EACH ROW EXECUTE FUNCTION core_refuse();
ALTER TABLE ledger_balance ENABLE ALWAYS TRIGGER ledger_append_only;
