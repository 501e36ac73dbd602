-- Derived from sealed entries by ledger_follow alone; whose day it is never changes.
CREATE TABLE ledger_balanceday (
  account_id bigint NOT NULL,
  effective_on date NOT NULL,
  net bigint NOT NULL,
  count bigint NOT NULL,
  PRIMARY KEY (account_id, effective_on)
) WITH (fillfactor = 70);

CREATE TABLE ledger_balancemark (
  account_id bigint NOT NULL,
  booked_on date NOT NULL,
  last_version bigint NOT NULL,
  posted bigint NOT NULL,
  PRIMARY KEY (account_id, booked_on)
) WITH (fillfactor = 70);

DO $$
DECLARE
  t record;
BEGIN
  FOR t IN SELECT * FROM (VALUES ('ledger_balanceday', 'effective_on'), ('ledger_balancemark', 'booked_on')) AS x (name, day) LOOP
    EXECUTE format('CREATE TRIGGER ledger_append_only BEFORE DELETE OR UPDATE OF account_id, %I ON %I '
                   'FOR EACH ROW EXECUTE FUNCTION core_refuse()', t.day, t.name);
    EXECUTE format('CREATE TRIGGER ledger_no_truncate BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION core_refuse()', t.name);
    EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER ledger_append_only', t.name);
    EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER ledger_no_truncate', t.name);
  END LOOP;
END $$;
