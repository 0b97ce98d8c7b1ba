-- name: contribute(activities, versions, publishers, subjects, titles, kinds, statuses, attendances, oblasts, oblast_names, hromadas, hromada_names, libraries, occurred_ons, cause_sources, cause_ids, correlationids)!
-- Of two states of one activity the higher version stays, in whatever order and however often they come.
INSERT INTO contributions AS c (activity, version, publisher, subject, title, kind, status, attendance, oblast, oblast_name,
                                hromada, hromada_name, library, occurred_on, cause_source, cause_id, correlationid)
SELECT * FROM unnest(:activities::uuid[], :versions::int[], :publishers::text[], :subjects::text[], :titles::text[],
                     :kinds::text[], :statuses::text[], :attendances::int[], :oblasts::text[], :oblast_names::text[],
                     :hromadas::text[], :hromada_names::text[], :libraries::uuid[], :occurred_ons::date[],
                     :cause_sources::text[], :cause_ids::text[], :correlationids::text[])
ORDER BY 1
ON CONFLICT (activity) DO UPDATE
SET version = excluded.version, publisher = excluded.publisher, subject = excluded.subject, title = excluded.title,
    kind = excluded.kind, status = excluded.status, attendance = excluded.attendance, oblast = excluded.oblast,
    oblast_name = excluded.oblast_name, hromada = excluded.hromada, hromada_name = excluded.hromada_name,
    library = excluded.library, occurred_on = excluded.occurred_on, cause_source = excluded.cause_source,
    cause_id = excluded.cause_id, correlationid = excluded.correlationid, figured_at = excluded.figured_at
WHERE excluded.version > c.version;

-- name: record(ids, nouns, versions, publishers, subjects, titles, categories, amounts, oblasts, oblast_names, hromadas, hromada_names, occurred_ons, cause_sources, cause_ids, correlationids, illustratives)!
-- The same for what isn't an activity.
INSERT INTO records AS r (id, noun, version, publisher, subject, title, category, amount, oblast, oblast_name, hromada,
                          hromada_name, occurred_on, cause_source, cause_id, correlationid, illustrative)
SELECT * FROM unnest(:ids::uuid[], :nouns::text[], :versions::int[], :publishers::text[], :subjects::text[],
                     :titles::text[], :categories::text[], :amounts::int[], :oblasts::text[], :oblast_names::text[],
                     :hromadas::text[], :hromada_names::text[], :occurred_ons::date[], :cause_sources::text[],
                     :cause_ids::text[], :correlationids::text[], :illustratives::bool[])
ORDER BY 1
ON CONFLICT (id) DO UPDATE
SET version = excluded.version, publisher = excluded.publisher, subject = excluded.subject, title = excluded.title,
    category = excluded.category, amount = excluded.amount, oblast = excluded.oblast, oblast_name = excluded.oblast_name,
    hromada = excluded.hromada, hromada_name = excluded.hromada_name, occurred_on = excluded.occurred_on,
    cause_source = excluded.cause_source, cause_id = excluded.cause_id, correlationid = excluded.correlationid,
    illustrative = excluded.illustrative, figured_at = excluded.figured_at
WHERE excluded.version > r.version;

-- name: shows_illustrative()$
SELECT EXISTS (SELECT FROM records WHERE noun = 'library' AND illustrative);

-- name: cells(nouns, categories, amount_min, library_kind, oblast, first_day, last_day, by_oblast, by_category, by_month)
-- A code whose name changed has one row, under one of its names.
SELECT noun,
       CASE WHEN :by_oblast::bool THEN oblast END AS oblast,
       CASE WHEN :by_oblast THEN max(oblast_name) END AS oblast_name,
       CASE WHEN :by_category::bool THEN category END AS category,
       CASE WHEN :by_month::bool THEN month END AS month,
       count(*) AS things,
       coalesce(sum(amount), 0) AS amount
FROM counted
WHERE noun = ANY (:nouns::text[])
  AND (:categories::text[] IS NULL OR category = ANY (:categories))
  AND amount >= :amount_min
  AND (:library_kind::text IS NULL
       OR library IN (SELECT id FROM records l WHERE l.noun = 'library' AND l.category = :library_kind))
  AND (:oblast::text IS NULL OR oblast = :oblast)
  AND (occurred_on BETWEEN :first_day AND :last_day OR occurred_on IS NULL)
GROUP BY 1, 2, 4, 5
ORDER BY 1, 2, 4, 5;

-- name: places(measure, nouns, categories, amount_min, library_kind, oblast, first_day, last_day, by_oblast, by_category, by_month)
-- The total comes from the same statement: it counts each place once, however many rows have it.
WITH places AS (
    SELECT DISTINCT
           noun,
           CASE WHEN :by_oblast::bool THEN oblast END AS oblast,
           CASE WHEN :by_oblast THEN oblast_name END AS oblast_name,
           CASE WHEN :by_category::bool THEN category END AS category,
           CASE WHEN :by_month::bool THEN month END AS month,
           CASE :measure::text WHEN 'hromada' THEN hromada WHEN 'library' THEN library::text COLLATE "C"
                               WHEN 'course' THEN category END AS place
    FROM counted
    WHERE noun = ANY (:nouns::text[])
      AND (:categories::text[] IS NULL OR counted.category = ANY (:categories))
      AND amount >= :amount_min
      AND (:library_kind::text IS NULL
           OR library IN (SELECT id FROM records l WHERE l.noun = 'library' AND l.category = :library_kind))
      AND (:oblast::text IS NULL OR counted.oblast = :oblast)
      AND (occurred_on BETWEEN :first_day AND :last_day OR occurred_on IS NULL)
)
SELECT grouping(oblast, category, month) > 0 AS is_total, max(noun) AS noun, oblast, max(oblast_name) AS oblast_name,
       category, month, count(DISTINCT place) AS places
FROM places
GROUP BY GROUPING SETS ((), (oblast, category, month))
ORDER BY is_total DESC, oblast, category, month;

-- name: activities_page(categories, amount_min, library_kind, oblast, first_day, last_day, after_on, after_id, at_most)
SELECT activity, version, publisher, subject, title, kind, attendance, oblast, oblast_name, hromada, hromada_name, library,
       occurred_on, cause_source, cause_id, correlationid, figured_at
FROM contributions
WHERE counted
  AND (:categories::text[] IS NULL OR kind = ANY (:categories))
  AND attendance >= :amount_min
  AND (:library_kind::text IS NULL
       OR library IN (SELECT id FROM records l WHERE l.noun = 'library' AND l.category = :library_kind))
  AND (:oblast::text IS NULL OR oblast = :oblast)
  AND occurred_on BETWEEN :first_day AND :last_day
  AND (occurred_on, activity) > (:after_on::date, :after_id::uuid)
ORDER BY occurred_on, activity
LIMIT :at_most;

-- name: records_page(noun, categories, amount_min, oblast, first_day, last_day, after_on, after_id, at_most)
-- Libraries, which have no day, come in order of id.
SELECT id, noun, version, publisher, subject, title, category, amount, oblast, oblast_name, hromada, hromada_name,
       occurred_on, cause_source, cause_id, correlationid, figured_at
FROM records
WHERE noun = :noun
  AND (:categories::text[] IS NULL OR category = ANY (:categories))
  AND amount >= :amount_min
  AND (:oblast::text IS NULL OR oblast = :oblast)
  AND (occurred_on BETWEEN :first_day AND :last_day OR occurred_on IS NULL)
  AND (coalesce(occurred_on, '-infinity'::date), id) > (:after_on::date, :after_id::uuid)
ORDER BY occurred_on, id
LIMIT :at_most;

-- name: counted_things(ids)
-- What these contribute, with the kind of the library where there is one: an indicator may ask for it.
SELECT c.activity AS id, c.version, 'activity' AS noun, c.kind AS category, coalesce(c.attendance, 0) AS amount, c.counted,
       c.oblast, c.occurred_on, c.figured_at,
       (SELECT l.category FROM records l WHERE l.noun = 'library' AND l.id = c.library) AS library_kind
FROM contributions c
WHERE c.activity = ANY (:ids::uuid[])
UNION ALL
SELECT r.id, r.version, r.noun, r.category, r.amount, true, r.oblast, r.occurred_on, r.figured_at,
       CASE WHEN r.noun = 'library' THEN r.category END
FROM records r
WHERE r.id = ANY (:ids::uuid[]);
