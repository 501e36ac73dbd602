-- Names what stands against one leg on a balance as it is (account_id NULL: there is none), and for the reader the figures.
CREATE FUNCTION ledger_leg_fault(
  b ledger_balance, p_line smallint, p_amount bigint, p_asset text, OUT state text, OUT name text, OUT detail jsonb)
LANGUAGE plpgsql IMMUTABLE SET search_path = public, pg_temp AS $$
BEGIN
  detail := jsonb_build_object('line', p_line);
  IF b.account_id IS NULL THEN
    state := 'LG020'; name := 'ledger_account_unknown';
  ELSIF b.asset IS DISTINCT FROM p_asset THEN
    state := 'LG021'; name := 'ledger_asset_mismatch';
  ELSIF b.flags & 4 = 4 THEN
    state := 'LG023'; name := 'ledger_account_closed';
  ELSIF p_amount < 0 AND b.flags & 33 <> 0 THEN
    state := 'LG022'; name := 'ledger_account_frozen'; detail := detail || '{"side": "debit"}';
  ELSIF p_amount > 0 AND b.flags & 2 = 2 THEN
    state := 'LG022'; name := 'ledger_account_frozen'; detail := detail || '{"side": "credit"}';
  ELSIF b.posted::numeric + p_amount NOT BETWEEN -9223372036854775807 AND 9223372036854775807 THEN
    state := 'LG012'; name := 'ledger_amount_overflow';
  ELSIF p_amount < 0 AND b.posted - b.held + p_amount < b.floor THEN
    state := 'LG040'; name := 'ledger_insufficient_funds';
    detail := detail || jsonb_build_object('available', b.posted - b.held - b.floor, 'needed', -p_amount);
  ELSIF p_amount > 0 AND b.posted + p_amount > b.ceiling THEN
    state := 'LG041'; name := 'ledger_ceiling_exceeded';
  END IF;
END $$;

CREATE OR REPLACE FUNCTION ledger_refuse_leg(p_line smallint, p_account bigint, p_amount bigint, p_asset text) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  b ledger_balance;
  fault record;
BEGIN
  SELECT x.* INTO b FROM ledger_balance x WHERE x.account_id = p_account FOR NO KEY UPDATE;
  fault := ledger_leg_fault(b, p_line, p_amount, p_asset);
  IF fault.name IS NOT NULL THEN
    PERFORM ledger_refuse(fault.state, fault.name, fault.detail);
  END IF;
END $$;

-- Turns the modes of one item's legs into amounts: as far as the bounds go (1 up to the amount, 2 whatever is available),
-- then what the other legs of the asset leave over (3). moving counts the legs of which something is left; legs are
-- their numbers without gaps. An amount that cannot be is left to the check of the leg.
CREATE FUNCTION ledger_settle(
  p_legs smallint[], p_places smallint[], p_amounts bigint[], p_assets text[], p_modes smallint[],
  p_posted bigint[], p_held bigint[], p_floors bigint[], p_ceilings bigint[], p_kept_assets text[],
  OUT moved bigint[], OUT legs smallint[], OUT moving smallint)
LANGUAGE plpgsql IMMUTABLE SET search_path = public, pg_temp AS $$
DECLARE
  too_much constant bigint := 9007199254740992;
  a smallint;
  room numeric;
BEGIN
  moved := p_amounts;
  legs := p_legs;
  moving := cardinality(p_legs);
  FOR l IN 1..cardinality(p_legs) LOOP
    a := p_places[l];
    IF p_modes[l] = 3 THEN
      moved[l] := 0;
    ELSIF p_modes[l] = 2 AND p_amounts[l] > 0 THEN
      moved[l] := NULL;
    ELSIF p_modes[l] > 0 AND p_kept_assets[a] = p_assets[l] THEN
      room := CASE WHEN p_amounts[l] > 0 THEN p_ceilings[a]::numeric - p_posted[a]
                   WHEN p_modes[l] = 1 THEN p_posted[a]::numeric - p_held[a] - p_floors[a]
                   ELSE p_posted[a]::numeric - p_held[a] - coalesce(p_floors[a], 0) END;
      room := greatest(least(room, CASE p_modes[l] WHEN 1 THEN abs(p_amounts[l]::numeric) ELSE too_much END), 0);
      moved[l] := CASE WHEN p_amounts[l] > 0 THEN room ELSE -room END;
    END IF;
  END LOOP;
  FOR l IN 1..cardinality(p_legs) LOOP
    IF p_modes[l] = 3 THEN
      SELECT -sum(u.amount) INTO room FROM unnest(moved, p_assets) AS u (amount, asset) WHERE u.asset = p_assets[l];
      -- On its other side it would not balance, and is refused for that.
      IF sign(room) = sign(p_amounts[l]) THEN
        moved[l] := least(greatest(room, -too_much), too_much);
      END IF;
    END IF;
  END LOOP;
  FOR l IN 1..cardinality(p_legs) LOOP
    IF moved[l] = 0 AND p_modes[l] > 0 THEN
      moving := moving - 1;
      FOR u IN 1..cardinality(p_legs) LOOP
        IF p_legs[u] > p_legs[l] THEN
          legs[u] := legs[u] - 1;
        END IF;
      END LOOP;
    END IF;
  END LOOP;
END $$;

-- Names what is wrong with the sums of one item's legs: an asset's difference, or assets that meet without a position.
CREATE FUNCTION ledger_sum_fault(
  p_amounts bigint[], p_assets text[], p_places smallint[], p_flags smallint[], OUT name text, OUT detail jsonb)
LANGUAGE plpgsql IMMUTABLE SET search_path = public, pg_temp AS $$
BEGIN
  SELECT CASE WHEN s.total <> 0 THEN 'ledger_unbalanced' ELSE 'ledger_cross' END,
         CASE WHEN s.total <> 0 THEN jsonb_build_object('asset', s.asset, 'difference', s.total) END INTO name, detail
    FROM (SELECT l.asset, sum(l.amount) AS total, bool_or(p_flags[l.place] & 8 = 8) AS has_position, count(*) OVER () AS assets
            FROM unnest(p_amounts, p_assets, p_places) AS l (amount, asset, place)
           WHERE l.amount <> 0 GROUP BY l.asset) s
   WHERE s.total <> 0 OR s.assets > 1 AND NOT s.has_position
   ORDER BY s.total = 0, s.asset LIMIT 1;
END $$;

-- Locks the balances of all the calls that one unit splits its postings into, so that the order is kept across them.
CREATE FUNCTION ledger_lock_balances(p_accounts bigint[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  PERFORM 1 FROM ledger_balance b WHERE b.account_id = ANY (p_accounts) ORDER BY b.account_id FOR NO KEY UPDATE;
END $$;
