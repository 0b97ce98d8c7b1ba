-- name: lock_reports(ids)
SELECT id, version, told_at, sequence FROM reports WHERE id = ANY (:ids::uuid[]) ORDER BY id FOR UPDATE;

-- name: save_reports(ids, nouns, versions, previous_versions, sequences, told_ats, days, categories, oblasts, states)$
-- Answers how many were saved: fewer than given when a new one exists already.
WITH saved AS (
    INSERT INTO reports AS r (id, noun, version, previous_version, sequence, told_at, day, category, oblast, state)
    SELECT * FROM unnest(:ids::uuid[], :nouns::text[], :versions::int[], :previous_versions::int[], :sequences::text[],
                         :told_ats::timestamptz[], :days::date[], :categories::text[], :oblasts::text[], :states::json[])
    ORDER BY 1
    ON CONFLICT (id) DO UPDATE
    SET version = excluded.version, previous_version = excluded.previous_version, sequence = excluded.sequence,
        told_at = excluded.told_at, day = excluded.day, category = excluded.category, oblast = excluded.oblast,
        state = excluded.state
    WHERE r.version = excluded.previous_version
    RETURNING 1
)
SELECT count(*)::int FROM saved;

-- name: reports_page(noun, category, oblast, after_day, after_id, at_most)
SELECT id, day, state
FROM reports
WHERE noun = :noun
  AND (:category::text IS NULL OR category = :category)
  AND (:oblast::text IS NULL OR oblast = :oblast)
  AND (day, id) > (:after_day::date, :after_id::uuid)
ORDER BY day, id
LIMIT :at_most;

-- name: report_state(noun, id)$
SELECT state FROM reports WHERE noun = :noun AND id = :id;

-- name: count_reports()
SELECT noun, count(*) AS reports FROM reports GROUP BY noun ORDER BY noun;
