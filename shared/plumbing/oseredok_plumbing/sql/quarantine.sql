-- name: quarantine_page(state, publisher, code, event_type, since, until, after, at_most)
SELECT number, id, publisher, code, detail, pointer, way, topic, partition, record_offset, recorded_at, event_source, event_id,
       event_type, service_version, attempts, quarantined_at, octet_length(value) AS bytes, mended IS NOT NULL AS mended,
       state, ended_at, became
FROM quarantine
WHERE number > :after
  AND state = :state
  AND (:publisher::text IS NULL OR publisher = :publisher)
  AND (:code::text IS NULL OR code = :code)
  AND (:event_type::text IS NULL OR event_type = :event_type)
  AND (:since::timestamptz IS NULL OR quarantined_at >= :since)
  AND (:until::timestamptz IS NULL OR quarantined_at < :until)
ORDER BY number
LIMIT :at_most;

-- name: quarantine_summary()
SELECT publisher, code, event_type, state, count(*) AS events, min(quarantined_at) AS oldest, max(quarantined_at) AS newest
FROM quarantine GROUP BY publisher, code, event_type, state ORDER BY 1, 2, 3, 4;

-- name: quarantine_entry(id)^
SELECT * FROM quarantine WHERE id = :id;

-- name: whose_entries(ids)
SELECT id, topic, state FROM quarantine WHERE id = ANY (:ids::uuid[]);

-- name: lock_held(ids, remembered_days)
-- In the order in which they came. What was quarantined longer ago than the inbox remembers could be taken twice, unless its id is new.
SELECT * FROM quarantine
WHERE id = ANY (:ids::uuid[]) AND state = 'held'
  AND (mended IS NOT NULL OR :remembered_days::int IS NULL
       OR quarantined_at > now() - make_interval(days => :remembered_days))
ORDER BY number
FOR UPDATE;

-- name: end_as_redriven(ids, becames)!
UPDATE quarantine q SET state = 'redriven', ended_at = now(), became = g.became
FROM unnest(:ids::uuid[], :becames::text[]) AS g (id, became)
WHERE q.id = g.id;

-- name: end_as_discarded(ids, detail)!
UPDATE quarantine
SET state = 'discarded', detail = :detail, ended_at = now(), key = NULL, value = NULL, headers = '[]', mended = NULL
WHERE id = ANY (:ids::uuid[]);

-- name: blame_again(ids, codes, details, pointers)!
UPDATE quarantine q SET code = g.code, detail = g.detail, pointer = g.pointer, attempts = q.attempts + 1
FROM unnest(:ids::uuid[], :codes::text[], :details::text[], :pointers::text[]) AS g (id, code, detail, pointer)
WHERE q.id = g.id;

-- name: mend(id, mended)$
UPDATE quarantine SET mended = :mended WHERE id = :id AND state = 'held' RETURNING id;

-- name: remember_rejections(digests, publishers, codes, details, pointers)!
INSERT INTO rejections (digest, publisher, code, detail, pointer)
SELECT DISTINCT ON (digest, publisher) digest, publisher, code, detail, pointer
FROM unnest(:digests::bytea[], :publishers::text[], :codes::text[], :details::text[], :pointers::text[])
     WITH ORDINALITY AS g (digest, publisher, code, detail, pointer, place)
ORDER BY digest, publisher, place DESC
ON CONFLICT (digest, publisher) DO UPDATE
SET code = excluded.code, detail = excluded.detail, pointer = excluded.pointer,
    rejected_at = now();

-- name: forget_rejections(older_than, at_most)!
DELETE FROM rejections WHERE (digest, publisher) IN (
    SELECT digest, publisher FROM rejections WHERE rejected_at < now() - :older_than::interval LIMIT :at_most
);

-- name: forget_ended(older_than, at_most)!
DELETE FROM quarantine WHERE id IN (
    SELECT id FROM quarantine WHERE state <> 'held' AND ended_at < now() - :older_than::interval LIMIT :at_most
);
