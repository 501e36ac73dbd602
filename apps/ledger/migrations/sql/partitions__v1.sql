CREATE FUNCTION ledger_guard_leaf(parent text, leaf text) RETURNS void LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  EXECUTE format('CREATE TRIGGER ledger_no_truncate BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION core_refuse()', leaf);
  EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER ledger_no_truncate', leaf);
  IF parent = 'ledger_entry' THEN
    EXECUTE format('CREATE UNIQUE INDEX %I ON %I (account_id, version)', leaf || '_version', leaf);
    EXECUTE format('CREATE TRIGGER ledger_entry_guard AFTER INSERT ON %I REFERENCING NEW TABLE AS new_rows '
                   'FOR EACH STATEMENT EXECUTE FUNCTION ledger_entry_guard()', leaf);
    EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER ledger_entry_guard', leaf);
  END IF;
END $$;

CREATE FUNCTION ledger_add_partition(month date) RETURNS boolean LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
  first constant timestamp := date_trunc('month', month);
  lo constant uuid := ledger_uuid_floor(first AT TIME ZONE 'UTC');
  hi constant uuid := ledger_uuid_floor((first + interval '1 month') AT TIME ZONE 'UTC');
  parent text;
  leaf text;
  key text;
BEGIN
  IF to_regclass('ledger_entry_' || to_char(first, 'YYYYMM')) IS NOT NULL THEN
    RETURN false;
  END IF;
  FOREACH parent IN ARRAY ARRAY['ledger_txn', 'ledger_entry'] LOOP
    leaf := parent || '_' || to_char(first, 'YYYYMM');
    key := CASE parent WHEN 'ledger_txn' THEN 'id' ELSE 'txn_id' END;
    -- PARTITION OF would lock the parent against everybody; ATTACH lets postings go on.
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING INDEXES, '
                   'CONSTRAINT %I CHECK (%I >= %L AND %I < %L))', leaf, parent, leaf || '_range', key, lo, key, hi);
    PERFORM ledger_guard_leaf(parent, leaf);
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', parent, leaf, lo, hi);
    EXECUTE format('GRANT SELECT ON %I TO strongroom_app', leaf);
  END LOOP;
  RETURN true;
END $$;

CREATE FUNCTION ledger_ensure_partitions(months_ahead int) RETURNS int LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET lock_timeout = '2s' AS $$
DECLARE
  this_month constant date := date_trunc('month', now() AT TIME ZONE 'UTC')::date;
  made int := 0;
BEGIN
  -- The month before, too: a host whose clock is behind still writes into it.
  FOR i IN -1..least(months_ahead, 24) LOOP
    made := made + ledger_add_partition((this_month + make_interval(months => i))::date)::int;
  END LOOP;
  RETURN made;
END $$;

REVOKE ALL ON FUNCTION ledger_guard_leaf, ledger_add_partition, ledger_ensure_partitions FROM PUBLIC;

CREATE TABLE ledger_txn_default PARTITION OF ledger_txn DEFAULT;
CREATE TABLE ledger_entry_default PARTITION OF ledger_entry DEFAULT;
SELECT ledger_guard_leaf('ledger_txn', 'ledger_txn_default'), ledger_guard_leaf('ledger_entry', 'ledger_entry_default');
SELECT ledger_ensure_partitions(3);
