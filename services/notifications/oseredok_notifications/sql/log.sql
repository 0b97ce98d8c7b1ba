-- name: log_counts(day)
SELECT notice, status, count(*) AS messages
FROM deliveries
WHERE :day::date IS NULL OR (created_at AT TIME ZONE 'Europe/Kyiv')::date = :day
GROUP BY notice, status
ORDER BY notice, status;

-- name: log_days(notice, status, at_most)
-- The latest days (of Kyiv) on which messages were made.
SELECT (created_at AT TIME ZONE 'Europe/Kyiv')::date AS day, count(*) AS messages
FROM deliveries
WHERE (:notice::text IS NULL OR notice = :notice)
  AND (:status::text IS NULL OR status = :status)
GROUP BY 1
ORDER BY 1 DESC
LIMIT :at_most;

-- name: log_page(notice, status, day, skipped, at_most)
-- What was told of an activity at one version by one rule, to how many, and what became of it.
SELECT d.notice, n.state ->> 'title' AS title, n.state ->> 'kind' AS kind, min(d.created_at) AS made_at,
       array_agg(DISTINCT d.role ORDER BY d.role) AS roles, bool_or(r.illustrative) AS illustrative,
       count(*) FILTER (WHERE d.status = 'sent') AS sent, count(*) FILTER (WHERE d.status = 'pending') AS pending,
       count(*) FILTER (WHERE d.status = 'sending') AS sending, count(*) FILTER (WHERE d.status = 'failed') AS failed,
       count(*) FILTER (WHERE d.status = 'unknown') AS unknown,
       count(*) FILTER (WHERE d.status = 'suppressed') AS suppressed, count(*) OVER () AS found
FROM deliveries d
JOIN news n ON n.activity = d.activity AND n.version = d.activity_version
JOIN recipients r ON r.id = d.recipient
WHERE (:notice::text IS NULL OR d.notice = :notice)
  AND (:status::text IS NULL OR d.status = :status)
  AND (:day::date IS NULL OR (d.created_at AT TIME ZONE 'Europe/Kyiv')::date = :day)
GROUP BY d.activity, d.activity_version, d.rule, d.notice, n.state ->> 'title', n.state ->> 'kind'
ORDER BY max(d.number) DESC
OFFSET :skipped
LIMIT :at_most;

-- name: deliveries_of(activity, version, at_most)
-- What one version of an activity brought about; nothing of whom it went to.
SELECT id, rule, notice, role, status, reason, attempts, correlationid, created_at, closed_at
FROM deliveries
WHERE activity = :activity AND activity_version = :version
ORDER BY number
LIMIT :at_most;
