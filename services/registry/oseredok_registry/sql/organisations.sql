-- name: organisations(kind, within)
SELECT o.slug, o.version, o.name, o.kind, o.territory, o.illustrative, coalesce(u.path, '{}') AS path
FROM organisations o
LEFT JOIN units u ON u.code = o.territory
WHERE (:kind::text IS NULL OR o.kind = :kind) AND (:within::text IS NULL OR :within = ANY (u.path))
ORDER BY o.slug;

-- name: save_organisations(slugs, versions, names, kinds, territories, illustratives)!
INSERT INTO organisations (slug, version, name, kind, territory, illustrative)
SELECT * FROM unnest(:slugs::text[], :versions::int[], :names::text[], :kinds::text[], :territories::text[],
                     :illustratives::bool[])
ON CONFLICT (slug) DO UPDATE
SET version = excluded.version, name = excluded.name, kind = excluded.kind, territory = excluded.territory,
    illustrative = excluded.illustrative;

-- name: waves()
SELECT wave, version, title_uk, title_en, starts_on, ends_on FROM waves ORDER BY wave;

-- name: save_waves(waves, versions, titles_uk, titles_en, starts_ons, ends_ons)!
INSERT INTO waves (wave, version, title_uk, title_en, starts_on, ends_on)
SELECT * FROM unnest(:waves::text[], :versions::int[], :titles_uk::text[], :titles_en::text[], :starts_ons::date[],
                     :ends_ons::date[])
ON CONFLICT (wave) DO UPDATE
SET version = excluded.version, title_uk = excluded.title_uk, title_en = excluded.title_en,
    starts_on = excluded.starts_on, ends_on = excluded.ends_on;
