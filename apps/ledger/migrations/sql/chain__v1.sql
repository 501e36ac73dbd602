-- Format 1 of the chain. A field that is absent is ~, and marks inside a text are escaped: no value can move into its
-- neighbour's place.
CREATE FUNCTION ledger_field(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN value IS NULL THEN '~' WHEN value ~ '[|;,~\\]' THEN regexp_replace(value, '([|;,~\\])', '\\\1', 'g') ELSE value END;

CREATE FUNCTION ledger_micros(at timestamptz) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (extract(epoch FROM at) * 1000000)::bigint::text;

CREATE FUNCTION ledger_leaf(content text) RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN sha256('\x00'::bytea || convert_to(content, 'UTF8'));

-- Leaves are hashes of 32 bytes, one after the other; a node without a neighbour is carried up.
CREATE FUNCTION ledger_tree_root(leaves bytea) RETURNS bytea LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  level bytea := leaves;
BEGIN
  WHILE length(level) > 32 LOOP
    level := (SELECT string_agg(CASE WHEN length(p.pair) = 64 THEN sha256('\x01'::bytea || p.pair) ELSE p.pair END, ''::bytea ORDER BY p.i)
                FROM (SELECT i, substring(level FROM 64 * i + 1 FOR 64) AS pair
                        FROM generate_series(0, (length(level) / 32 - 1) / 2) AS i) p);
  END LOOP;
  RETURN level;
END $$;

CREATE FUNCTION ledger_block_hash(prev bytea, root bytea, epoch bigint, seq bigint, xid_from bigint, xid_to bigint, count bigint)
RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN sha256('SRLB1'::bytea || prev || root || int8send(epoch) || int8send(seq) || int8send(xid_from) || int8send(xid_to) || int8send(count));

-- Blocks follow each other without a gap, in number, in hash and in the transactions that they cover.
CREATE FUNCTION ledger_block_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  last record;
BEGIN
  SELECT b.seq, b.hash, b.epoch, b.xid_to INTO last FROM ledger_block b ORDER BY b.seq DESC LIMIT 1;
  IF (NEW.seq, NEW.prev_hash) IS DISTINCT FROM (coalesce(last.seq, 0) + 1, coalesce(last.hash, decode(repeat('00', 32), 'hex')))
     OR NEW.epoch < last.epoch
     OR NEW.xid_from IS DISTINCT FROM (CASE WHEN NEW.epoch = last.epoch THEN last.xid_to ELSE 0 END)
     OR NEW.xid_to <= NEW.xid_from OR NEW.count < 1 OR NEW.format <> 1 OR length(NEW.leaves) <> 32 * NEW.count
     OR NEW.hash IS DISTINCT FROM
        ledger_block_hash(NEW.prev_hash, NEW.root, NEW.epoch, NEW.seq, NEW.xid_from, NEW.xid_to, NEW.count) THEN
    RAISE EXCEPTION 'block % does not follow the last one', NEW.seq
      USING ERRCODE = '23514', CONSTRAINT = 'ledger_block_gap', TABLE = 'ledger_block';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER ledger_block_guard BEFORE INSERT ON ledger_block FOR EACH ROW EXECUTE FUNCTION ledger_block_guard();

DO $$
DECLARE
  guard text;
BEGIN
  FOR guard IN SELECT g.tgname FROM pg_trigger g WHERE g.tgrelid = 'ledger_block'::regclass AND NOT g.tgisinternal LOOP
    EXECUTE format('ALTER TABLE ledger_block ENABLE ALWAYS TRIGGER %I', guard);
  END LOOP;
END $$;
