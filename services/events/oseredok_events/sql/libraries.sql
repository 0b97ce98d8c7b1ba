-- name: libraries_named(authorities, references)
SELECT r.authority, r.reference, l.id, l.name, l.hromada, l.hromada_name, l.oblast, l.oblast_name, l.path
FROM unnest(:authorities::text[], :references::text[]) AS g (authority, reference)
JOIN library_references r USING (authority, reference)
JOIN libraries l ON l.id = r.library;

-- name: units(codes)
-- Those whose unit of the top level is here too: without it the place has no name yet.
SELECT u.category, u.code AS hromada, u.name AS hromada_name, o.code AS oblast, o.name AS oblast_name, u.path
FROM territory u
JOIN territory o ON o.code = u.path[1]
WHERE u.code = ANY (:codes::text[]);

-- name: territory_is_whole()$
SELECT coalesce(count(*) >= max(units_total), false) FROM territory;

-- name: keep_libraries(ids, versions, names, hromadas, hromada_names, oblasts, oblast_names, paths, illustratives)
INSERT INTO libraries AS l (id, version, name, hromada, hromada_name, oblast, oblast_name, path, illustrative)
SELECT id, version, name, hromada, hromada_name, oblast, oblast_name, string_to_array(path, ' '), illustrative
FROM unnest(:ids::uuid[], :versions::int[], :names::text[], :hromadas::text[], :hromada_names::text[],
            :oblasts::text[], :oblast_names::text[], :paths::text[], :illustratives::bool[])
     AS g (id, version, name, hromada, hromada_name, oblast, oblast_name, path, illustrative)
ORDER BY id
ON CONFLICT (id) DO UPDATE
SET version = excluded.version, name = excluded.name, hromada = excluded.hromada,
    hromada_name = excluded.hromada_name, oblast = excluded.oblast, oblast_name = excluded.oblast_name,
    path = excluded.path
WHERE excluded.version > l.version
RETURNING id;

-- name: keep_references(authorities, references, libraries)!
INSERT INTO library_references (authority, reference, library)
SELECT * FROM unnest(:authorities::text[], :references::text[], :libraries::uuid[])
ORDER BY 1, 2
ON CONFLICT (authority, reference) DO UPDATE SET library = excluded.library;

-- name: keep_units(codes, versions, categories, names, paths, units_totals)!
INSERT INTO territory AS t (code, version, category, name, path, units_total)
SELECT code, version, category, name, string_to_array(path, ' '), units_total
FROM unnest(:codes::text[], :versions::int[], :categories::text[], :names::text[], :paths::text[], :units_totals::int[])
     AS g (code, version, category, name, path, units_total)
ORDER BY code
ON CONFLICT (code) DO UPDATE
SET version = excluded.version, category = excluded.category, name = excluded.name, path = excluded.path,
    units_total = excluded.units_total
WHERE excluded.version > t.version;

-- name: count_known()
SELECT 'libraries' AS noun, count(*) AS things FROM libraries
UNION ALL
SELECT 'territory', count(*) FROM territory;
