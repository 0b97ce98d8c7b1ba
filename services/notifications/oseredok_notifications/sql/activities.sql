-- name: lock_activities(ids)
SELECT state FROM activities WHERE id = ANY (:ids::uuid[]) ORDER BY id FOR UPDATE;

-- name: save_activities(ids, versions, statuses, starts_ats, states)!
INSERT INTO activities AS a (id, version, status, starts_at, state)
SELECT * FROM unnest(:ids::uuid[], :versions::int[], :statuses::text[], :starts_ats::timestamptz[], :states::json[])
ORDER BY 1
ON CONFLICT (id) DO UPDATE
SET version = excluded.version, status = excluded.status, starts_at = excluded.starts_at, state = excluded.state
WHERE excluded.version > a.version;

-- name: save_news(activities, versions, states, befores)!
INSERT INTO news (activity, version, state, before)
SELECT * FROM unnest(:activities::uuid[], :versions::int[], :states::json[], :befores::json[])
ON CONFLICT DO NOTHING;

-- name: save_units(codes, versions, paths, locals, of_alls)!
-- A path comes as codes with slashes between.
INSERT INTO units AS u (code, version, path, local, of_all)
SELECT code, version, string_to_array(path, '/'), local, of_all
FROM unnest(:codes::text[], :versions::int[], :paths::text[], :locals::bool[], :of_alls::int[])
     AS g (code, version, path, local, of_all)
ORDER BY code
ON CONFLICT (code) DO UPDATE
SET version = excluded.version, path = excluded.path, local = excluded.local, of_all = excluded.of_all
WHERE excluded.version > u.version;

-- name: known_units(codes)
SELECT code FROM units WHERE code = ANY (:codes::text[]);

-- name: units_complete()$
-- Whether as many units are here as the registry ever said it had.
SELECT count(*) >= coalesce(max(of_all), 1) FROM units;
