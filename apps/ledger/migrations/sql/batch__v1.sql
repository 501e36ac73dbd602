-- Many postings in one call, decided one after the other: what each gets is what it would get alone, in this order.
-- Items (p_ids to p_sizes, the number of its legs) and legs (p_legs to p_minimums, by item and then by account) are
-- parallel arrays; NULL stands for an array of NULLs. p_accounts are the accounts of all legs, ascending; p_places say
-- which of them each leg is on, p_legs which line it is for the caller. Keys and ids are distinct within a call; the
-- origin of a reversal was written before it. p_links: the next item is in one chain with this one, all or none.
-- p_empties: an item of which no amount is left is skipped. p_modes: 0 exact, 1 up to, 2 all, 3 rest; for the last two
-- the amount is 1 or -1 and gives the side. p_expected, p_minimums: the version the account must have before the item,
-- and what must be available.
-- statuses: 0 posted, 1 replayed, 2 skipped, 3 refused. txns of replays alone; booked where it is not p_at; moved with
-- modes alone (0: the leg was dropped). Order of locks: balances by account, caps, keys.
-- One row a hot table and probe, at any size: the settings leave the planner no other way.
CREATE FUNCTION ledger_post_batch(
  p_at timestamptz, p_actor text, p_correlation uuid,
  p_ids uuid[], p_keys uuid[], p_hashes bytea[], p_kinds smallint[], p_effectives date[], p_subjects text[],
  p_reasons text[], p_metas jsonb[], p_reverses uuid[], p_links boolean[], p_empties boolean[], p_sizes smallint[],
  p_accounts bigint[],
  p_legs smallint[], p_places smallint[], p_amounts bigint[], p_assets text[], p_modes smallint[],
  p_expected bigint[], p_minimums bigint[],
  OUT statuses smallint[], OUT txns uuid[], OUT booked timestamptz[], OUT refusals text[], OUT details jsonb[],
  OUT moved bigint[], OUT balances bigint[], OUT versions bigint[], OUT available bigint[])
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_nestloop = on SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
  n constant int := coalesce(cardinality(p_ids), 0);
  m constant int := coalesce(cardinality(p_amounts), 0);
  today constant date := (p_at AT TIME ZONE 'UTC')::date;
  latest constant timestamptz := p_at + ledger_max_skew();
  on_time constant boolean := coalesce(p_at BETWEEN clock_timestamp() - ledger_max_skew()
                                                AND clock_timestamp() + ledger_max_skew(), false);
  -- The hot rows by place, moved on item by item.
  accounts bigint[];
  posted_of bigint[];
  held_of bigint[];
  floor_of bigint[];
  ceiling_of bigint[];
  version_of bigint[];
  last_at_of timestamptz[];
  flags_of smallint[];
  asset_of text[];
  ahead boolean;
  -- Legs and items, as they turn out.
  places smallint[] := p_places;
  legs smallint[] := p_legs;
  amounts bigint[] := p_amounts;
  counts smallint[] := p_sizes;
  kept_as smallint[];
  item_of smallint[];
  was_at timestamptz[];
  origins bigint[];
  cap_of int[];
  rooms bigint[];
  -- The item at hand: its legs are first to final, those up to reached have moved balances.
  first int;
  final int := 0;
  reached int;
  chain int;
  linked boolean := false;
  broken boolean;
  fault text;
  told jsonb;
  amount bigint;
  total bigint;
  mixed boolean;
  moment timestamptz;
  before smallint;
  surprise jsonb;
  low int;
  high int;
  a smallint;
  b ledger_balance;
  r record;
BEGIN
  IF n > 1000 OR cardinality(p_accounts) > 2000 THEN
    PERFORM ledger_refuse('LG016', 'ledger_batch_too_large');
  ELSIF (cardinality(p_keys), cardinality(p_hashes), cardinality(p_kinds), cardinality(p_subjects), cardinality(p_sizes),
         coalesce(cardinality(p_legs), 0), coalesce(cardinality(p_places), 0), coalesce(cardinality(p_assets), 0),
         (SELECT coalesce(sum(s), 0) FROM unnest(p_sizes) s WHERE s BETWEEN 0 AND 1000))
        IS DISTINCT FROM (n, n, n, n, n, m, m, m, m) OR array_position(p_sizes, NULL) > 0
     OR array_position(p_keys, NULL) > 0 OR array_position(p_hashes, NULL) > 0 THEN
    PERFORM ledger_refuse('LG014', 'ledger_too_few_lines');
  END IF;

  -- A row that was waited for is returned as it is now; nothing is joined to it, which would not be.
  SELECT array_agg(x.account_id), array_agg(x.posted), array_agg(x.held), array_agg(x.floor), array_agg(x.ceiling),
         array_agg(x.version), array_agg(x.last_at), array_agg(x.flags), array_agg(x.asset), bool_or(x.last_at > p_at)
    INTO accounts, posted_of, held_of, floor_of, ceiling_of, version_of, last_at_of, flags_of, asset_of, ahead
    FROM (SELECT y.* FROM ledger_balance y WHERE y.account_id = ANY (p_accounts) ORDER BY y.account_id FOR NO KEY UPDATE) x;
  IF accounts IS DISTINCT FROM p_accounts THEN
    places := ARRAY (SELECT array_position(accounts, p_accounts[u.place])
                       FROM unnest(p_places) WITH ORDINALITY AS u (place, leg) ORDER BY u.leg);
  END IF;

  -- Filled, because an array begins where its first value is put.
  statuses := array_fill(0::smallint, ARRAY[n]);
  kept_as := array_fill(1::smallint, ARRAY[n]);
  txns := array_fill(NULL::uuid, ARRAY[n]);
  booked := array_fill(NULL::timestamptz, ARRAY[n]);
  refusals := array_fill(NULL::text, ARRAY[n]);
  details := array_fill(NULL::jsonb, ARRAY[n]);
  item_of := array_fill(NULL::smallint, ARRAY[m]);
  balances := array_fill(NULL::bigint, ARRAY[m]);
  versions := balances;
  available := balances;
  FOR r IN
    SELECT * FROM (
      SELECT i.item, k.result_id, k.request_hash IS NOT DISTINCT FROM i.hash AS same, CASE
               WHEN NOT EXISTS (SELECT 1 FROM ledger_txnkind t WHERE t.no = i.kind) THEN 'ledger_kind_unknown'
               WHEN octet_length(i.meta::text) > 1024 THEN 'ledger_meta_invalid'
               WHEN i.effective > today THEN 'ledger_effective_in_future'
               WHEN i.effective < date_trunc('month', today::timestamp)::date THEN 'ledger_period_closed'
               WHEN NOT on_time THEN 'ledger_clock_behind'
               WHEN uuid_extract_version(i.id) IS DISTINCT FROM 7
                 OR (uuid_extract_timestamp(i.id) BETWEEN p_at - ledger_max_skew() AND latest) IS NOT TRUE
                 THEN 'ledger_id_clock_skew' END AS fault
        FROM unnest(p_ids, p_keys, p_hashes, p_kinds, p_effectives, p_metas) WITH ORDINALITY
               AS i (id, key, hash, kind, effective, meta, item)
        LEFT JOIN ledger_postingkey k ON k.key = i.key) q
     WHERE q.result_id IS NOT NULL OR q.fault IS NOT NULL
  LOOP
    IF r.result_id IS NULL THEN
      refusals[r.item] := r.fault;
    ELSIF r.same THEN
      statuses[r.item] := 1;
      txns[r.item] := r.result_id;
    ELSE
      refusals[r.item] := 'ledger_key_reused';
    END IF;
  END LOOP;

  IF p_reverses IS NOT NULL THEN
    -- The caps are as safe as the accounts of the origin, which are locked.
    FOR r IN
      SELECT i.item, l.leg, k.reversible, o.amount, coalesce(c.used, 0) AS used,
             min(l.leg) OVER (PARTITION BY i.origin, o.leg) AS cap
        FROM (SELECT u.origin, u.item, u.size, sum(u.size) OVER (ORDER BY u.item) AS final
                FROM unnest(p_reverses, p_sizes) WITH ORDINALITY AS u (origin, size, item)) i
       CROSS JOIN LATERAL generate_series(i.final - i.size + 1, i.final) AS l (leg)
        LEFT JOIN ledger_txn t ON t.id = i.origin
        LEFT JOIN ledger_txnkind k ON k.no = t.kind
        LEFT JOIN ledger_entry o ON o.txn_id = i.origin AND o.account_id = accounts[places[l.leg]]
        LEFT JOIN ledger_returncap c ON c.origin_txn = i.origin AND c.leg = o.leg AND c.bucket = 'returned'
       WHERE i.origin IS NOT NULL
    LOOP
      refusals[r.item] := coalesce(refusals[r.item], CASE r.reversible WHEN true THEN NULL
        WHEN false THEN 'ledger_not_reversible' ELSE 'ledger_origin_unknown' END);
      origins[r.leg] := r.amount;
      cap_of[r.leg] := r.cap;
      rooms[r.cap] := abs(r.amount) - r.used;
    END LOOP;
  END IF;

  FOR i IN 1..n LOOP
    first := final + 1;
    final := final + p_sizes[i];
    IF NOT linked THEN
      chain := i;
      broken := false;
    END IF;
    linked := coalesce(p_links[i], false);
    CONTINUE WHEN statuses[i] = 1;
    reached := first - 1;
    told := NULL;
    fault := CASE WHEN refusals[i] = 'ledger_key_reused' THEN refusals[i]
                  WHEN broken THEN 'ledger_linked_failed'
                  WHEN final < first + 1 THEN 'ledger_too_few_lines'
                  ELSE refusals[i] END;

    IF fault IS NULL AND p_modes IS NOT NULL AND 0 <> ANY (p_modes[first:final]) THEN
      kept_as[i] := 3;
      r := ledger_settle(
        p_legs[first:final], places[first:final], p_amounts[first:final], p_assets[first:final], p_modes[first:final],
        posted_of, held_of, floor_of, ceiling_of, asset_of);
      counts[i] := r.moving;
      FOR l IN first..final LOOP
        amounts[l] := r.moved[l - first + 1];
        legs[l] := r.legs[l - first + 1];
      END LOOP;
      IF counts[i] < 2 AND p_empties[i] THEN
        statuses[i] := 2;
        CONTINUE;
      ELSIF counts[i] < 2 THEN
        fault := 'ledger_nothing_to_post';
      END IF;
    END IF;

    IF fault IS NULL AND p_reverses[i] IS NOT NULL THEN
      FOR l IN first..final LOOP
        amount := amounts[l];
        IF origins[l] IS NULL OR sign(origins[l]) = sign(amount) THEN
          fault := 'ledger_origin_unknown';
          told := jsonb_build_object('line', p_legs[l]);
        ELSIF amount NOT BETWEEN -rooms[cap_of[l]] AND rooms[cap_of[l]] THEN
          fault := 'ledger_cap';
          told := jsonb_build_object('line', p_legs[l], 'bucket', 'returned', 'left', rooms[cap_of[l]]);
        END IF;
        EXIT WHEN fault IS NOT NULL;
      END LOOP;
    END IF;

    IF fault IS NULL THEN
      surprise := NULL;
      IF p_expected IS NOT NULL OR p_minimums IS NOT NULL THEN
        FOR l IN first..final LOOP
          a := places[l];
          IF version_of[a] <> p_expected[l] OR posted_of[a] - held_of[a] < p_minimums[l] THEN
            surprise := jsonb_build_object('line', p_legs[l], 'version', version_of[a], 'available', posted_of[a] - held_of[a]);
            EXIT;
          END IF;
        END LOOP;
      END IF;
      total := 0;
      mixed := false;
      moment := p_at;
      before := -32768;
      reached := final;
      FOR l IN first..final LOOP
        a := places[l];
        amount := amounts[l];
        item_of[l] := i;
        IF (amount <> 0 AND amount BETWEEN -9007199254740991 AND 9007199254740991 AND a > before AND p_assets[l] = asset_of[a]
            AND CASE WHEN amount < 0
                  THEN flags_of[a] & 37 = 0 AND posted_of[a] >= -9223372036854775807 - amount
                       AND (floor_of[a] IS NULL OR posted_of[a] - held_of[a] + amount >= floor_of[a])
                  ELSE flags_of[a] & 6 = 0 AND posted_of[a] <= 9223372036854775807 - amount
                       AND (ceiling_of[a] IS NULL OR posted_of[a] + amount <= ceiling_of[a]) END) IS NOT TRUE THEN
          CONTINUE WHEN amount = 0 AND p_modes[l] > 0;
          reached := l - 1;
          told := jsonb_build_object('line', p_legs[l]);
          IF (amount <> 0 AND amount BETWEEN -9007199254740991 AND 9007199254740991) IS NOT TRUE THEN
            fault := 'ledger_amount_invalid';
          ELSIF a <= before THEN
            fault := 'ledger_account_twice';
          ELSE
            b.account_id := accounts[a];
            b.posted := posted_of[a];
            b.held := held_of[a];
            b.floor := floor_of[a];
            b.ceiling := ceiling_of[a];
            b.flags := flags_of[a];
            b.asset := asset_of[a];
            SELECT f.name, f.detail INTO fault, told FROM ledger_leg_fault(b, p_legs[l], amount, p_assets[l]) f;
          END IF;
          EXIT;
        END IF;
        before := a;
        total := total + amount;
        mixed := mixed OR p_assets[l] <> p_assets[first];
        posted_of[a] := posted_of[a] + amount;
        version_of[a] := version_of[a] + 1;
        balances[l] := posted_of[a];
        versions[l] := version_of[a];
        available[l] := posted_of[a] - held_of[a];
        IF ahead AND last_at_of[a] > moment THEN
          moment := last_at_of[a];
        END IF;
      END LOOP;
      IF fault IS NOT NULL THEN
        NULL;
      ELSIF moment > latest THEN
        fault := 'ledger_clock_behind';
      ELSIF surprise IS NOT NULL THEN
        fault := 'ledger_expectation_failed';
        told := surprise;
      ELSIF p_kinds[i] = 1 THEN
        fault := 'ledger_adjustment';
      ELSIF total <> 0 OR mixed THEN
        SELECT f.name, f.detail INTO fault, told
          FROM ledger_sum_fault(amounts[first:final], p_assets[first:final], places[first:final], flags_of) f;
      END IF;
    END IF;

    IF fault IS NULL THEN
      IF moment > p_at THEN
        -- Else a later posting on another of these accounts could be booked before this one.
        booked[i] := moment;
        FOR l IN first..final LOOP
          CONTINUE WHEN amounts[l] = 0;
          was_at[l] := last_at_of[places[l]];
          last_at_of[places[l]] := moment;
        END LOOP;
      END IF;
      IF p_reverses[i] IS NOT NULL THEN
        FOR l IN first..final LOOP
          rooms[cap_of[l]] := rooms[cap_of[l]] - abs(amounts[l]);
        END LOOP;
      END IF;
      CONTINUE;
    END IF;

    statuses[i] := 3;
    refusals[i] := fault;
    details[i] := told;
    FOR l IN first..reached LOOP
      CONTINUE WHEN amounts[l] = 0;
      posted_of[places[l]] := posted_of[places[l]] - amounts[l];
      version_of[places[l]] := version_of[places[l]] - 1;
    END LOOP;
    -- One for all: what the chain did before is taken back, and what follows is not looked at.
    low := first;
    FOR j IN REVERSE i - 1..chain LOOP
      EXIT WHEN broken;
      high := low - 1;
      low := low - p_sizes[j];
      CONTINUE WHEN statuses[j] IN (1, 3);
      IF statuses[j] = 0 THEN
        FOR l IN low..high LOOP
          a := places[l];
          CONTINUE WHEN amounts[l] = 0;
          posted_of[a] := posted_of[a] - amounts[l];
          version_of[a] := version_of[a] - 1;
          last_at_of[a] := coalesce(was_at[l], last_at_of[a]);
          IF p_reverses[j] IS NOT NULL THEN
            rooms[cap_of[l]] := rooms[cap_of[l]] + abs(amounts[l]);
          END IF;
        END LOOP;
      END IF;
      statuses[j] := 3;
      refusals[j] := 'ledger_linked_failed';
    END LOOP;
    broken := true;
  END LOOP;

  IF 0 = ANY (statuses) THEN
    IF p_reverses IS NOT NULL THEN
      PERFORM ledger_take_return(p_ids[l.item], p_reverses[l.item], array_agg(accounts[l.place]), array_agg(l.amount))
         FROM unnest(item_of, places, amounts) AS l (item, place, amount)
        WHERE statuses[l.item] = 0 AND p_reverses[l.item] IS NOT NULL AND l.amount <> 0 GROUP BY l.item;
    END IF;
    WITH balance AS (
      UPDATE ledger_balance x SET posted = u.posted, version = u.version, last_at = greatest(u.last_at, p_at)
        FROM unnest(accounts, posted_of, version_of, last_at_of) AS u (account, posted, version, last_at)
       WHERE x.account_id = u.account AND x.version < u.version
    ), header AS (
      INSERT INTO ledger_txn (id, posted_at, effective_on, kind, legs, actor, correlation, subject, reverses, reason_code, meta)
        SELECT i.id, coalesce(i.at, p_at), coalesce(i.effective, today), i.kind, i.legs, p_actor, p_correlation,
               i.subject, i.reverses, i.reason, i.meta
          FROM unnest(p_ids, booked, p_effectives, p_kinds, counts, p_subjects, p_reverses, p_reasons, p_metas, statuses)
                 AS i (id, at, effective, kind, legs, subject, reverses, reason, meta, status)
         WHERE i.status = 0
    ), key AS (
      INSERT INTO ledger_postingkey (key, result_id, kind, request_hash)
        SELECT i.key, i.id, i.kind, i.hash
          FROM unnest(p_keys, p_ids, kept_as, p_hashes, statuses) AS i (key, id, kind, hash, status)
         WHERE i.status = 0 ORDER BY i.key
    )
    INSERT INTO ledger_entry (txn_id, account_id, amount, balance_after, version, posted_at, effective_on, leg, asset)
      SELECT p_ids[l.item], accounts[l.place], l.amount, l.balance, l.version, coalesce(booked[l.item], p_at),
             coalesce(p_effectives[l.item], today), l.leg, l.asset
        FROM unnest(item_of, places, amounts, balances, versions, legs, p_assets)
               AS l (item, place, amount, balance, version, leg, asset)
       WHERE statuses[l.item] = 0 AND l.amount <> 0;
  END IF;

  IF 1 = ANY (statuses) THEN
    final := 0;
    FOR i IN 1..n LOOP
      first := final + 1;
      final := final + p_sizes[i];
      CONTINUE WHEN statuses[i] <> 1;
      -- A line that was dropped has no entry.
      FOR l IN first..final LOOP
        SELECT e.amount, e.balance_after, e.version, e.posted_at INTO r
          FROM ledger_entry e WHERE e.txn_id = txns[i] AND e.account_id = accounts[places[l]];
        amounts[l] := coalesce(r.amount, 0);
        balances[l] := r.balance_after;
        available[l] := r.balance_after - ledger_held_at(accounts[places[l]], r.version, txns[i]);
        versions[l] := r.version;
        booked[i] := coalesce(r.posted_at, booked[i]);
      END LOOP;
    END LOOP;
  END IF;
  IF p_modes IS NOT NULL THEN
    moved := amounts;
  END IF;
END $$;
