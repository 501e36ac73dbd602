-- Names what stands against one leg; returns only when nothing does any more, with the row locked.
CREATE FUNCTION ledger_refuse_leg(p_line smallint, p_account bigint, p_amount bigint, p_asset text) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  b ledger_balance;
  line constant jsonb := jsonb_build_object('line', p_line);
BEGIN
  SELECT x.* INTO b FROM ledger_balance x WHERE x.account_id = p_account FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    PERFORM ledger_refuse('LG020', 'ledger_account_unknown', line);
  ELSIF b.asset IS DISTINCT FROM p_asset THEN
    PERFORM ledger_refuse('LG021', 'ledger_asset_mismatch', line);
  ELSIF b.flags & 4 = 4 THEN
    PERFORM ledger_refuse('LG023', 'ledger_account_closed', line);
  ELSIF p_amount < 0 AND b.flags & 33 <> 0 THEN
    PERFORM ledger_refuse('LG022', 'ledger_account_frozen', line || '{"side": "debit"}');
  ELSIF p_amount > 0 AND b.flags & 2 = 2 THEN
    PERFORM ledger_refuse('LG022', 'ledger_account_frozen', line || '{"side": "credit"}');
  ELSIF b.posted::numeric + p_amount NOT BETWEEN -9223372036854775807 AND 9223372036854775807 THEN
    PERFORM ledger_refuse('LG012', 'ledger_amount_overflow', line);
  ELSIF p_amount < 0 AND b.posted - b.held + p_amount < b.floor THEN
    PERFORM ledger_refuse('LG040', 'ledger_insufficient_funds',
      line || jsonb_build_object('available', b.posted - b.held - b.floor, 'needed', -p_amount));
  ELSIF p_amount > 0 AND b.posted + p_amount > b.ceiling THEN
    PERFORM ledger_refuse('LG041', 'ledger_ceiling_exceeded', line);
  END IF;
END $$;

-- Refuses a reversal that cannot be; the caps themselves decide between two at once, after the balances are locked.
CREATE FUNCTION ledger_require_return(p_origin uuid, p_legs smallint[], p_accounts bigint[], p_amounts bigint[]) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  reversible boolean;
  origin ledger_entry;
  room bigint;
BEGIN
  SELECT k.reversible INTO reversible FROM ledger_txn t JOIN ledger_txnkind k ON k.no = t.kind WHERE t.id = p_origin;
  IF NOT FOUND THEN
    PERFORM ledger_refuse('LG062', 'ledger_origin_unknown');
  ELSIF NOT reversible THEN
    PERFORM ledger_refuse('LG061', 'ledger_not_reversible');
  END IF;
  FOR i IN 1..cardinality(p_accounts) LOOP
    SELECT e.* INTO origin FROM ledger_entry e WHERE e.txn_id = p_origin AND e.account_id = p_accounts[i];
    IF NOT FOUND OR sign(origin.amount) = sign(p_amounts[i]) THEN
      PERFORM ledger_refuse('LG062', 'ledger_origin_unknown', jsonb_build_object('line', p_legs[i]));
    END IF;
    room := abs(origin.amount) - coalesce((SELECT c.used FROM ledger_returncap c
      WHERE c.origin_txn = p_origin AND c.leg = origin.leg AND c.bucket = 'returned'), 0);
    IF abs(p_amounts[i]) > room THEN
      PERFORM ledger_refuse('LG060', 'ledger_cap', jsonb_build_object('line', p_legs[i], 'bucket', 'returned', 'left', room));
    END IF;
  END LOOP;
END $$;

-- Takes what a reversal gives back from the caps of the origin's legs, each made from the entry itself.
CREATE FUNCTION ledger_take_return(p_txn uuid, p_origin uuid, p_accounts bigint[], p_amounts bigint[]) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  origin ledger_entry;
BEGIN
  FOR i IN 1..cardinality(p_accounts) LOOP
    SELECT e.* INTO origin FROM ledger_entry e WHERE e.txn_id = p_origin AND e.account_id = p_accounts[i];
    INSERT INTO ledger_returncap AS c (id, origin_txn, leg, bucket, original, used)
      VALUES (uuidv7(), p_origin, origin.leg, 'returned', abs(origin.amount), abs(p_amounts[i]))
      ON CONFLICT (origin_txn, leg, bucket) DO UPDATE SET used = c.used + excluded.used;
    INSERT INTO ledger_txnlink (id, txn, origin_txn, origin_leg, relation, amount)
      VALUES (uuidv7(), p_txn, p_origin, origin.leg, 'reversal', abs(p_amounts[i]));
  END LOOP;
END $$;

-- One posting: two or more exact lines, sorted by account, effective in the current month.
-- Order of locks: balances by account, caps, key. status: 0 posted, 1 replayed.
CREATE FUNCTION ledger_post_one(
  p_id uuid, p_key uuid, p_hash bytea, p_kind smallint, p_effective date, p_at timestamptz, p_actor text, p_correlation uuid,
  p_subject text, p_reason text, p_meta jsonb, p_reverses uuid,
  p_legs smallint[], p_accounts bigint[], p_amounts bigint[], p_assets text[],
  OUT status smallint, OUT txn uuid, OUT booked_at timestamptz, OUT balances bigint[], OUT versions bigint[], OUT available bigint[])
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  known bytea;
  b record;
  n constant int := coalesce(cardinality(p_accounts), 0);
  today constant date := (p_at AT TIME ZONE 'UTC')::date;
  effective constant date := coalesce(p_effective, today);
BEGIN
  SELECT k.result_id, k.request_hash INTO txn, known FROM ledger_postingkey k WHERE k.key = p_key;
  IF FOUND THEN
    IF known IS DISTINCT FROM p_hash THEN
      PERFORM ledger_refuse('LG002', 'ledger_key_reused');
    END IF;
    -- Without holds what was available then is the balance of then.
    SELECT 1, min(e.posted_at), array_agg(e.balance_after ORDER BY e.account_id), array_agg(e.version ORDER BY e.account_id)
      INTO status, booked_at, balances, versions FROM ledger_entry e WHERE e.txn_id = txn;
    available := balances;
    RETURN;
  END IF;

  IF n < 2 OR (cardinality(p_legs), cardinality(p_amounts), cardinality(p_assets)) IS DISTINCT FROM (n, n, n) THEN
    PERFORM ledger_refuse('LG014', 'ledger_too_few_lines');
  ELSIF NOT EXISTS (SELECT 1 FROM ledger_txnkind k WHERE k.no = p_kind) THEN
    PERFORM ledger_refuse('LG015', 'ledger_kind_unknown');
  ELSIF octet_length(p_meta::text) > 1024 THEN
    PERFORM ledger_refuse('LG015', 'ledger_meta_invalid');
  ELSIF effective > today THEN
    PERFORM ledger_refuse('LG030', 'ledger_effective_in_future');
  ELSIF effective < date_trunc('month', today::timestamp)::date THEN
    PERFORM ledger_refuse('LG031', 'ledger_period_closed');
  ELSIF (p_at BETWEEN clock_timestamp() - ledger_max_skew() AND clock_timestamp() + ledger_max_skew()) IS NOT TRUE THEN
    PERFORM ledger_refuse('LG032', 'ledger_clock_behind');
  ELSIF uuid_extract_version(p_id) IS DISTINCT FROM 7
     OR (uuid_extract_timestamp(p_id) BETWEEN p_at - ledger_max_skew() AND p_at + ledger_max_skew()) IS NOT TRUE THEN
    PERFORM ledger_refuse('LG032', 'ledger_id_clock_skew');
  END IF;

  IF p_reverses IS NOT NULL THEN
    PERFORM ledger_require_return(p_reverses, p_legs, p_accounts, p_amounts);
  END IF;

  booked_at := p_at;
  FOR i IN 1..n LOOP
    IF (p_amounts[i] <> 0 AND p_amounts[i] BETWEEN -9007199254740991 AND 9007199254740991) IS NOT TRUE THEN
      PERFORM ledger_refuse('LG011', 'ledger_amount_invalid', jsonb_build_object('line', p_legs[i]));
    ELSIF p_accounts[i] <= p_accounts[i - 1] THEN
      PERFORM ledger_refuse('LG013', 'ledger_account_twice', jsonb_build_object('line', p_legs[i]));
    END IF;
    LOOP
      UPDATE ledger_balance x
         SET posted = x.posted + p_amounts[i], version = x.version + 1, last_at = greatest(x.last_at, p_at)
       WHERE x.account_id = p_accounts[i] AND x.asset = p_assets[i]
         AND CASE WHEN p_amounts[i] < 0
               THEN x.flags & 37 = 0 AND x.posted >= -9223372036854775807 - p_amounts[i]
                    AND (x.floor IS NULL OR x.posted - x.held + p_amounts[i] >= x.floor)
               ELSE x.flags & 6 = 0 AND x.posted <= 9223372036854775807 - p_amounts[i]
                    AND (x.ceiling IS NULL OR x.posted + p_amounts[i] <= x.ceiling) END
      RETURNING x.posted, x.posted - x.held AS free, x.version, x.last_at INTO b;
      EXIT WHEN FOUND;
      PERFORM ledger_refuse_leg(p_legs[i], p_accounts[i], p_amounts[i], p_assets[i]);
    END LOOP;
    booked_at := greatest(booked_at, b.last_at);
    balances[i] := b.posted;
    versions[i] := b.version;
    available[i] := b.free;
  END LOOP;
  IF booked_at > p_at THEN
    IF booked_at > p_at + ledger_max_skew() THEN
      PERFORM ledger_refuse('LG032', 'ledger_clock_behind');
    END IF;
    -- Else a later posting on another of these accounts could be booked before this one.
    UPDATE ledger_balance x SET last_at = booked_at WHERE x.account_id = ANY (p_accounts) AND x.last_at < booked_at;
  END IF;

  IF p_reverses IS NOT NULL THEN
    PERFORM ledger_take_return(p_id, p_reverses, p_accounts, p_amounts);
  END IF;
  INSERT INTO ledger_txn (id, posted_at, effective_on, kind, legs, actor, correlation, subject, reverses, reason_code, meta)
    VALUES (p_id, booked_at, effective, p_kind, n, p_actor, p_correlation, p_subject, p_reverses, p_reason, p_meta);
  INSERT INTO ledger_entry (txn_id, account_id, amount, balance_after, version, posted_at, effective_on, leg, asset)
    SELECT p_id, l.account, l.amount, l.balance, l.version, booked_at, effective, l.leg, l.asset
      FROM unnest(p_legs, p_accounts, p_amounts, balances, versions, p_assets) AS l (leg, account, amount, balance, version, asset);
  INSERT INTO ledger_postingkey (key, result_id, kind, request_hash) VALUES (p_key, p_id, 1, p_hash);
  status := 0;
  txn := p_id;
END $$;
