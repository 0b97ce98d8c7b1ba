-- name: candidates(oblasts)
-- Everybody who can be told of something in these oblasts; the rules choose among them.
SELECT r.id, r.role, r.language, coalesce(u.path, '{}') AS path, coalesce(u.local, false) AS local
FROM recipients r LEFT JOIN units u ON u.code = r.territory
WHERE r.reachable AND (r.territory IS NULL OR u.top = ANY (:oblasts::text[]))
ORDER BY r.id;

-- name: lock_recipients(ids, addresses)
-- The rows of these ids, and whoever has these addresses.
SELECT id, key, name, role, territory, library, language, channel, address, consent_at, active, illustrative
FROM recipients
WHERE id = ANY (:ids::uuid[]) OR lower(address) = ANY (:addresses::text[])
ORDER BY id
FOR UPDATE;

-- name: save_recipients(ids, keys, names, roles, territories, libraries, languages, channels, addresses, consent_ats, actives, illustratives)!
INSERT INTO recipients (id, key, name, role, territory, library, language, channel, address, consent_at, active,
                        illustrative)
SELECT * FROM unnest(:ids::uuid[], :keys::text[], :names::text[], :roles::text[], :territories::text[],
                     :libraries::text[], :languages::text[], :channels::text[], :addresses::text[],
                     :consent_ats::timestamptz[], :actives::bool[], :illustratives::bool[])
ORDER BY 1
ON CONFLICT (id) DO UPDATE
SET name = excluded.name, role = excluded.role, territory = excluded.territory, library = excluded.library,
    language = excluded.language, channel = excluded.channel, address = excluded.address,
    consent_at = excluded.consent_at, active = excluded.active, illustrative = excluded.illustrative;

-- name: withdraw(id)$
-- Takes back the consent; answers the language of who did, nothing when there is no such recipient.
UPDATE recipients SET withdrawn_at = CASE WHEN reachable THEN now() ELSE coalesce(withdrawn_at, now()) END
WHERE id = :id
RETURNING language;

-- name: language_of(id)$
SELECT language FROM recipients WHERE id = :id;

-- name: count_recipients()
SELECT role, count(*) FILTER (WHERE reachable) AS reachable, count(*) AS recipients
FROM recipients GROUP BY role ORDER BY role;

-- name: recipients_page(after, at_most)
SELECT id, key, name, role, territory, library, language, channel, address, consent_at, withdrawn_at, active, illustrative,
       reachable
FROM recipients WHERE key > :after ORDER BY key LIMIT :at_most;
