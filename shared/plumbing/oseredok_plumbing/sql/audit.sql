-- name: add_to_audit(whos, actions, subjects, befores, afters, whys)!
INSERT INTO audit (who, action, subject, before, after, why)
SELECT who, action, subject, before, after, why
FROM unnest(:whos::text[], :actions::text[], :subjects::text[], :befores::jsonb[], :afters::jsonb[], :whys::text[])
     WITH ORDINALITY AS g (who, action, subject, before, after, why, place)
ORDER BY place;

-- name: audit_page(subject, after, at_most)
SELECT id, at, who, action, subject, before, after, why
FROM audit
WHERE id > :after AND (:subject::text IS NULL OR subject = :subject)
ORDER BY id
LIMIT :at_most;
