-- The account's row says which asset and which class it is: nothing about the balance is taken from the caller but its bounds.
CREATE FUNCTION ledger_open_balance(p_account uuid, p_floor bigint, p_ceiling bigint, p_actor text, p_at timestamptz)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  found_no bigint;
  found_asset text;
  position_flag smallint;
BEGIN
  SELECT a.no, s.code, CASE WHEN g.account_class = 'T' THEN 8 ELSE 0 END INTO found_no, found_asset, position_flag
    FROM ledger_account a JOIN ledger_asset s ON s.id = a.asset_id JOIN ledger_glcode g ON g.id = a.gl_code_id
   WHERE a.id = p_account;
  IF NOT FOUND THEN
    PERFORM ledger_refuse('LG020', 'ledger_account_unknown');
  END IF;
  IF p_floor > 0 OR p_ceiling < 0 THEN
    PERFORM ledger_refuse('LG044', 'ledger_bounds_refused', jsonb_build_object('posted', 0, 'held', 0));
  END IF;
  INSERT INTO ledger_balance (account_id, asset, floor, ceiling, flags)
    VALUES (found_no, found_asset, p_floor, p_ceiling, position_flag);
  INSERT INTO ledger_boundschange (id, account_id, at_version, floor, ceiling, flags, reason_code, actor, at)
    VALUES (uuidv7(), p_account, 0, p_floor, p_ceiling, position_flag, 'opened', p_actor, p_at);
  RETURN found_no;
END $$;

-- Bounds and blocks are on the hot row: the change waits for running postings, and every later one sees it.
-- p_blocks: 1 debit, 2 credit, 4 closed (sets both), 32 new debits.
CREATE FUNCTION ledger_set_bounds(p_account uuid, p_floor bigint, p_ceiling bigint, p_blocks smallint, p_reason text, p_actor text, p_at timestamptz)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  b ledger_balance;
  pending bigint;
  new_flags smallint;
BEGIN
  SELECT x.* INTO b FROM ledger_balance x WHERE x.account_id = (SELECT a.no FROM ledger_account a WHERE a.id = p_account)
    FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    PERFORM ledger_refuse('LG020', 'ledger_account_unknown');
  END IF;
  IF b.flags & 4 = 4 THEN
    PERFORM ledger_refuse('LG023', 'ledger_account_closed');
  END IF;
  IF (p_blocks & ~39) IS DISTINCT FROM 0 THEN
    PERFORM ledger_refuse('LG044', 'ledger_bounds_refused');
  END IF;
  IF p_blocks & 4 = 4 THEN
    SELECT coalesce(sum(x.posted), 0) INTO pending FROM ledger_balance x
     WHERE x.account_id IN (SELECT a.no FROM ledger_account a WHERE a.pending_of_id = p_account);
    IF b.posted <> 0 OR b.held <> 0 OR pending <> 0 THEN
      PERFORM ledger_refuse('LG044', 'ledger_account_in_use',
        jsonb_build_object('posted', b.posted, 'held', b.held, 'pending_in', pending));
    END IF;
  END IF;
  IF b.posted - b.held < p_floor OR b.posted > p_ceiling THEN
    PERFORM ledger_refuse('LG044', 'ledger_bounds_refused', jsonb_build_object('posted', b.posted, 'held', b.held));
  END IF;
  new_flags := b.flags & 24 | p_blocks | CASE WHEN p_blocks & 4 = 4 THEN 3 ELSE 0 END;
  UPDATE ledger_balance x SET floor = p_floor, ceiling = p_ceiling, flags = new_flags WHERE x.account_id = b.account_id;
  INSERT INTO ledger_boundschange (id, account_id, at_version, floor, ceiling, flags, reason_code, actor, at)
    VALUES (uuidv7(), p_account, b.version, p_floor, p_ceiling, new_flags, p_reason, p_actor, p_at);
  RETURN b.version;
END $$;
