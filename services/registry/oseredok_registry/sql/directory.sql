-- name: directory_page(patterns, kind, oblast, skipped, at_most)
-- Libraries by oblast, the oblast's own first; `found` is how many there are on all pages.
SELECT l.id, l.name, l.kind, l.status, l.wave, l.address, l.capacities, l.contacts, l.illustrative,
       u.code AS hromada, u.name AS hromada_name, o.code AS oblast, o.name AS oblast_name, count(*) OVER () AS found
FROM libraries l
JOIN units u ON u.code = l.hromada
JOIN units o ON o.code = u.path[1]
WHERE l.folded || ' ' || u.folded || ' ' || o.folded LIKE ALL (:patterns::text[])
  AND (:kind::text IS NULL OR l.kind = :kind)
  AND (:oblast::text IS NULL OR o.code = :oblast)
ORDER BY o.ordering, o.code, l.kind <> 'oblast', l.ordering, l.id
OFFSET :skipped
LIMIT :at_most;

-- name: directory_oblasts()
-- Oblasts that have a library.
SELECT code, name
FROM units
WHERE code IN (SELECT u.path[1] FROM libraries l JOIN units u ON u.code = l.hromada)
ORDER BY ordering, code;
