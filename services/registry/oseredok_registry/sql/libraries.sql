-- name: libraries_named(authorities, references)
-- By any of their names; our own id stands under the authority `oseredok`.
WITH given AS (
    SELECT * FROM unnest(:authorities::text[], :references::text[]) AS g (authority, reference)
)
SELECT * FROM named_libraries
WHERE id IN (SELECT library FROM library_references JOIN given USING (authority, reference))
   OR id::text IN (SELECT reference FROM given WHERE authority = 'oseredok');

-- name: libraries_within(codes)
-- That lie in any of these units.
SELECT l.*
FROM named_libraries l
JOIN units u ON u.code = l.hromada
WHERE u.path && :codes::text[]
ORDER BY l.id;

-- name: libraries_page(patterns, kind, status, wave, capacity, within, after, at_most)
SELECT l.*
FROM named_libraries l
JOIN units u ON u.code = l.hromada
JOIN units o ON o.code = u.path[1]
WHERE l.folded || ' ' || u.folded || ' ' || o.folded LIKE ALL (:patterns::text[])
  AND (:kind::text IS NULL OR l.kind = :kind)
  AND (:status::text IS NULL OR l.status = :status)
  AND (:wave::text IS NULL OR l.wave = :wave)
  AND (:capacity::text IS NULL OR :capacity = ANY (l.capacities))
  AND (:within::text IS NULL OR :within = ANY (u.path))
  AND (:after::uuid IS NULL OR (l.ordering, l.id) > (SELECT ordering, id FROM libraries WHERE id = :after))
ORDER BY l.ordering, l.id
LIMIT :at_most;

-- name: all_libraries()
SELECT * FROM named_libraries
ORDER BY hromada, ordering, id;

-- name: save_libraries(ids, versions, names, kinds, statuses, hromadas, waves, addresses, capacities, contacts, illustratives, foldeds, orderings)!
INSERT INTO libraries (id, version, name, kind, status, hromada, wave, address, capacities, contacts, illustrative,
                       folded, ordering)
SELECT id, version, name, kind, status, hromada, wave, address, string_to_array(capacities, ' '), contacts, illustrative,
       folded, ordering
FROM unnest(:ids::uuid[], :versions::int[], :names::text[], :kinds::text[], :statuses::text[], :hromadas::text[],
            :waves::text[], :addresses::text[], :capacities::text[], :contacts::json[], :illustratives::bool[],
            :foldeds::text[], :orderings::text[])
     AS g (id, version, name, kind, status, hromada, wave, address, capacities, contacts, illustrative, folded, ordering)
ON CONFLICT (id) DO UPDATE
SET version = excluded.version, name = excluded.name, kind = excluded.kind, status = excluded.status,
    hromada = excluded.hromada, wave = excluded.wave, address = excluded.address, capacities = excluded.capacities,
    contacts = excluded.contacts, illustrative = excluded.illustrative, folded = excluded.folded,
    ordering = excluded.ordering;

-- name: save_references(authorities, references, libraries, places)!
INSERT INTO library_references (authority, reference, library, place)
SELECT * FROM unnest(:authorities::text[], :references::text[], :libraries::uuid[], :places::int[])
ON CONFLICT (authority, reference) DO NOTHING;

-- name: tellings(authorities, references)
SELECT authority, reference, told_at, sequence
FROM library_references
JOIN unnest(:authorities::text[], :references::text[]) AS g (authority, reference) USING (authority, reference)
WHERE told_at IS NOT NULL;

-- name: save_tellings(authorities, references, told_ats, sequences)!
UPDATE library_references r SET told_at = g.told_at, sequence = g.sequence
FROM unnest(:authorities::text[], :references::text[], :told_ats::timestamptz[], :sequences::text[])
     AS g (authority, reference, told_at, sequence)
WHERE r.authority = g.authority AND r.reference = g.reference;
