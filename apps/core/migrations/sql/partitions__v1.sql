-- The smallest version 7 id of an instant: monthly partitions are ranges of ids.
CREATE FUNCTION core_uuid_floor(at timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid;

-- Row triggers are inherited by a partition, statement triggers are not.
CREATE FUNCTION core_guard_leaf(leaf text) RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  EXECUTE format('CREATE TRIGGER core_leaf_truncate BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION core_refuse()', leaf);
END $$;

CREATE FUNCTION core_add_partition(parent text, month date) RETURNS boolean LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
  leaf constant text := parent || '_' || to_char(month, 'YYYYMM');
  lo constant uuid := core_uuid_floor(date_trunc('month', month)::timestamp AT TIME ZONE 'UTC');
  hi constant uuid := core_uuid_floor((date_trunc('month', month) + interval '1 month')::timestamp AT TIME ZONE 'UTC');
BEGIN
  IF to_regclass(format('public.%I', leaf)) IS NOT NULL THEN
    RETURN false;
  END IF;
  EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)', leaf, parent, lo, hi);
  PERFORM core_guard_leaf(leaf);
  EXECUTE format('GRANT SELECT ON %I TO strongroom_app', leaf);
  RETURN true;
END $$;

-- Months around now for every table that core_partition_table has marked; the processes' role may call it.
CREATE FUNCTION core_ensure_partitions(months_ahead int) RETURNS int LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
  this_month constant date := date_trunc('month', now() AT TIME ZONE 'UTC')::date;
  made int := 0;
  parent text;
BEGIN
  FOR parent IN
    SELECT c.relname FROM pg_class c JOIN pg_description d ON d.objoid = c.oid AND d.classoid = 'pg_class'::regclass AND d.objsubid = 0
      WHERE c.relkind = 'p' AND c.relnamespace = 'public'::regnamespace AND d.description = 'partitioned by month' ORDER BY c.relname
  LOOP
    FOR i IN -1..least(months_ahead, 24) LOOP
      BEGIN
        made := made + core_add_partition(parent, (this_month + make_interval(months => i))::date)::int;
      EXCEPTION WHEN check_violation THEN
        -- Rows of that month lie in DEFAULT already; the job that called raises the alarm.
        RAISE WARNING 'DEFAULT partition of % holds rows of month %', parent, i;
      END;
    END LOOP;
  END LOOP;
  RETURN made;
END $$;

CREATE FUNCTION core_partition_table(parent text) RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  EXECUTE format('CREATE TABLE %I PARTITION OF %I DEFAULT', parent || '_default', parent);
  PERFORM core_guard_leaf(parent || '_default');
  EXECUTE format('COMMENT ON TABLE %I IS %L', parent, 'partitioned by month');
  PERFORM core_ensure_partitions(3);
END $$;
