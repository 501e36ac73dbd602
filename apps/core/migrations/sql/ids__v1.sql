-- The id that an outside form (`cus_01k9...`, Crockford's base 32, 26 digits of 5 bits for 128) stands for; NULL for any other text.
CREATE FUNCTION core_id_of(p_ref text) RETURNS uuid LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1000
SET search_path = pg_catalog, pg_temp AS $$
  SELECT (lpad(to_hex(substr(b.bits, 3, 64)::bit(64)::bigint), 16, '0')
          || lpad(to_hex(substr(b.bits, 67, 64)::bit(64)::bigint), 16, '0'))::uuid
    FROM (SELECT string_agg((strpos('0123456789abcdefghjkmnpqrstvwxyz', d.digit) - 1)::bit(5)::text, '' ORDER BY d.place) AS bits
            FROM string_to_table(substring(p_ref FROM '_([0-7][0-9a-hjkmnp-tv-z]{25})$'), NULL) WITH ORDINALITY AS d (digit, place)) b
$$;
