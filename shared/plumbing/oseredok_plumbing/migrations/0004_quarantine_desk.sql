-- What operators do with invalid events. An entry leaves quarantine once: redriven, when its event took effect or waits,
-- or discarded, and then its payload is gone.
ALTER TABLE quarantine
    ADD COLUMN number     bigint GENERATED ALWAYS AS IDENTITY UNIQUE,    -- the order in which they came
    ADD COLUMN event_type text,
    ADD COLUMN mended     bytea,    -- the event as an operator wrote it anew
    ADD COLUMN state      text NOT NULL DEFAULT 'held' CHECK (state IN ('held', 'redriven', 'discarded')),
    ADD COLUMN ended_at   timestamptz,
    ADD COLUMN became     text,     -- the id under which a mended event was taken
    ADD CHECK ((state = 'held') = (ended_at IS NULL)),
    ADD CHECK (state <> 'discarded' OR (key IS NULL AND value IS NULL AND mended IS NULL));
DROP INDEX quarantine_at;
CREATE INDEX quarantine_ended ON quarantine (ended_at) WHERE state <> 'held';

-- What was refused over HTTP is told at once and not kept. That it was, and why, is remembered by its identity.
CREATE TABLE rejections (
    publisher   text,    -- who said so: another may have used the same source without right
    digest      bytea CHECK (octet_length(digest) = 16),
    code        text NOT NULL,
    detail      text NOT NULL CHECK (length(detail) <= 1024),
    pointer     text NOT NULL,
    rejected_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (digest, publisher)
);
CREATE INDEX rejections_at ON rejections USING brin (rejected_at);

-- `released` counts what has left quarantine, so that all counts only grow: held = quarantined - released.
ALTER TABLE ledger
    DROP CONSTRAINT ledger_verdict_check,
    ADD CONSTRAINT ledger_verdict_check
        CHECK (verdict IN ('received', 'accepted', 'duplicate', 'quarantined', 'released', 'rejected'));

-- An operator may send a waiting event to quarantine before its time.
ALTER TABLE waiting ADD COLUMN given_up boolean NOT NULL DEFAULT false;
