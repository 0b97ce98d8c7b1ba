-- name: told(activities)
-- Who was told of these activities and can be told more: what failed or was held back told nobody anything.
SELECT d.activity, r.id, r.role, r.language, coalesce(u.path, '{}') AS path, coalesce(u.local, false) AS local,
       bool_or(d.calendar) AS calendar, (array_agg(d.why ORDER BY d.number))[1] AS why
FROM deliveries d
JOIN recipients r ON r.id = d.recipient AND r.reachable
LEFT JOIN units u ON u.code = r.territory
WHERE d.activity = ANY (:activities::uuid[]) AND d.status NOT IN ('failed', 'suppressed')
GROUP BY d.activity, r.id, u.code
ORDER BY r.id;

-- name: add_deliveries(ids, activities, activity_versions, rules, notices, channels, recipients, roles, languages, calendars, whys, correlationids, traceparents)!
INSERT INTO deliveries (id, activity, activity_version, rule, notice, channel, recipient, role, language, calendar, why,
                        correlationid, traceparent)
SELECT id, activity, activity_version, rule, notice, channel, recipient, role, language, calendar, why, correlationid,
       traceparent
FROM unnest(:ids::uuid[], :activities::uuid[], :activity_versions::int[], :rules::text[], :notices::text[],
            :channels::text[], :recipients::uuid[], :roles::text[], :languages::text[], :calendars::bool[], :whys::text[],
            :correlationids::text[], :traceparents::text[]) WITH ORDINALITY
     AS g (id, activity, activity_version, rule, notice, channel, recipient, role, language, calendar, why, correlationid,
           traceparent, place)
ORDER BY place
ON CONFLICT DO NOTHING;

-- name: any_due()$
SELECT EXISTS (SELECT FROM deliveries WHERE status = 'pending' AND next_try_at <= now());

-- name: claim(replica, lease)^
-- Takes the next due message. What an activity's earlier message to the same person is still open stays behind it; one
-- that an operator has sent again may have been overtaken by a later one, of a newer version of the activity.
UPDATE deliveries d
SET status = 'sending', attempts = attempts + 1, next_try_at = NULL, lease_until = now() + :lease::interval,
    lease_by = :replica, tried_at = now()
FROM news n, recipients r
WHERE d.number = (
          SELECT p.number FROM deliveries p
          WHERE p.status = 'pending' AND p.next_try_at <= now()
            AND NOT EXISTS (
                SELECT FROM deliveries e
                WHERE e.activity = p.activity AND e.recipient = p.recipient AND e.number < p.number
                  AND e.status IN ('pending', 'sending'))
          ORDER BY p.next_try_at, p.number
          LIMIT 1
          FOR UPDATE SKIP LOCKED)
  AND n.activity = d.activity AND n.version = d.activity_version AND r.id = d.recipient
RETURNING d.id, d.rule, d.notice, d.channel, d.recipient, d.role, d.language, d.calendar, d.why, d.attempts, d.version,
          d.traceparent, n.state, n.before, r.name, r.address, r.reachable, now() AS now,
          EXISTS (SELECT FROM deliveries l
                  WHERE l.activity = d.activity AND l.recipient = d.recipient
                    AND l.activity_version > d.activity_version AND l.status <> 'pending') AS overtaken;

-- name: close(id, attempts, status, reason)^
-- The word of one attempt. Nothing comes back when the row has gone on without it. That an attempt was sent after all
-- also ends what an operator put back and nobody has taken up yet: it would be sent twice.
UPDATE deliveries
SET status = :status, reason = :reason, version = version + 1, closed_at = now(), next_try_at = NULL,
    lease_until = NULL, lease_by = NULL
WHERE id = :id AND attempts = :attempts
  AND (status = 'sending' OR (status = 'unknown' AND :status IN ('sent', 'failed'))
       OR (status = 'pending' AND resolved_attempt = attempts AND :status = 'sent'))
RETURNING id, rule, notice, channel, recipient, role, activity, status, reason, attempts, version;

-- name: put_off(id, attempts, pause)!
UPDATE deliveries
SET status = 'pending', next_try_at = now() + :pause::interval, lease_until = NULL, lease_by = NULL
WHERE id = :id AND attempts = :attempts AND status = 'sending';

-- name: lose(replica)
-- Attempts that nobody will tell the end of: the lease ran out, or their copy has begun anew.
UPDATE deliveries
SET status = 'unknown', reason = 'lease_expired', version = version + 1, closed_at = now(), lease_until = NULL,
    lease_by = NULL
WHERE status = 'sending' AND (lease_until < now() OR lease_by = :replica::text)
RETURNING id, rule, notice, channel, recipient, role, activity, status, reason, attempts, version;

-- name: lock_deliveries(ids)
SELECT id, status, reason, attempts, resolved_as, resolved_attempt
FROM deliveries
WHERE id = ANY (:ids::uuid[])
ORDER BY id
FOR UPDATE;

-- name: resolve_as_sent(ids)
UPDATE deliveries
SET status = 'sent', reason = NULL, version = version + 1, resolved_as = 'sent', resolved_attempt = attempts,
    resolved_at = now()
WHERE id = ANY (:ids::uuid[]) AND status = 'unknown'
RETURNING id, rule, notice, channel, recipient, role, activity, status, reason, attempts, version;

-- name: resolve_as_again(ids)!
-- The version stays: it is announced anew when the new attempt ends.
UPDATE deliveries
SET status = 'pending', reason = NULL, next_try_at = now(), closed_at = NULL, resolved_as = 'again',
    resolved_attempt = attempts, resolved_at = now()
WHERE id = ANY (:ids::uuid[]) AND status = 'unknown';

-- name: count_deliveries(activity)
SELECT notice, rule, role, status, count(*) AS deliveries
FROM deliveries
WHERE :activity::uuid IS NULL OR activity = :activity
GROUP BY notice, rule, role, status
ORDER BY notice, rule, role, status;

-- name: backlog()^
-- What an operator has sent again is to be sent since then: its age before is nobody's delay.
SELECT count(*) FILTER (WHERE status = 'pending') AS pending,
       coalesce(extract(epoch FROM now() - min(greatest(created_at, resolved_at)) FILTER (WHERE status = 'pending')), 0)
           ::float8 AS age_seconds
FROM deliveries
WHERE status IN ('pending', 'sending');

-- name: deliveries_page(after, at_most, status, notice, rule, activity, recipient)
SELECT d.number, d.id AS delivery, d.activity, d.activity_version, d.rule, d.notice, d.channel, d.recipient, d.role,
       d.language, d.why, d.status, d.reason, d.attempts, d.tried_at, d.next_try_at, d.created_at, d.closed_at,
       d.resolved_as, d.resolved_at, d.correlationid, r.name, r.address
FROM deliveries d JOIN recipients r ON r.id = d.recipient
WHERE d.number > :after
  AND (:status::text IS NULL OR d.status = :status)
  AND (:notice::text IS NULL OR d.notice = :notice)
  AND (:rule::text IS NULL OR d.rule = :rule)
  AND (:activity::uuid IS NULL OR d.activity = :activity)
  AND (:recipient::uuid IS NULL OR d.recipient = :recipient)
ORDER BY d.number
LIMIT :at_most;
