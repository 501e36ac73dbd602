-- Counts an act in the windows of its customer and tells each bounded one that has no room for it, with what it then holds; the caller
-- refuses, and so undoes it. Where the tier has no bound for such an act, one row without a window says so.
-- Without a subject nothing is counted: every bounded window is told, and others wait until the caller has decided act by act. Each
-- row names the two rows in which acts are counted.
-- p_day and p_opens_at are the day by the clock of the customer's time zone; one that has begun lasts for at least p_shortest.
DROP FUNCTION accounts_count_act(
  uuid, text, text, text, bigint, text, timestamptz, text, timestamptz, interval, interval, uuid[]);
CREATE FUNCTION accounts_count_act(
  p_customer uuid, p_operation text, p_direction text, p_currency text, p_amount bigint, p_subject text, p_at timestamptz,
  p_day text, p_opens_at timestamptz, p_shortest interval, p_rolling interval, p_ids uuid[])
RETURNS TABLE ("window" text, max_amount bigint, max_count integer, amount bigint, acts bigint,
               day_key text, day_opens_at timestamptz, lifetime uuid, day uuid)
LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
  life_id uuid;
  life_amount bigint;
  life_acts bigint;
  one constant integer := (p_subject IS NOT NULL)::integer;
  since timestamptz := p_at - p_rolling;
  -- A key is a local date, and a journey westward makes a day longer: three days before hold every act that counts.
  oldest text := to_char((since - interval '3 days') AT TIME ZONE 'UTC', 'YYYY-MM-DD');
BEGIN
  -- Here concurrent acts of a customer wait for one another; what the next statement sees is what they have committed.
  INSERT INTO accounts_limitusage AS u
         (id, customer_id, operation, direction, currency, "window", window_key, used_amount, used_count)
    VALUES (p_ids[1], p_customer, p_operation, p_direction, p_currency, 'lifetime', '', p_amount, one)
    ON CONFLICT (customer_id, operation, direction, currency, "window", window_key)
    DO UPDATE SET used_amount = u.used_amount + excluded.used_amount, used_count = u.used_count + excluded.used_count
    RETURNING u.id, u.used_amount, u.used_count INTO life_id, life_amount, life_acts;

  RETURN QUERY
  WITH days AS (
       SELECT u.id, u.window_key, u.opens_at, u.used_amount, u.used_count FROM accounts_limitusage u
        WHERE u.customer_id = p_customer AND u.operation = p_operation AND u.direction = p_direction
          AND u.currency = p_currency AND u."window" = 'day' AND u.window_key >= oldest),
  begun AS (
       SELECT d.window_key, d.opens_at FROM days d ORDER BY d.window_key DESC LIMIT 1),
  today AS (
       INSERT INTO accounts_limitusage AS u
              (id, customer_id, operation, direction, currency, "window", window_key, opens_at, used_amount, used_count)
       SELECT p_ids[2], p_customer, p_operation, p_direction, p_currency, 'day',
              coalesce(b.window_key, p_day), coalesce(b.opens_at, p_opens_at), p_amount, one
         FROM (VALUES (1)) AS always LEFT JOIN begun b ON p_day <= b.window_key OR p_at < b.opens_at + p_shortest
           ON CONFLICT (customer_id, operation, direction, currency, "window", window_key)
           DO UPDATE SET used_amount = u.used_amount + excluded.used_amount, used_count = u.used_count + excluded.used_count
       RETURNING u.id, u.window_key, u.opens_at, u.used_amount, u.used_count),
  entered AS (
       INSERT INTO accounts_limitusageentry (id, usage_id, subject, delta_amount, delta_count, at)
       SELECT e.id, e.usage_id, p_subject, p_amount, 1, p_at
         FROM (SELECT p_ids[3], life_id UNION ALL SELECT p_ids[4], t.id FROM today t) AS e (id, usage_id)
        WHERE p_subject IS NOT NULL),
  -- Days that began in the window count whole; only the one in which it begins is added up act by act.
  earlier AS (
       SELECT coalesce(sum(s.amount), 0)::bigint AS amount, coalesce(sum(s.acts), 0)::bigint AS acts
         FROM days d
        CROSS JOIN LATERAL (
              SELECT d.used_amount AS amount, d.used_count AS acts WHERE d.opens_at > since
               UNION ALL
              SELECT sum(e.delta_amount), sum(e.delta_count) FROM accounts_limitusageentry e
               WHERE d.opens_at <= since AND e.usage_id = d.id AND e.at > since) s)
  SELECT l."window"::text, l.max_amount, l.max_count, h.amount, h.acts, t.window_key::text, t.opens_at, life_id, t.id
    FROM today t
   CROSS JOIN earlier r
    JOIN accounts_customer c ON c.id = p_customer
    LEFT JOIN accounts_tierlimit l ON l.tier_id = c.tier_id AND l.operation = p_operation AND l.direction = p_direction
     AND l.currency = p_currency
   CROSS JOIN LATERAL (
         SELECT CASE l."window" WHEN 'day' THEN t.used_amount WHEN 'lifetime' THEN life_amount
                                WHEN 'rolling_30d' THEN r.amount + p_amount ELSE p_amount END AS amount,
                CASE l."window" WHEN 'day' THEN t.used_count WHEN 'lifetime' THEN life_acts
                                WHEN 'rolling_30d' THEN r.acts + one ELSE one END AS acts) h
   WHERE l.id IS NULL OR p_subject IS NULL OR h.amount > l.max_amount OR h.acts > l.max_count
   ORDER BY l."window";
END $$;

-- Counts acts that were found to have room, in rows that accounts_count_act has named in this transaction.
CREATE FUNCTION accounts_count_acts(p_usages uuid[], p_subjects text[], p_amounts bigint[], p_at timestamptz)
RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  UPDATE accounts_limitusage u
     SET used_amount = u.used_amount + s.amount, used_count = u.used_count + s.acts
    FROM (SELECT sum(a)::bigint AS amount, count(*)::integer AS acts FROM unnest(p_amounts) a) s
   WHERE u.id = ANY (p_usages);
  INSERT INTO accounts_limitusageentry (id, usage_id, subject, delta_amount, delta_count, at)
  SELECT uuidv7(), u.id, a.subject, a.amount, 1, p_at
    FROM unnest(p_usages) u (id) CROSS JOIN unnest(p_subjects, p_amounts) AS a (subject, amount);
END $$;
