-- name: lock_activities(ids)
SELECT id, state, told_at, sequence FROM activities WHERE id = ANY (:ids::uuid[]) ORDER BY id FOR UPDATE;

-- name: existing_activities(ids)
SELECT id FROM activities WHERE id = ANY (:ids::uuid[]);

-- name: save_activities(ids, versions, previous_versions, statuses, sequences, told_ats, starts_ats, attendances, states)$
-- Answers how many were saved: fewer than given when a new one exists already.
WITH saved AS (
    INSERT INTO activities AS a (id, version, previous_version, status, sequence, told_at, starts_at, attendance, state)
    SELECT * FROM unnest(:ids::uuid[], :versions::int[], :previous_versions::int[], :statuses::text[], :sequences::text[],
                         :told_ats::timestamptz[], :starts_ats::timestamptz[], :attendances::int[], :states::json[])
    ORDER BY 1
    ON CONFLICT (id) DO UPDATE
    SET version = excluded.version, previous_version = excluded.previous_version, status = excluded.status,
        sequence = excluded.sequence, told_at = excluded.told_at, starts_at = excluded.starts_at,
        attendance = excluded.attendance, state = excluded.state
    WHERE a.version = excluded.previous_version
    RETURNING 1
)
SELECT count(*)::int FROM saved;

-- name: activity_states(ids)
SELECT state FROM activities WHERE id = ANY (:ids::uuid[]);

-- name: count_by_status()
SELECT status, count(*) AS activities FROM activities GROUP BY status ORDER BY status;
