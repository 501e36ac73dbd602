-- What was held of an account when the entry of this version was written: as its own capture left it, or the last event
-- before it.
CREATE FUNCTION ledger_held_at(p_account bigint, p_version bigint, p_txn uuid) RETURNS bigint LANGUAGE sql STABLE
SET search_path = public, pg_temp AS $$
  SELECT coalesce(
    (SELECT e.held_after FROM ledger_holdevent e WHERE e.txn = p_txn AND e.account_no = p_account),
    (SELECT e.held_after FROM ledger_holdevent e WHERE e.account_no = p_account AND e.account_version < p_version
      ORDER BY e.account_version DESC, e.id DESC LIMIT 1),
    0)
$$;

-- Finds the event that a key stands for; refuses when it stands for other content.
CREATE FUNCTION ledger_hold_known(p_key uuid, p_hash bytea) RETURNS ledger_holdevent LANGUAGE plpgsql STABLE
SET search_path = public, pg_temp AS $$
DECLARE
  k ledger_postingkey;
  e ledger_holdevent;
BEGIN
  SELECT x.* INTO k FROM ledger_postingkey x WHERE x.key = p_key;
  IF FOUND AND (k.kind, k.request_hash) IS DISTINCT FROM (2::smallint, p_hash) THEN
    PERFORM ledger_refuse('LG002', 'ledger_key_reused');
  END IF;
  SELECT x.* INTO e FROM ledger_holdevent x WHERE x.id = k.result_id;
  RETURN e;
END $$;

-- Reserves on the balance, which is locked, what a hold needs of it; negative gives back. Only what is new is subject to
-- blocks and to the floor. Returns the row as it then is.
CREATE FUNCTION ledger_hold_reserve(p_account bigint, p_asset text, p_delta bigint) RETURNS ledger_balance
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  b ledger_balance;
  fault record;
BEGIN
  SELECT x.* INTO b FROM ledger_balance x WHERE x.account_id = p_account FOR NO KEY UPDATE;
  IF p_delta > 0 THEN
    fault := ledger_leg_fault(b, NULL, -p_delta, p_asset);
    IF fault.name IS NOT NULL THEN
      PERFORM ledger_refuse(fault.state, fault.name, fault.detail - 'line' - 'side');
    ELSIF b.posted::numeric - b.held - p_delta < -9223372036854775807 OR b.held::numeric + p_delta > 9223372036854775807 THEN
      PERFORM ledger_refuse('LG012', 'ledger_amount_overflow');
    END IF;
  END IF;
  UPDATE ledger_balance x SET held = x.held + p_delta WHERE x.account_id = p_account RETURNING x.* INTO b;
  RETURN b;
END $$;

-- Writes the event of a hold that has just been changed.
CREATE FUNCTION ledger_hold_note(
  h ledger_hold, b ledger_balance, p_act text, p_amount bigint, p_delta bigint, p_txn uuid, p_reason text, p_actor text,
  p_at timestamptz)
RETURNS ledger_holdevent LANGUAGE sql SET search_path = public, pg_temp AS $$
  INSERT INTO ledger_holdevent (id, hold_id, number, act, amount, delta, remaining_after, expires_at, account_no, held_after,
                                account_version, available_after, txn, reason_code, actor, at)
    VALUES (uuidv7(), h.id, h.version, p_act, p_amount, p_delta, h.remaining, h.expires_at, h.account_no, b.held,
            b.version, b.posted - b.held, p_txn, p_reason, p_actor, p_at)
    RETURNING *
$$;

CREATE FUNCTION ledger_require_present(p_at timestamptz) RETURNS void LANGUAGE plpgsql STABLE
SET search_path = public, pg_temp AS $$
BEGIN
  IF (p_at BETWEEN clock_timestamp() - ledger_max_skew() AND clock_timestamp() + ledger_max_skew()) IS NOT TRUE THEN
    PERFORM ledger_refuse('LG032', 'ledger_clock_behind');
  END IF;
END $$;

-- Places a hold, and answers what its first event says. Order of locks: balance, hold, key.
CREATE FUNCTION ledger_hold_place(
  p_hold uuid, p_key uuid, p_hash bytea, p_account bigint, p_asset text, p_amount bigint, p_kind text, p_reason text,
  p_subject text, p_tolerance_bps int, p_expires_at timestamptz, p_at timestamptz, p_actor text,
  OUT replayed boolean, OUT event ledger_holdevent)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  h ledger_hold;
  b ledger_balance;
BEGIN
  -- The key is read behind the lock: whoever waited here for a twin answers as it did.
  PERFORM 1 FROM ledger_balance x WHERE x.account_id = p_account FOR NO KEY UPDATE;
  event := ledger_hold_known(p_key, p_hash);
  replayed := event.id IS NOT NULL;
  IF replayed THEN
    RETURN;
  END IF;
  PERFORM ledger_require_present(p_at);
  IF (p_amount BETWEEN 1 AND 9007199254740991) IS NOT TRUE THEN
    PERFORM ledger_refuse('LG011', 'ledger_amount_invalid');
  ELSIF p_expires_at <= p_at THEN
    PERFORM ledger_refuse('LG055', 'ledger_hold_expiry');
  END IF;
  b := ledger_hold_reserve(p_account, p_asset, p_amount);
  INSERT INTO ledger_hold (id, account_no, asset, amount, remaining, tolerance_bps, expires_at, status, kind, reason_code,
                           subject, placed_at)
    VALUES (p_hold, p_account, p_asset, p_amount, p_amount, p_tolerance_bps, p_expires_at, 'open', p_kind, p_reason,
            p_subject, p_at)
    RETURNING * INTO h;
  event := ledger_hold_note(h, b, 'placed', p_amount, p_amount, NULL, p_reason, p_actor, p_at);
  INSERT INTO ledger_postingkey (key, result_id, kind, request_hash) VALUES (p_key, event.id, 2, p_hash);
END $$;

-- Returns an open hold, locked: whoever changes a hold has its balance first.
CREATE FUNCTION ledger_hold_lock(p_hold uuid) RETURNS ledger_hold LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  h ledger_hold;
BEGIN
  SELECT x.* INTO h FROM ledger_hold x WHERE x.id = p_hold FOR NO KEY UPDATE;
  IF h.status IS DISTINCT FROM 'open' THEN
    PERFORM ledger_refuse('LG050', 'ledger_hold_not_open', jsonb_build_object('status', coalesce(h.status, 'unknown')));
  END IF;
  RETURN h;
END $$;

-- Increases, reduces, extends or releases a hold, as the event's word says. Order of locks: balance, hold, key.
CREATE FUNCTION ledger_hold_change(
  p_act text, p_hold uuid, p_key uuid, p_hash bytea, p_amount bigint, p_asset text, p_until timestamptz, p_reason text,
  p_at timestamptz, p_actor text, OUT replayed boolean, OUT event ledger_holdevent)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  h ledger_hold;
  b ledger_balance;
  delta bigint;
BEGIN
  PERFORM 1 FROM ledger_balance x WHERE x.account_id = (SELECT y.account_no FROM ledger_hold y WHERE y.id = p_hold)
    FOR NO KEY UPDATE;
  event := ledger_hold_known(p_key, p_hash);
  replayed := event.id IS NOT NULL;
  IF replayed THEN
    RETURN;
  END IF;
  PERFORM ledger_require_present(p_at);
  h := ledger_hold_lock(p_hold);
  IF p_act IN ('increased', 'extended') AND h.expires_at <= p_at THEN
    PERFORM ledger_refuse('LG051', 'ledger_hold_expired');
  ELSIF p_act IN ('increased', 'reduced') AND p_asset IS DISTINCT FROM h.asset THEN
    PERFORM ledger_refuse('LG053', 'ledger_hold_mismatch');
  ELSIF p_act IN ('increased', 'reduced') AND (p_amount BETWEEN 1 AND 9007199254740991 - CASE p_act WHEN 'increased' THEN h.amount ELSE 0 END) IS NOT TRUE THEN
    PERFORM ledger_refuse('LG011', 'ledger_amount_invalid');
  ELSIF p_act = 'reduced' AND p_amount > h.remaining THEN
    PERFORM ledger_refuse('LG052', 'ledger_hold_exceeded', jsonb_build_object('remaining', h.remaining));
  ELSIF p_act = 'extended' AND (p_until > h.expires_at) IS NOT TRUE THEN
    PERFORM ledger_refuse('LG055', 'ledger_hold_expiry');
  END IF;
  delta := CASE p_act WHEN 'increased' THEN p_amount WHEN 'reduced' THEN -p_amount WHEN 'extended' THEN 0
                      WHEN 'released' THEN -h.remaining END;
  b := ledger_hold_reserve(h.account_no, h.asset, delta);
  UPDATE ledger_hold x
     SET amount = x.amount + greatest(delta, 0), remaining = x.remaining + delta, released = x.released - least(delta, 0),
         expires_at = CASE p_act WHEN 'extended' THEN p_until ELSE x.expires_at END,
         status = CASE WHEN x.remaining + delta > 0 THEN 'open' WHEN p_act = 'released' OR x.captured = 0 THEN 'released'
                       ELSE 'captured' END,
         resolved_at = CASE WHEN x.remaining + delta = 0 THEN p_at END,
         version = x.version + 1
   WHERE x.id = p_hold RETURNING x.* INTO h;
  event := ledger_hold_note(h, b, p_act, abs(delta), delta, NULL, p_reason, p_actor, p_at);
  INSERT INTO ledger_postingkey (key, result_id, kind, request_hash) VALUES (p_key, event.id, 2, p_hash);
END $$;

-- Takes a capture from its hold: `freed` is no longer held, for the debit of `p_taken` on the hold's account that follows.
-- Works with the balances locked.
CREATE FUNCTION ledger_hold_take(p_hold uuid, p_taken bigint, p_final boolean, p_at timestamptz, OUT h ledger_hold, OUT freed bigint)
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  excess bigint;
  tolerance bigint;
  ends boolean;
BEGIN
  h := ledger_hold_lock(p_hold);
  excess := greatest(p_taken - h.remaining, 0);
  tolerance := h.amount / 10000 * h.tolerance_bps + h.amount % 10000 * h.tolerance_bps / 10000 - h.over_captured;
  ends := p_final OR p_taken >= h.remaining;
  freed := CASE WHEN ends THEN h.remaining ELSE p_taken END;
  IF h.expires_at <= p_at THEN
    PERFORM ledger_refuse('LG051', 'ledger_hold_expired');
  ELSIF excess > tolerance THEN
    PERFORM ledger_refuse('LG052', 'ledger_hold_exceeded', jsonb_build_object('remaining', h.remaining, 'tolerance', tolerance));
  END IF;
  UPDATE ledger_hold x
     SET captured = x.captured + p_taken, over_captured = x.over_captured + excess, remaining = x.remaining - freed,
         released = x.released + freed - (p_taken - excess),
         status = CASE WHEN ends THEN 'captured' ELSE 'open' END, resolved_at = CASE WHEN ends THEN p_at END,
         version = x.version + 1
   WHERE x.id = p_hold RETURNING x.* INTO h;
END $$;

-- Ends holds whose time is over, of accounts that nobody else is changing just now; returns them.
CREATE FUNCTION ledger_hold_expire(p_limit int, p_at timestamptz, p_actor text)
RETURNS TABLE (hold uuid, account uuid, asset text, amount bigint, kind text, subject text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  due uuid;
  no bigint;
  h ledger_hold;
  b ledger_balance;
  freed bigint;
BEGIN
  PERFORM ledger_require_present(p_at);
  FOR due, no IN
    SELECT x.id, x.account_no
      FROM (SELECT y.id, y.account_no FROM ledger_hold y WHERE y.status = 'open' AND y.expires_at <= p_at
             ORDER BY y.expires_at LIMIT p_limit) x
     ORDER BY x.account_no, x.id
  LOOP
    PERFORM 1 FROM ledger_balance x WHERE x.account_id = no FOR NO KEY UPDATE SKIP LOCKED;
    CONTINUE WHEN NOT FOUND;
    SELECT x.* INTO h FROM ledger_hold x WHERE x.id = due AND x.status = 'open' AND x.expires_at <= p_at FOR NO KEY UPDATE SKIP LOCKED;
    CONTINUE WHEN NOT FOUND;
    freed := h.remaining;
    b := ledger_hold_reserve(no, h.asset, -freed);
    UPDATE ledger_hold x
       SET released = x.released + freed, remaining = 0, status = 'expired', resolved_at = p_at, version = x.version + 1
     WHERE x.id = due RETURNING x.* INTO h;
    PERFORM ledger_hold_note(h, b, 'expired', freed, -freed, NULL, h.reason_code, p_actor, p_at);
    hold := due;
    account := (SELECT a.id FROM ledger_account a WHERE a.no = h.account_no);
    asset := h.asset;
    amount := freed;
    kind := h.kind;
    subject := h.subject;
    RETURN NEXT;
  END LOOP;
END $$;

DO $$
DECLARE
  t record;
BEGIN
  FOR t IN
    SELECT c.relname AS name, g.tgname AS guard FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid
     WHERE c.relname IN ('ledger_hold', 'ledger_holdevent') AND NOT g.tgisinternal
  LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER %I', t.name, t.guard);
  END LOOP;
END $$;
