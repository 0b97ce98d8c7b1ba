-- When the mail server was last asked, to be found in its log; null for attempts before this column.
ALTER TABLE deliveries ADD COLUMN tried_at timestamptz;

-- What an operator said last of an attempt of which nobody knew whether it arrived. Who and why are in the audit.
ALTER TABLE deliveries
    ADD COLUMN resolved_as      text CHECK (resolved_as IN ('sent', 'again')),
    ADD COLUMN resolved_attempt integer CHECK (resolved_attempt <= attempts),
    ADD COLUMN resolved_at      timestamptz,
    ADD CHECK ((resolved_as IS NULL) = (resolved_attempt IS NULL)),
    ADD CHECK ((resolved_as IS NULL) = (resolved_at IS NULL));

-- Ended is ended, but for what is unknown: the late word of the same attempt ends it, or an operator's. That it is sent
-- again takes an operator's word on this attempt, which can be given once; nothing that doesn't give one can reopen it.
CREATE OR REPLACE FUNCTION refuse_reopening() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status = 'unknown' AND NEW.attempts = OLD.attempts THEN
        IF NEW.status IN ('sent', 'failed') THEN
            RETURN NEW;
        END IF;
        IF NEW.status = 'pending' AND NEW.resolved_as = 'again' AND NEW.resolved_attempt = OLD.attempts
           AND OLD.resolved_attempt IS DISTINCT FROM OLD.attempts THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'delivery % is %, it cannot become %', OLD.id, OLD.status, NEW.status USING ERRCODE = '23514';
END
$$;
