-- name: add_to_journal(publishers, nouns, abouts, correlationids, bodies)!
-- The lock makes positions follow commits, so that a reader who asks for what comes after a position misses nothing.
WITH turn AS MATERIALIZED (
    SELECT pg_advisory_xact_lock(hashtext('journal ' || current_schema()))
)
INSERT INTO journal (publisher, noun, about, correlationid, body)
SELECT publisher, noun, about, correlationid, body
FROM turn, unnest(:publishers::text[], :nouns::text[], :abouts::uuid[], :correlationids::text[], :bodies::bytea[])
     WITH ORDINALITY AS g (publisher, noun, about, correlationid, body, place)
ORDER BY place;

-- name: journal_page(after, at_most, about)
SELECT position, publisher, noun, about, correlationid, received_at, body
FROM journal
WHERE position > :after AND (:about::uuid IS NULL OR about = :about)
ORDER BY position
LIMIT :at_most;
