-- name: let_wait(digests, abouts, publishers, waits_fors, ways, topics, partitions, record_offsets, recorded_ats, keys, values, headers)!
INSERT INTO waiting (digest, about, publisher, waits_for, way, topic, partition, record_offset, recorded_at, key, value, headers)
SELECT g.digest, g.about, g.publisher, g.waits_for, g.way, g.topic, g.partition, g.record_offset, g.recorded_at, g.key, g.value,
       g.headers
FROM unnest(:digests::bytea[], :abouts::text[], :publishers::text[], :waits_fors::text[], :ways::text[], :topics::text[], :partitions::int[],
            :record_offsets::bigint[], :recorded_ats::timestamptz[], :keys::bytea[], :values::bytea[], :headers::json[])
     WITH ORDINALITY
     AS g (digest, about, publisher, waits_for, way, topic, partition, record_offset, recorded_at, key, value, headers, place)
ORDER BY g.place;

-- name: waiting_by_publisher(publishers)
SELECT publisher, count(*) AS events FROM waiting WHERE publisher = ANY (:publishers::text[]) GROUP BY publisher;

-- name: hasten(waits_fors)!
-- What they wait for has come: they are due at once. Rows are locked in the order in which the releaser locks them.
WITH theirs AS (
    SELECT id FROM waiting WHERE waits_for = ANY (:waits_fors::text[]) ORDER BY id FOR UPDATE
)
UPDATE waiting SET next_try_at = now() WHERE id IN (SELECT id FROM theirs);

-- name: take_release_turn()$
-- One copy of a service releases at a time: two would part what is about one thing.
SELECT pg_try_advisory_xact_lock(hashtext('release ' || current_schema()));

-- name: due_waiting(at_most, limit_days)
-- In the order in which they came, and with all that is about the same things, due or not: what was told in between,
-- and waits for something else, would be overtaken.
WITH due AS (
    SELECT id, about FROM waiting WHERE next_try_at <= now() ORDER BY id LIMIT :at_most
), whole AS (
    SELECT id FROM due UNION SELECT w.id FROM due JOIN waiting w ON w.about = due.about
)
SELECT id, digest, publisher, waits_for, way, topic, partition, record_offset, recorded_at, key, value, headers,
       given_up OR since < now() - make_interval(days => :limit_days) AS expired
FROM waiting
WHERE id IN (SELECT id FROM whole)
ORDER BY id
FOR UPDATE;

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

-- name: waiting_page(publisher, waits_for, after, at_most)
SELECT id, publisher, about, waits_for, way, topic, partition, record_offset, since, tries, next_try_at, octet_length(value) AS bytes
FROM waiting
WHERE id > :after
  AND (:publisher::text IS NULL OR publisher = :publisher)
  AND (:waits_for::text IS NULL OR waits_for = :waits_for)
ORDER BY id LIMIT :at_most;

-- name: waiting_entry(id)^
SELECT * FROM waiting WHERE id = :id;

-- name: hasten_some(publisher, waits_for, ids, give_up)
-- Due at once, as an operator asks. Rows are locked in the order in which the releaser locks them.
WITH theirs AS (
    SELECT id FROM waiting
    WHERE (:publisher::text IS NULL OR publisher = :publisher)
      AND (:waits_for::text IS NULL OR waits_for = :waits_for)
      AND (:ids::bigint[] IS NULL OR id = ANY (:ids))
    ORDER BY id FOR UPDATE
)
UPDATE waiting SET next_try_at = now(), given_up = given_up OR :give_up
WHERE id IN (SELECT id FROM theirs) RETURNING id;
