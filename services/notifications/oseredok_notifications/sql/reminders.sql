-- name: set_reminders(activities, rules, starts_ats, due_ats)!
-- Another start makes the reminder due anew. One that is due already is done: the news itself has just been told.
INSERT INTO reminders AS r (activity, rule, starts_at, due_at, done_at)
SELECT activity, rule, starts_at, due_at, CASE WHEN due_at <= now() THEN now() END
FROM unnest(:activities::uuid[], :rules::text[], :starts_ats::timestamptz[], :due_ats::timestamptz[])
     AS g (activity, rule, starts_at, due_at)
ORDER BY activity, rule
ON CONFLICT (activity, rule) DO UPDATE
SET starts_at = excluded.starts_at, due_at = excluded.due_at, done_at = excluded.done_at
WHERE (r.starts_at, r.due_at) IS DISTINCT FROM (excluded.starts_at, excluded.due_at);

-- name: drop_reminders(activities)!
DELETE FROM reminders WHERE activity = ANY (:activities::uuid[]) AND done_at IS NULL;

-- name: due_reminders(at_most)
-- Marks them done in the transaction that writes their messages. Two copies never take the same one.
WITH due AS (
    SELECT activity, rule FROM reminders
    WHERE done_at IS NULL AND due_at <= now()
    ORDER BY due_at
    LIMIT :at_most
    FOR UPDATE SKIP LOCKED
)
UPDATE reminders r SET done_at = now()
FROM due JOIN activities a ON a.id = due.activity
WHERE r.activity = due.activity AND r.rule = due.rule
RETURNING r.rule, a.state;
