-- Names what stands against one leg, of which `p_freed` was held for it until now and `p_stops` are the blocks of a debit;
-- returns only when nothing does any more, with the row locked.
DROP FUNCTION ledger_refuse_leg;
CREATE FUNCTION ledger_refuse_leg(p_line smallint, p_account bigint, p_amount bigint, p_asset text, p_freed bigint, p_stops smallint)
RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  b ledger_balance;
  fault record;
BEGIN
  SELECT x.* INTO b FROM ledger_balance x WHERE x.account_id = p_account FOR NO KEY UPDATE;
  b.held := b.held - p_freed;
  IF p_stops & 32 = 0 THEN
    b.flags := b.flags & ~32;
  END IF;
  fault := ledger_leg_fault(b, p_line, p_amount, p_asset);
  IF fault.name IS NOT NULL THEN
    PERFORM ledger_refuse(fault.state, fault.name, fault.detail);
  END IF;
END $$;

-- Returns the place of the debit that a hold is for; that the hold is open is seen when it is locked.
CREATE FUNCTION ledger_require_capture(p_hold uuid, p_taken bigint, p_accounts bigint[], p_amounts bigint[], p_assets text[]) RETURNS int
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  h ledger_hold;
  place int;
BEGIN
  SELECT x.* INTO h FROM ledger_hold x WHERE x.id = p_hold;
  IF NOT FOUND THEN
    PERFORM ledger_refuse('LG050', 'ledger_hold_not_open', '{"status": "unknown"}');
  END IF;
  place := array_position(p_accounts, h.account_no);
  IF (p_amounts[place] < 0 AND p_assets[place] = h.asset) IS NOT TRUE THEN
    PERFORM ledger_refuse('LG053', 'ledger_hold_mismatch');
  ELSIF (coalesce(p_taken, 1) BETWEEN 1 AND -p_amounts[place]) IS NOT TRUE THEN
    PERFORM ledger_refuse('LG011', 'ledger_amount_invalid');
  END IF;
  RETURN place;
END $$;

-- One posting: two or more exact lines, sorted by account, effective in the current month.
-- With a hold it captures `p_taken` of the debit on the hold's account (all of it when absent), for good when `p_final`.
-- Order of locks: balances by account, hold, caps, key. status: 0 posted, 1 replayed.
DROP FUNCTION ledger_post_one;
CREATE FUNCTION ledger_post_one(
  p_id uuid, p_key uuid, p_hash bytea, p_kind smallint, p_effective date, p_at timestamptz, p_actor text, p_correlation uuid,
  p_subject text, p_reason text, p_meta jsonb, p_reverses uuid,
  p_legs smallint[], p_accounts bigint[], p_amounts bigint[], p_assets text[],
  p_hold uuid DEFAULT NULL, p_taken bigint DEFAULT NULL, p_final boolean DEFAULT true,
  OUT status smallint, OUT txn uuid, OUT booked_at timestamptz, OUT balances bigint[], OUT versions bigint[], OUT available bigint[])
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  known bytea;
  b record;
  n constant int := coalesce(cardinality(p_accounts), 0);
  today constant date := (p_at AT TIME ZONE 'UTC')::date;
  effective constant date := coalesce(p_effective, today);
  place int := 0;
  taken bigint;
  capture record;
  freed bigint := 0;
  stops smallint := 37;
BEGIN
  IF p_hold IS NOT NULL THEN
    PERFORM ledger_lock_balances(p_accounts);
  END IF;
  SELECT k.result_id, k.request_hash INTO txn, known FROM ledger_postingkey k WHERE k.key = p_key;
  IF FOUND THEN
    IF known IS DISTINCT FROM p_hash THEN
      PERFORM ledger_refuse('LG002', 'ledger_key_reused');
    END IF;
    SELECT 1, min(e.posted_at), array_agg(e.balance_after ORDER BY e.account_id), array_agg(e.version ORDER BY e.account_id),
           array_agg(e.balance_after - ledger_held_at(e.account_id, e.version, txn) ORDER BY e.account_id)
      INTO status, booked_at, balances, versions, available FROM ledger_entry e WHERE e.txn_id = txn;
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

  IF p_hold IS NOT NULL THEN
    place := ledger_require_capture(p_hold, p_taken, p_accounts, p_amounts, p_assets);
    taken := coalesce(p_taken, -p_amounts[place]);
    capture := ledger_hold_take(p_hold, taken, coalesce(p_final, true), p_at);
  END IF;

  booked_at := p_at;
  FOR i IN 1..n LOOP
    IF (p_amounts[i] <> 0 AND p_amounts[i] BETWEEN -9007199254740991 AND 9007199254740991) IS NOT TRUE THEN
      PERFORM ledger_refuse('LG011', 'ledger_amount_invalid', jsonb_build_object('line', p_legs[i]));
    ELSIF p_accounts[i] <= p_accounts[i - 1] THEN
      PERFORM ledger_refuse('LG013', 'ledger_account_twice', jsonb_build_object('line', p_legs[i]));
    END IF;
    IF p_hold IS NOT NULL THEN
      freed := CASE i WHEN place THEN capture.freed ELSE 0 END;
      -- What was promised before a soft block passes it.
      stops := CASE WHEN i = place AND taken = -p_amounts[i] THEN 5 ELSE 37 END;
    END IF;
    LOOP
      UPDATE ledger_balance x
         SET posted = x.posted + p_amounts[i], held = x.held - freed, version = x.version + 1,
             last_at = greatest(x.last_at, p_at)
       WHERE x.account_id = p_accounts[i] AND x.asset = p_assets[i]
         AND CASE WHEN p_amounts[i] < 0
               THEN x.flags & stops = 0 AND x.posted >= -9223372036854775807 - p_amounts[i]
                    AND (x.floor IS NULL OR x.posted - x.held + freed + p_amounts[i] >= x.floor)
               ELSE x.flags & 6 = 0 AND x.posted <= 9223372036854775807 - p_amounts[i]
                    AND (x.ceiling IS NULL OR x.posted + p_amounts[i] <= x.ceiling) END
      RETURNING x.posted, x.posted - x.held AS free, x.version, x.last_at INTO b;
      EXIT WHEN FOUND;
      -- What a twin under this key has left, while it was waited for, is no refusal: asked again, it is that posting.
      IF EXISTS (SELECT 1 FROM ledger_postingkey k WHERE k.key = p_key) THEN
        PERFORM ledger_refuse('23505', 'ledger_postingkey_pkey');
      END IF;
      PERFORM ledger_refuse_leg(p_legs[i], p_accounts[i], p_amounts[i], p_assets[i], freed, stops);
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
  IF p_hold IS NOT NULL THEN
    PERFORM ledger_hold_note(capture.h, x, 'captured', taken, -capture.freed, p_id, coalesce(p_reason, p_subject), p_actor, booked_at)
       FROM ledger_balance x WHERE x.account_id = p_accounts[place];
  END IF;
  INSERT INTO ledger_postingkey (key, result_id, kind, request_hash) VALUES (p_key, p_id, 1, p_hash);
  status := 0;
  txn := p_id;
END $$;
