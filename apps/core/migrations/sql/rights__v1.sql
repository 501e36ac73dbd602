-- What the processes' role may do with each table follows from the triggers that guard it. Called after every migration.
-- `sealed`: tables that only functions of their app write. `deletable`: third-party tables whose owners delete rows.
CREATE FUNCTION core_grant_rights(sealed text[], deletable text[]) RETURNS void LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
  t record;
  columns text;
  f regprocedure;
BEGIN
  GRANT USAGE ON SCHEMA public TO strongroom_app, strongroom_read;
  GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO strongroom_app;
  FOR t IN
    SELECT c.oid, c.relname AS name, c.relkind IN ('v', 'm') AS is_view, c.relispartition AS is_leaf FROM pg_class c
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm') AND c.relowner = current_user::regrole
  LOOP
    EXECUTE format('REVOKE ALL ON %I FROM PUBLIC, strongroom_app', t.name);
    EXECUTE format('GRANT SELECT ON %I TO strongroom_app', t.name);
    IF t.is_view THEN
      EXECUTE format('GRANT SELECT ON %I TO strongroom_read', t.name);
    END IF;
    CONTINUE WHEN t.is_view OR t.is_leaf OR t.name = ANY (sealed || ARRAY['django_migrations']);
    EXECUTE format('GRANT INSERT ON %I TO strongroom_app', t.name);
    columns := core_changing_columns(t.oid);
    IF columns IS NOT NULL THEN
      EXECUTE format('GRANT UPDATE%s ON %I TO strongroom_app', columns, t.name);
    END IF;
    IF t.name = ANY (deletable) THEN
      EXECUTE format('GRANT DELETE ON %I TO strongroom_app', t.name);
    END IF;
  END LOOP;
  FOR f IN
    SELECT p.oid::regprocedure FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef
      AND p.proowner = current_user::regrole
  LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO strongroom_app', f);
  END LOOP;
END $$;

-- NULL: no column may change. Empty: the triggers decide. Else the columns that may be filled in once.
CREATE FUNCTION core_changing_columns(guarded oid) RETURNS text LANGUAGE plpgsql STABLE
SET search_path = public, pg_temp AS $$
DECLARE
  g record;
BEGIN
  FOR g IN
    SELECT p.proname, (string_to_array(encode(tg.tgargs, 'escape'), '\000'))[1:tg.tgnargs] AS args
      FROM pg_trigger tg JOIN pg_proc p ON p.oid = tg.tgfoid
      WHERE tg.tgrelid = guarded AND tg.tgtype & 16 = 16 AND tg.tgqual IS NULL
        AND p.proname IN ('core_refuse', 'core_write_once')
  LOOP
    IF g.proname = 'core_refuse' THEN
      RETURN NULL;
    END IF;
    RETURN (SELECT '(' || string_agg(quote_ident(c), ', ') || ')' FROM unnest(g.args) AS c);
  END LOOP;
  RETURN '';
END $$;

REVOKE ALL ON FUNCTION core_grant_rights(text[], text[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION core_add_partition(text, date), core_guard_leaf(text), core_partition_table(text) FROM PUBLIC;
