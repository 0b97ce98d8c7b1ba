-- name: all_units()
SELECT code, version, category, name, parent, path, valid_from, valid_to, successors FROM units;

-- name: count_units()$
SELECT count(*) FROM units;

-- name: lines_of(codes)
-- These units with all above them.
SELECT code, version, category, name, parent, path, valid_from, valid_to, successors
FROM units
WHERE code IN (SELECT unnest(path) FROM units WHERE code = ANY (:codes::text[]));

-- name: save_units(codes, versions, categories, names, parents, paths, valid_froms, valid_tos, successors, foldeds, orderings)!
INSERT INTO units (code, version, category, name, parent, path, valid_from, valid_to, successors, folded, ordering)
SELECT code, version, category, name, parent, string_to_array(path, ' '), valid_from, valid_to,
       string_to_array(successors, ' '), folded, ordering
FROM unnest(:codes::text[], :versions::int[], :categories::text[], :names::text[], :parents::text[], :paths::text[],
            :valid_froms::date[], :valid_tos::date[], :successors::text[], :foldeds::text[], :orderings::text[])
     AS g (code, version, category, name, parent, path, valid_from, valid_to, successors, folded, ordering)
ON CONFLICT (code) DO UPDATE
SET version = excluded.version, category = excluded.category, name = excluded.name, parent = excluded.parent,
    path = excluded.path, valid_from = excluded.valid_from, valid_to = excluded.valid_to,
    successors = excluded.successors, folded = excluded.folded, ordering = excluded.ordering;

-- name: units_page(parent, category, patterns, after, at_most)
SELECT code, version, category, name, parent, path, valid_from, valid_to, successors
FROM units
WHERE (:parent::text IS NULL OR parent = :parent)
  AND (:category::text IS NULL OR category = :category)
  AND folded LIKE ALL (:patterns::text[])
  AND (:after::text IS NULL OR (ordering, code) > (SELECT ordering, code FROM units WHERE code = :after))
ORDER BY ordering, code
LIMIT :at_most;
