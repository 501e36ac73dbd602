-- A logical restore starts transaction ids again. From now on rows of all sealed tables carry the next epoch.
-- ALTER TABLE waits for running writers, so the old epoch is final when this has returned.
CREATE FUNCTION core_new_epoch() RETURNS smallint LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  following smallint;
  t regclass;
BEGIN
  SELECT 1 + max(trim(BOTH '''' FROM split_part(pg_get_expr(d.adbin, d.adrelid), '::', 1))::smallint) INTO following
    FROM core_sealed_tables() s JOIN pg_attribute a ON a.attrelid = s AND a.attname = 'epoch'
    JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum;
  FOR t IN SELECT s FROM core_sealed_tables() s ORDER BY s::text LOOP
    EXECUTE format('ALTER TABLE %s ALTER COLUMN epoch SET DEFAULT %L', t, following);
  END LOOP;
  RETURN following;
END $$;

CREATE FUNCTION core_sealed_tables() RETURNS SETOF regclass LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT c.oid::regclass FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
      AND EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'xid' AND a.atttypid = 'xid8'::regtype)
      AND EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'epoch' AND a.atthasdef)
$$;

REVOKE ALL ON FUNCTION core_new_epoch() FROM PUBLIC;
