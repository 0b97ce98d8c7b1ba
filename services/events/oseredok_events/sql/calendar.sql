-- name: calendar_months(oblast, kind, hromada, library)
-- Months with activities, and how many; voided ones are none.
SELECT date_trunc('month', occurred_on::timestamp)::date AS month, count(*) AS activities
FROM activities
WHERE status <> 'voided'
  AND (:oblast::text IS NULL OR oblast = :oblast)
  AND (:kind::text IS NULL OR kind = :kind)
  AND (:hromada::text IS NULL OR hromada = :hromada)
  AND (:library::uuid IS NULL OR library = :library)
GROUP BY 1
ORDER BY 1;

-- name: calendar_page(first_day, last_day, oblast, kind, hromada, library, skipped, at_most)
SELECT a.state, coalesce(l.illustrative, false) AS illustrative
FROM activities a
LEFT JOIN libraries l ON l.id = a.library
WHERE a.status <> 'voided'
  AND a.occurred_on BETWEEN :first_day AND :last_day
  AND (:oblast::text IS NULL OR a.oblast = :oblast)
  AND (:kind::text IS NULL OR a.kind = :kind)
  AND (:hromada::text IS NULL OR a.hromada = :hromada)
  AND (:library::uuid IS NULL OR a.library = :library)
ORDER BY a.occurred_on, a.starts_at, a.id
OFFSET :skipped
LIMIT :at_most;

-- name: calendar_feed(oblast, kind, hromada, library, at_most)
-- The latest of them, in order.
SELECT state, told_at FROM (
    SELECT id, starts_at, state, told_at
    FROM activities
    WHERE status <> 'voided'
      AND (:oblast::text IS NULL OR oblast = :oblast)
      AND (:kind::text IS NULL OR kind = :kind)
      AND (:hromada::text IS NULL OR hromada = :hromada)
      AND (:library::uuid IS NULL OR library = :library)
    ORDER BY occurred_on DESC, starts_at DESC, id DESC
    LIMIT :at_most
) AS latest
ORDER BY starts_at, id;

-- name: calendar_oblasts()
SELECT oblast, max(oblast_name) AS oblast_name FROM libraries GROUP BY oblast;

-- name: calendar_place(hromada, library)^
-- Names of what is looked at.
SELECT (SELECT name FROM libraries WHERE id = :library::uuid) AS library_name,
       (SELECT name FROM territory WHERE code = :hromada::text) AS hromada_name;
