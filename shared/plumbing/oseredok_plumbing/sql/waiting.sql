-- name: let_wait(digests, publishers, waits_fors, ways, topics, partitions, record_offsets, recorded_ats, keys, values, headers)!
INSERT INTO waiting (digest, publisher, waits_for, way, topic, partition, record_offset, recorded_at, key, value, headers)
SELECT g.digest, g.publisher, g.waits_for, g.way, g.topic, g.partition, g.record_offset, g.recorded_at, g.key, g.value, g.headers
FROM unnest(:digests::bytea[], :publishers::text[], :waits_fors::text[], :ways::text[], :topics::text[], :partitions::int[],
            :record_offsets::bigint[], :recorded_ats::timestamptz[], :keys::bytea[], :values::bytea[], :headers::json[])
     WITH ORDINALITY
     AS g (digest, publisher, waits_for, way, topic, partition, record_offset, recorded_at, key, value, headers, place)
ORDER BY g.place;

-- name: waiting_by_publisher(publishers)
SELECT publisher, count(*) AS events FROM waiting WHERE publisher = ANY (:publishers::text[]) GROUP BY publisher;

-- name: hasten(waits_fors)!
-- What they wait for has come: they are due at once.
UPDATE waiting SET next_try_at = now() WHERE waits_for = ANY (:waits_fors::text[]);

-- name: due_waiting(at_most, limit_days)
-- In the order in which they came. Locked rows are in another copy's hands.
SELECT id, digest, publisher, waits_for, way, topic, partition, record_offset, recorded_at, key, value, headers,
       since < now() - make_interval(days => :limit_days) AS expired
FROM waiting
WHERE next_try_at <= now()
ORDER BY id
LIMIT :at_most
FOR UPDATE SKIP LOCKED;

-- name: end_waiting(ids)!
DELETE FROM waiting WHERE id = ANY (:ids::bigint[]);

-- name: wait_on(ids, waits_fors)!
-- Doubles the pause up to a minute; a row that waits for something else now starts anew.
UPDATE waiting w
SET tries = CASE WHEN w.waits_for = g.waits_for THEN w.tries + 1 ELSE 0 END,
    next_try_at = now() + least(interval '1 minute', interval '1 second' * power(2, CASE WHEN w.waits_for = g.waits_for THEN least(w.tries + 1, 6) ELSE 0 END)),
    waits_for = g.waits_for
FROM unnest(:ids::bigint[], :waits_fors::text[]) AS g (id, waits_for)
WHERE w.id = g.id;
