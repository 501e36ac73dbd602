CREATE FUNCTION core_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% on % is refused: rows of this table are kept', TG_OP, TG_TABLE_NAME
    USING ERRCODE = '23001', TABLE = TG_TABLE_NAME, CONSTRAINT = 'core_refuse';
END $$;

CREATE FUNCTION core_version_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.version IS DISTINCT FROM OLD.version + 1 THEN
    RAISE EXCEPTION 'version of % must step from % to %, not to %', TG_TABLE_NAME, OLD.version, OLD.version + 1, NEW.version
      USING ERRCODE = '23001', TABLE = TG_TABLE_NAME, CONSTRAINT = 'core_version_step';
  END IF;
  IF NEW.id IS DISTINCT FROM OLD.id OR NEW.created_at IS DISTINCT FROM OLD.created_at THEN
    RAISE EXCEPTION 'id and created_at of % never change', TG_TABLE_NAME
      USING ERRCODE = '23001', TABLE = TG_TABLE_NAME, CONSTRAINT = 'core_version_step';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION core_history_witness() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE seen boolean;
BEGIN
  EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I WHERE id = $1 AND version = $2)', TG_ARGV[0])
    INTO seen USING NEW.id, NEW.version;
  IF NOT seen THEN
    RAISE EXCEPTION 'version % of % % has no history row', NEW.version, TG_TABLE_NAME, NEW.id
      USING ERRCODE = '23001', TABLE = TG_TABLE_NAME, CONSTRAINT = 'core_history_witness';
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION core_only_columns() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (to_jsonb(NEW) - TG_ARGV::text[]) IS DISTINCT FROM (to_jsonb(OLD) - TG_ARGV::text[]) THEN
    RAISE EXCEPTION 'only % of % may change', array_to_string(TG_ARGV, ', '), TG_TABLE_NAME
      USING ERRCODE = '23001', TABLE = TG_TABLE_NAME, CONSTRAINT = 'core_only_columns';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION core_write_once() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  before jsonb := to_jsonb(OLD);
  after jsonb := to_jsonb(NEW);
  name text;
BEGIN
  IF (after - TG_ARGV::text[]) IS DISTINCT FROM (before - TG_ARGV::text[]) THEN
    RAISE EXCEPTION 'only % of % may be filled in', array_to_string(TG_ARGV, ', '), TG_TABLE_NAME
      USING ERRCODE = '23001', TABLE = TG_TABLE_NAME, CONSTRAINT = 'core_write_once';
  END IF;
  FOREACH name IN ARRAY TG_ARGV LOOP
    IF before -> name <> 'null'::jsonb AND before -> name IS DISTINCT FROM after -> name THEN
      RAISE EXCEPTION '% of % is written once', name, TG_TABLE_NAME
        USING ERRCODE = '23001', TABLE = TG_TABLE_NAME, CONSTRAINT = 'core_write_once';
    END IF;
  END LOOP;
  RETURN NEW;
END $$;

CREATE FUNCTION core_moves() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  source text := to_jsonb(OLD) ->> TG_ARGV[0];
  target text := to_jsonb(NEW) ->> TG_ARGV[0];
BEGIN
  IF source IS DISTINCT FROM target AND NOT (source || '>' || target = ANY (TG_ARGV[1:])) THEN
    RAISE EXCEPTION '% of % may not move from % to %', TG_ARGV[0], TG_TABLE_NAME, source, target
      USING ERRCODE = '23514', TABLE = TG_TABLE_NAME, CONSTRAINT = 'core_moves';
  END IF;
  RETURN NEW;
END $$;

-- FOR KEY SHARE waits for the FOR UPDATE of a removal and the other way round, so one of the two always sees the other.
-- A removed child may refer to a removed row; that it does not come back alone is seen when it does.
CREATE FUNCTION core_live_parent() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  parent uuid := (to_jsonb(NEW) ->> TG_ARGV[1])::uuid;
  seen uuid;
BEGIN
  IF parent IS NULL OR to_jsonb(NEW) ->> 'deleted_at' IS NOT NULL THEN
    RETURN NULL;
  END IF;
  EXECUTE format('SELECT id FROM %I WHERE id = $1 AND deleted_at IS NULL FOR KEY SHARE', TG_ARGV[0])
    INTO seen USING parent;
  IF seen IS NULL THEN
    RAISE EXCEPTION '% of % refers to a removed row of %', TG_ARGV[1], TG_TABLE_NAME, TG_ARGV[0]
      USING ERRCODE = '23503', TABLE = TG_TABLE_NAME, CONSTRAINT = 'core_live_parent';
  END IF;
  RETURN NULL;
END $$;
