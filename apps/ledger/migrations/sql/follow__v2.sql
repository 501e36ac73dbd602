-- Where the next block ends: at `upper`, or at the border of the transaction before which `most` rows of a table lie.
-- NULL when nothing is there to seal. One transaction is never cut.
CREATE OR REPLACE FUNCTION ledger_block_end(p_epoch smallint, lower xid8, upper xid8, most int) RETURNS bigint LANGUAGE plpgsql STABLE
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  first xid8;
  border xid8;
BEGIN
  SELECT min(x) INTO first FROM (VALUES
    ((SELECT t.xid FROM ledger_txn t WHERE t.epoch = p_epoch AND t.xid >= lower AND t.xid < upper ORDER BY t.xid LIMIT 1)),
    ((SELECT c.xid FROM ledger_boundschange c WHERE c.epoch = p_epoch AND c.xid >= lower AND c.xid < upper ORDER BY c.xid LIMIT 1)),
    ((SELECT e.xid FROM ledger_holdevent e WHERE e.epoch = p_epoch AND e.xid >= lower AND e.xid < upper ORDER BY e.xid LIMIT 1)),
    ((SELECT l.xid FROM ledger_txnlink l WHERE l.epoch = p_epoch AND l.xid >= lower AND l.xid < upper ORDER BY l.xid LIMIT 1))) AS v (x);
  IF first IS NULL THEN
    RETURN NULL;
  END IF;
  SELECT min(x) INTO border FROM (VALUES
    ((SELECT t.xid FROM ledger_txn t WHERE t.epoch = p_epoch AND t.xid >= lower AND t.xid < upper ORDER BY t.xid OFFSET most LIMIT 1)),
    ((SELECT c.xid FROM ledger_boundschange c WHERE c.epoch = p_epoch AND c.xid >= lower AND c.xid < upper ORDER BY c.xid OFFSET most LIMIT 1)),
    ((SELECT e.xid FROM ledger_holdevent e WHERE e.epoch = p_epoch AND e.xid >= lower AND e.xid < upper ORDER BY e.xid OFFSET most LIMIT 1)),
    ((SELECT l.xid FROM ledger_txnlink l WHERE l.epoch = p_epoch AND l.xid >= lower AND l.xid < upper ORDER BY l.xid OFFSET most LIMIT 1))) AS v (x);
  RETURN greatest(coalesce(border, upper)::text::bigint, first::text::bigint + 1);
END $$;

-- One pass: seals the next finished transactions into a block and adds their entries to the sums by day, all in the
-- caller's transaction. A second caller at the same time makes the same block and is refused by its number.
-- NULLs when nothing waits.
CREATE OR REPLACE FUNCTION ledger_follow(p_max int, p_at timestamptz, OUT block uuid, OUT number bigint, OUT leaf_count int, OUT assets text[])
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET datestyle = 'ISO, YMD'
SET plan_cache_mode = force_generic_plan SET jit = off AS $$
DECLARE
  last record;
  present constant smallint := ledger_epoch();
  sealing smallint;
  lower xid8;
  upper xid8;
  border bigint;
  hashes bytea;
  root bytea;
  unfit uuid;
BEGIN
  SELECT b.seq, b.hash, b.epoch, b.xid_to INTO last FROM ledger_block b ORDER BY b.seq DESC LIMIT 1;
  sealing := coalesce(last.epoch, 1);
  lower := coalesce(last.xid_to, 0)::text::xid8;
  LOOP
    IF sealing = present THEN
      upper := pg_snapshot_xmin(pg_current_snapshot());
      IF pg_snapshot_xmax(pg_current_snapshot()) < lower THEN
        PERFORM ledger_refuse('LG092', 'ledger_epoch_needed',
          jsonb_build_object('epoch', present, 'sealed_to', lower::text, 'transaction', pg_snapshot_xmax(pg_current_snapshot())::text));
      END IF;
    ELSE
      -- All transactions of an ended epoch are finished.
      upper := '9223372036854775807';
    END IF;
    border := ledger_block_end(sealing, lower, upper, p_max);
    EXIT WHEN border IS NOT NULL OR sealing >= present;
    sealing := sealing + 1;
    lower := '0';
  END LOOP;
  IF border IS NULL THEN
    RETURN;
  END IF;
  upper := border::text::xid8;

  -- OFFSET 0 keeps the planner from joining whole tables: entries are probed by their key, transaction by transaction.
  WITH moved AS MATERIALIZED (
    SELECT h.xid, h.id, h.legs, h.content, h.posted_at, h.effective_on, e.leg, e.account_id, e.asset, e.amount, e.balance_after,
           e.version, e.posted_at IS NOT DISTINCT FROM h.posted_at AND e.effective_on IS NOT DISTINCT FROM h.effective_on AS is_dated
      FROM (SELECT t.xid, t.id, t.legs, t.posted_at, t.effective_on,
                   'T1|' || t.xid || '|' || t.id || '|' || ledger_micros(t.posted_at) || '|' || t.effective_on || '|' || t.kind || '|'
                   || t.legs || '|' || ledger_field(t.actor) || '|' || coalesce(t.correlation::text, '~') || '|'
                   || ledger_field(t.subject) || '|' || coalesce(t.reverses::text, '~') || '|' || coalesce(t.approval::text, '~')
                   || '|' || ledger_field(t.reason_code) || '|' || ledger_field(t.meta::text) || '|' AS content
              FROM ledger_txn t WHERE t.epoch = sealing AND t.xid >= lower AND t.xid < upper OFFSET 0) h
      LEFT JOIN LATERAL (SELECT * FROM ledger_entry e WHERE e.txn_id = h.id OFFSET 0) e ON true
  ), days AS (
    INSERT INTO ledger_balanceday AS d (account_id, effective_on, net, count)
      SELECT m.account_id, m.effective_on, sum(m.amount)::bigint, count(*) FROM moved m WHERE m.account_id IS NOT NULL
       GROUP BY m.account_id, m.effective_on ORDER BY m.account_id, m.effective_on
      ON CONFLICT (account_id, effective_on) DO UPDATE SET net = d.net + excluded.net, count = d.count + excluded.count
  ), marks AS (
    INSERT INTO ledger_balancemark AS k (account_id, booked_on, last_version, posted)
      SELECT DISTINCT ON (m.account_id, (m.posted_at AT TIME ZONE 'UTC')::date)
             m.account_id, (m.posted_at AT TIME ZONE 'UTC')::date, m.version, m.balance_after FROM moved m WHERE m.version IS NOT NULL
       ORDER BY m.account_id, (m.posted_at AT TIME ZONE 'UTC')::date, m.version DESC
      -- Transactions are sealed in the order in which they began, which is not always that of an account's versions.
      ON CONFLICT (account_id, booked_on) DO UPDATE SET last_version = excluded.last_version, posted = excluded.posted
        WHERE k.last_version < excluded.last_version
  ), leaves AS (
    SELECT m.xid, 'T' AS letter, m.id, CASE WHEN count(m.leg) = any_value(m.legs) AND bool_and(m.is_dated) THEN ledger_leaf(any_value(m.content)
           || string_agg(m.leg || ',' || m.account_id || ',' || ledger_field(m.asset) || ',' || m.amount || ','
                         || coalesce(m.balance_after::text, '~') || ',' || coalesce(m.version::text, '~'), ';' ORDER BY m.leg)) END AS leaf
      FROM moved m GROUP BY m.xid, m.id
    UNION ALL
    SELECT c.xid, 'B', c.id, ledger_leaf('B1|' || c.xid || '|' || c.id || '|' || c.account_id || '|' || c.at_version || '|'
           || coalesce(c.floor::text, '~') || '|' || coalesce(c.ceiling::text, '~') || '|' || c.flags || '|'
           || ledger_field(c.reason_code) || '|' || ledger_field(c.actor) || '|' || ledger_micros(c.at))
      FROM ledger_boundschange c WHERE c.epoch = sealing AND c.xid >= lower AND c.xid < upper
    UNION ALL
    SELECT e.xid, 'H', e.id, ledger_leaf('H1|' || e.xid || '|' || e.id || '|' || e.hold_id || '|' || e.number || '|' || e.act || '|'
           || e.amount || '|' || e.delta || '|' || e.remaining_after || '|' || coalesce(ledger_micros(e.expires_at), '~') || '|'
           || e.account_no || '|' || e.held_after || '|' || e.account_version || '|' || e.available_after || '|'
           || coalesce(e.txn::text, '~') || '|' || ledger_field(e.reason_code) || '|' || ledger_field(e.actor) || '|'
           || ledger_micros(e.at))
      FROM ledger_holdevent e WHERE e.epoch = sealing AND e.xid >= lower AND e.xid < upper
    UNION ALL
    SELECT l.xid, 'L', l.id, ledger_leaf('L1|' || l.xid || '|' || l.id || '|' || l.txn || '|' || l.origin_txn || '|' || l.origin_leg
           || '|' || ledger_field(l.relation) || '|' || l.amount)
      FROM ledger_txnlink l WHERE l.epoch = sealing AND l.xid >= lower AND l.xid < upper
  )
  SELECT string_agg(v.leaf, ''::bytea ORDER BY v.xid, v.letter COLLATE "C", v.id), count(*), (array_agg(v.id) FILTER (WHERE v.leaf IS NULL))[1],
         (SELECT array_agg(DISTINCT m.asset) FROM moved m)
    INTO hashes, leaf_count, unfit, assets FROM leaves v;
  IF unfit IS NOT NULL THEN
    PERFORM ledger_refuse('LG093', 'ledger_altered', jsonb_build_object('txn', unfit));
  END IF;

  block := uuidv7();
  number := coalesce(last.seq, 0) + 1;
  root := ledger_tree_root(hashes);
  INSERT INTO ledger_block (id, seq, format, epoch, xid_from, xid_to, count, leaves, root, prev_hash, hash, sealed_at)
    SELECT block, number, 1, sealing, lower::text::bigint, border, leaf_count, hashes, root, p.hash,
           ledger_block_hash(p.hash, root, sealing, number, lower::text::bigint, border, leaf_count), p_at
      FROM (SELECT coalesce(last.hash, decode(repeat('00', 32), 'hex')) AS hash) p;
END $$;
