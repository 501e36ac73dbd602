-- The facts and caps beside the hot tables are as safe as those: their triggers fire in every mode of a connection.
DO $$
DECLARE
  t record;
BEGIN
  FOR t IN
    SELECT c.relname AS name, g.tgname AS guard FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid
     WHERE c.relname IN ('ledger_boundschange', 'ledger_txnlink', 'ledger_returncap') AND NOT g.tgisinternal
  LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER %I', t.name, t.guard);
  END LOOP;
END $$;
