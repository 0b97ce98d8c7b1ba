-- name: take_turn(noun)
-- One writer of a noun at a time, to the end of its transaction; so names can't be taken twice at once.
SELECT pg_advisory_xact_lock(hashtext('registry ' || :noun || ' ' || current_schema()));

-- name: think_long()
-- A load of the whole codifier thinks between two statements longer than a batch does.
SELECT set_config('idle_in_transaction_session_timeout', '60s', true);

-- name: counts()
-- Every kind has a row, also one that nothing is of.
SELECT 'units' AS noun, '' AS kind, count(*) AS things FROM units
UNION ALL
SELECT 'libraries', kind, count(l.id)
FROM unnest(ARRAY['pilot', 'oblast', 'other']) AS kind LEFT JOIN libraries l USING (kind) GROUP BY kind
UNION ALL
SELECT 'organisations', kind, count(o.slug)
FROM unnest(ARRAY['ngo', 'local_authority', 'regional_office', 'media', 'partner']) AS kind
     LEFT JOIN organisations o USING (kind) GROUP BY kind;
