-- name: wait_for_journal()$
-- Held until the transaction ends, so that positions follow commits: a reader who asks for what comes after a position
-- misses nothing.
SELECT pg_advisory_xact_lock(hashtext('journal ' || current_schema()));

-- name: journal_page(after, at_most, about)
SELECT position, publisher, noun, about, correlationid, received_at, body
FROM journal
WHERE position > :after AND (:about::uuid IS NULL OR about = :about)
ORDER BY position
LIMIT :at_most;

-- name: journal_abouts(digests)
SELECT digest, noun, about FROM journal WHERE digest = ANY (:digests::bytea[]) ORDER BY position;

-- name: journal_steps(digests)
SELECT j.digest, j.position, j.publisher, j.noun, j.about, j.correlationid, j.received_at,
       coalesce(a.version, r.version) AS version, a.status
FROM journal j
LEFT JOIN activities a ON a.id = j.about
LEFT JOIN reports r ON r.id = j.about
WHERE j.digest = ANY (:digests::bytea[])
ORDER BY j.position;
