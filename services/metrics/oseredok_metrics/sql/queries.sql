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

-- name: cells(kinds, attendance_min, oblast, first_day, last_day, by_oblast, by_kind, by_month)
-- A code whose name changed has one row, under one of its names.
SELECT CASE WHEN :by_oblast::bool THEN oblast END AS oblast,
       CASE WHEN :by_oblast THEN max(oblast_name) END AS oblast_name,
       CASE WHEN :by_kind::bool THEN kind END AS kind,
       CASE WHEN :by_month::bool THEN month END AS month,
       count(*) AS activities,
       coalesce(sum(attendance), 0) AS attendances
FROM contributions
WHERE counted
  AND kind = ANY (:kinds::text[])
  AND attendance >= :attendance_min
  AND (:oblast::text IS NULL OR oblast = :oblast)
  AND occurred_on BETWEEN :first_day AND :last_day
GROUP BY 1, 3, 4
ORDER BY 1, 3, 4;

-- name: places(measure, kinds, attendance_min, oblast, first_day, last_day, by_oblast, by_kind, by_month)
-- The total comes from the same statement: it counts each place once, however many rows have it.
WITH places AS (
    SELECT DISTINCT
           CASE WHEN :by_oblast::bool THEN oblast END AS oblast,
           CASE WHEN :by_oblast THEN oblast_name END AS oblast_name,
           CASE WHEN :by_kind::bool THEN kind END AS kind,
           CASE WHEN :by_month::bool THEN month END AS month,
           CASE :measure::text WHEN 'hromada' THEN hromada WHEN 'library' THEN library::text COLLATE "C" END AS place
    FROM contributions
    WHERE counted
      AND kind = ANY (:kinds::text[])
      AND attendance >= :attendance_min
      AND (:oblast::text IS NULL OR contributions.oblast = :oblast)
      AND occurred_on BETWEEN :first_day AND :last_day
)
SELECT grouping(oblast, kind, month) > 0 AS is_total, oblast, max(oblast_name) AS oblast_name, kind, month,
       count(DISTINCT place) AS places
FROM places
GROUP BY GROUPING SETS ((), (oblast, kind, month))
ORDER BY is_total DESC, oblast, kind, month;

-- name: activities_page(kinds, attendance_min, oblast, first_day, last_day, after_on, after_activity, at_most)
SELECT activity, version, publisher, subject, title, kind, attendance, oblast, oblast_name, hromada, hromada_name, library,
       occurred_on, cause_source, cause_id, correlationid, figured_at
FROM contributions
WHERE counted
  AND kind = ANY (:kinds::text[])
  AND attendance >= :attendance_min
  AND (:oblast::text IS NULL OR oblast = :oblast)
  AND occurred_on BETWEEN :first_day AND :last_day
  AND (occurred_on, activity) > (:after_on::date, :after_activity::uuid)
ORDER BY occurred_on, activity
LIMIT :at_most;
