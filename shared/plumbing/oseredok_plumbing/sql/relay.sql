-- name: own_relay(lock_id)$
SELECT pg_try_advisory_lock(:lock_id);

-- name: unsent(live, at_most)
-- Always from the lowest id, leaving out those in flight: a cursor would pass over rows of transactions that commit late.
SELECT id, topic, key, value FROM outbox WHERE id <> ALL (:live::bigint[]) ORDER BY id LIMIT :at_most;

-- name: forget_sent(ids)!
DELETE FROM outbox WHERE id = ANY (:ids::bigint[]);

-- name: outbox_is_over(rows)$
SELECT EXISTS (SELECT FROM outbox OFFSET :rows LIMIT 1);
