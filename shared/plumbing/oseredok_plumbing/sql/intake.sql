-- name: lock_offsets(consumer_group, topics, partitions)
-- Locks the fences of a batch in one order. A holder that froze is ended by idle_in_transaction_session_timeout.
SELECT o.topic, o.partition, o.next_offset
FROM offsets o
JOIN unnest(:topics::text[], :partitions::int[]) AS g (topic, partition) USING (topic, partition)
WHERE o.consumer_group = :consumer_group
ORDER BY o.topic, o.partition
FOR UPDATE OF o;

-- name: advance_offsets(consumer_group, topics, partitions, next_offsets)!
UPDATE offsets o SET next_offset = greatest(o.next_offset, g.next_offset)
FROM unnest(:topics::text[], :partitions::int[], :next_offsets::bigint[]) AS g (topic, partition, next_offset)
WHERE o.consumer_group = :consumer_group AND o.topic = g.topic AND o.partition = g.partition;

-- name: move_fence(consumer_group, topic, partition, stands, goes, cluster)!
UPDATE offsets SET next_offset = :goes, cluster = :cluster
WHERE consumer_group = :consumer_group AND topic = :topic AND partition = :partition AND next_offset = :stands;

-- name: open_offsets(consumer_group, topics, partitions, cluster)
-- The fences of newly assigned partitions; one never seen starts at 0.
WITH given AS (
    SELECT * FROM unnest(:topics::text[], :partitions::int[]) AS g (topic, partition)
), opened AS (
    INSERT INTO offsets (consumer_group, topic, partition, next_offset, cluster)
    SELECT :consumer_group, topic, partition, 0, :cluster FROM given
    ON CONFLICT DO NOTHING
    RETURNING topic, partition, next_offset, cluster
)
SELECT topic, partition, next_offset, cluster FROM opened
UNION ALL
SELECT o.topic, o.partition, o.next_offset, o.cluster FROM offsets o JOIN given USING (topic, partition)
WHERE o.consumer_group = :consumer_group;

-- name: claim_events(digests, contents)
-- Returns those that were known before. Sorted, so that two transactions can't wait for each other crosswise.
WITH given AS (
    SELECT * FROM unnest(:digests::bytea[], :contents::bytea[]) AS g (digest, content)
), fresh AS (
    INSERT INTO inbox (digest, content) SELECT digest, content FROM given ORDER BY digest
    ON CONFLICT DO NOTHING
    RETURNING digest
)
SELECT digest FROM given WHERE digest NOT IN (SELECT digest FROM fresh);

-- name: known_contents(digests)
SELECT digest, content FROM inbox WHERE digest = ANY (:digests::bytea[]);

-- name: disclaim_events(digests)!
DELETE FROM inbox WHERE digest = ANY (:digests::bytea[]);

-- name: expire_inbox(older_than, at_most)!
-- In batches. Rows of waiting events stay.
DELETE FROM inbox WHERE digest IN (
    SELECT digest FROM inbox
    WHERE received_at < now() - :older_than::interval
      AND NOT EXISTS (SELECT FROM waiting w WHERE w.digest = inbox.digest)
    LIMIT :at_most
);

-- name: count_in_ledger(publishers, ways, slots, verdicts, codes, events)!
INSERT INTO ledger AS l (publisher, way, slot, verdict, code, events)
SELECT * FROM unnest(:publishers::text[], :ways::text[], :slots::int[], :verdicts::text[], :codes::text[], :events::bigint[])
ORDER BY 1, 2, 3, 4, 5
ON CONFLICT (publisher, way, slot, verdict, code) DO UPDATE SET events = l.events + excluded.events;

-- name: put_in_quarantine(ids, publishers, codes, details, pointers, ways, topics, partitions, record_offsets, recorded_ats, keys, values, headers, event_sources, event_ids, event_types, service_version, attempts)!
-- An entry that was redriven, waited, and waited in vain is held again.
INSERT INTO quarantine AS q (id, publisher, code, detail, pointer, way, topic, partition, record_offset, recorded_at,
                             key, value, headers, event_source, event_id, event_type, service_version, attempts)
SELECT g.id, g.publisher, g.code, g.detail, g.pointer, g.way, g.topic, g.partition, g.record_offset, g.recorded_at,
       g.key, g.value, g.headers, g.event_source, g.event_id, g.event_type, :service_version, g.attempts
FROM unnest(:ids::uuid[], :publishers::text[], :codes::text[], :details::text[], :pointers::text[], :ways::text[],
            :topics::text[], :partitions::int[], :record_offsets::bigint[], :recorded_ats::timestamptz[],
            :keys::bytea[], :values::bytea[], :headers::json[], :event_sources::text[], :event_ids::text[],
            :event_types::text[], :attempts::int[])
     WITH ORDINALITY
     AS g (id, publisher, code, detail, pointer, way, topic, partition, record_offset, recorded_at,
           key, value, headers, event_source, event_id, event_type, attempts, place)
ORDER BY g.place
ON CONFLICT (id) DO UPDATE
SET state = 'held', ended_at = NULL, became = NULL, code = excluded.code, detail = excluded.detail,
    pointer = excluded.pointer, attempts = q.attempts + 1, quarantined_at = now()
WHERE q.state = 'redriven';

-- name: database_now()$
SELECT now();
