-- name: taken(digests)
-- What took effect, or waits.
SELECT i.digest, i.received_at, w.waits_for
FROM inbox i
LEFT JOIN waiting w ON w.digest = i.digest
WHERE i.digest = ANY (:digests::bytea[]);

-- name: refused(publisher, sources, ids)
SELECT q.event_source, q.event_id, q.id, q.code, q.detail, q.pointer, q.quarantined_at, q.state, q.ended_at, q.became
FROM unnest(:sources::text[], :ids::text[]) AS g (source, id)
JOIN quarantine q ON q.event_source = g.source AND q.event_id = g.id
WHERE q.publisher = :publisher
ORDER BY q.number;

-- name: rejected(publisher, digests)
-- Refused over HTTP, as last told.
SELECT digest, code, detail, pointer, rejected_at
FROM rejections WHERE digest = ANY (:digests::bytea[]) AND publisher = :publisher;
