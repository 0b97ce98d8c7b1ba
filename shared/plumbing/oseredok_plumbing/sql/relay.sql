-- name: own_relay(lock_id)$
SELECT pg_try_advisory_lock(:lock_id);

-- name: unsent(live, missing, at_most)
-- Always from the lowest id, leaving out those in flight: a cursor would pass over rows of transactions that commit late.
-- Messages of topics that Kafka doesn't have stay where they are.
SELECT id, topic, key, value FROM outbox
WHERE id <> ALL (:live::bigint[]) AND topic <> ALL (:missing::text[])
ORDER BY id LIMIT :at_most;

-- name: forget_sent(ids)!
DELETE FROM outbox WHERE id = ANY (:ids::bigint[]);

-- name: outbox_is_over(rows)$
SELECT EXISTS (SELECT FROM outbox OFFSET :rows LIMIT 1);
