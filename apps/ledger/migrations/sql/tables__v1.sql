-- Numbers of accounts, the keys of the hot rows.
CREATE SEQUENCE ledger_account_numbers;

-- The hot row of an account. Nothing but the key is indexed, so that every change stays on its page.
-- flags: 1 debit blocked, 2 credit blocked, 4 closed, 8 FX position, 16 deferred, 32 new debits blocked.
CREATE TABLE ledger_balance (
  account_id bigint PRIMARY KEY,
  posted bigint NOT NULL DEFAULT 0,
  held bigint NOT NULL DEFAULT 0,
  floor bigint,
  ceiling bigint,
  version bigint NOT NULL DEFAULT 0,
  last_at timestamptz NOT NULL DEFAULT '-infinity',
  flags smallint NOT NULL DEFAULT 0,
  limit_profile smallint,
  asset text COLLATE "C" NOT NULL,
  CONSTRAINT ledger_floor CHECK (floor IS NULL OR posted - held >= floor),
  CONSTRAINT ledger_ceiling CHECK (ceiling IS NULL OR posted <= ceiling),
  CONSTRAINT ledger_held CHECK (held >= 0)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.01);

CREATE TABLE ledger_txn (
  id uuid PRIMARY KEY,
  epoch smallint NOT NULL DEFAULT 1,
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  posted_at timestamptz NOT NULL,
  effective_on date NOT NULL,
  kind smallint NOT NULL,
  legs smallint NOT NULL CONSTRAINT ledger_legs CHECK (legs >= 2),
  actor text,
  correlation uuid,
  subject text,
  reverses uuid,
  approval uuid,
  reason_code text,
  meta jsonb,
  CONSTRAINT ledger_adjustment CHECK (kind <> 1 OR (approval IS NOT NULL AND reason_code IS NOT NULL))
) PARTITION BY RANGE (id);

-- Sealing reads a range of finished transactions.
CREATE INDEX ledger_txn_sealing ON ledger_txn (epoch, xid);

-- Credit positive, debit negative. balance_after and version are NULL for a deferred account alone.
CREATE TABLE ledger_entry (
  txn_id uuid NOT NULL,
  account_id bigint NOT NULL,
  amount bigint NOT NULL CONSTRAINT ledger_amount CHECK (amount <> 0 AND abs(amount) <= 9007199254740991),
  balance_after bigint,
  version bigint,
  posted_at timestamptz NOT NULL,
  effective_on date NOT NULL,
  leg smallint NOT NULL,
  asset text COLLATE "C" NOT NULL,
  PRIMARY KEY (txn_id, leg)
) PARTITION BY RANGE (txn_id);

-- Never purged: a handler that runs again after a year must not pay twice. kind: 1 transaction.
CREATE TABLE ledger_postingkey (
  key uuid PRIMARY KEY,
  result_id uuid NOT NULL,
  kind smallint NOT NULL,
  request_hash bytea NOT NULL
);
