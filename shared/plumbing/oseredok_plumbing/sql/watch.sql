-- name: ledger_rows()
SELECT publisher, way, verdict, code, sum(events)::bigint AS events FROM ledger GROUP BY publisher, way, verdict, code ORDER BY 1, 2, 3, 4;

-- name: waiting_rows()
SELECT publisher, count(*) AS events FROM waiting GROUP BY publisher ORDER BY 1;

-- name: outbox_backlog()^
SELECT count(*) AS rows, coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)::float8 AS age_seconds FROM outbox;

-- name: quarantine_codes()
SELECT publisher, code, count(*) AS events FROM quarantine GROUP BY publisher, code ORDER BY 1, 2;

-- name: quarantine_page(after_at, after_id, at_most)
SELECT id, publisher, code, detail, pointer, way, topic, partition, record_offset, recorded_at, key, value, headers,
       event_source, event_id, service_version, attempts, quarantined_at
FROM quarantine
WHERE (quarantined_at, id) > (:after_at::timestamptz, :after_id::uuid)
ORDER BY quarantined_at, id
LIMIT :at_most;

-- name: waiting_page(after, at_most)
SELECT id, publisher, waits_for, way, topic, partition, record_offset, since, tries, next_try_at
FROM waiting WHERE id > :after ORDER BY id LIMIT :at_most;
