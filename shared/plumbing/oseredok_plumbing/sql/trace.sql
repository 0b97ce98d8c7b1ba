-- name: inbox_steps(digests)
SELECT i.digest, i.received_at, w.id AS number, w.waits_for, w.since, w.tries, w.next_try_at, w.way, w.topic, w.partition,
       w.record_offset
FROM inbox i
LEFT JOIN waiting w ON w.digest = i.digest
WHERE i.digest = ANY (:digests::bytea[]);

-- name: quarantine_steps(event_id, source)
SELECT id, event_source, code, detail, way, topic, partition, record_offset, quarantined_at, state, ended_at, became
FROM quarantine
WHERE event_id = :event_id AND (:source::text IS NULL OR event_source = :source)
ORDER BY number
LIMIT 100;

-- name: rejection_steps(digests)
SELECT digest, publisher, code, detail, rejected_at FROM rejections WHERE digest = ANY (:digests::bytea[]);

-- name: outbox_steps(needle)
-- The backlog is short, or else it is what is wrong; a message names the event that caused it.
SELECT id, topic, created_at FROM outbox WHERE position(:needle::bytea IN value) > 0 ORDER BY id LIMIT 20;
