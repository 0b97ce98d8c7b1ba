-- Territory as the registry announces it, as far as audiences need it. `local`: at or below a hromada (Kyiv is its own).
CREATE TABLE units (
    code    text COLLATE "C" PRIMARY KEY,
    version integer NOT NULL CHECK (version > 0),
    path    text[] COLLATE "C" NOT NULL CHECK (cardinality(path) > 0),
    top     text COLLATE "C" NOT NULL GENERATED ALWAYS AS (path[1]) STORED,
    local   boolean NOT NULL,
    of_all  integer NOT NULL CHECK (of_all > 0) -- how many units the registry had when it told of this one
);

-- Who agreed to be told of things. `key` is the operator's own name for somebody; no territory is the whole country.
CREATE TABLE recipients (
    id           uuid PRIMARY KEY,
    key          text NOT NULL UNIQUE,
    name         text NOT NULL,
    role         text NOT NULL CHECK (role IN ('librarian', 'media', 'regional_consultant', 'coordinator', 'resident')),
    territory    text COLLATE "C" REFERENCES units (code),
    library      text,
    language     text NOT NULL CHECK (language IN ('uk', 'en')),
    channel      text NOT NULL CHECK (channel = 'email'),
    address      text NOT NULL CHECK (address ~ '^[!-?A-~]+@[!-?A-~]+$'),
    consent_at   timestamptz,
    withdrawn_at timestamptz,
    active       boolean NOT NULL,
    illustrative boolean NOT NULL,
    reachable    boolean NOT NULL GENERATED ALWAYS AS
        (active AND consent_at IS NOT NULL AND (withdrawn_at IS NULL OR consent_at > withdrawn_at)) STORED,
    CHECK (territory IS NOT NULL OR role = 'coordinator')
);
CREATE UNIQUE INDEX recipients_address ON recipients (channel, lower(address));
CREATE INDEX recipients_territory ON recipients (territory) WHERE reachable;

-- Activities after their last fact.
CREATE TABLE activities (
    id        uuid PRIMARY KEY,
    version   integer NOT NULL CHECK (version > 0),
    status    text NOT NULL CHECK (status IN ('planned', 'held', 'cancelled', 'voided')),
    starts_at timestamptz NOT NULL,
    state     json NOT NULL
) WITH (fillfactor = 70);

-- What people are told of: an activity at one version, and as it was before.
CREATE TABLE news (
    activity uuid,
    version  integer,
    state    json NOT NULL,
    before   json,
    PRIMARY KEY (activity, version)
);

-- A message to one person. A row is `sending` by a commit of its own before the mail server is asked.
CREATE TABLE deliveries (
    id               uuid PRIMARY KEY,
    number           bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    activity         uuid NOT NULL,
    activity_version integer NOT NULL,
    rule             text NOT NULL,
    notice           text NOT NULL CHECK (notice IN ('announcement', 'invitation', 'change', 'cancellation', 'reminder')),
    channel          text NOT NULL CHECK (channel = 'email'),
    recipient        uuid NOT NULL REFERENCES recipients (id),
    role             text NOT NULL,
    language         text NOT NULL,
    calendar         boolean NOT NULL,
    why              text NOT NULL CHECK (why <> ''),
    correlationid    text NOT NULL,
    status           text NOT NULL DEFAULT 'pending'
                     CHECK (status IN ('pending', 'sending', 'sent', 'failed', 'unknown', 'suppressed')),
    reason           text,
    attempts         integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    version          integer NOT NULL DEFAULT 0 CHECK (version >= 0),
    next_try_at      timestamptz DEFAULT now(),
    lease_until      timestamptz,
    lease_by         text,
    created_at       timestamptz NOT NULL DEFAULT now(),
    closed_at        timestamptz,
    UNIQUE (activity, activity_version, rule, channel, recipient),
    FOREIGN KEY (activity, activity_version) REFERENCES news (activity, version),
    CHECK ((status = 'pending') = (next_try_at IS NOT NULL)),
    CHECK ((status = 'sending') = (lease_until IS NOT NULL)),
    CHECK ((lease_until IS NULL) = (lease_by IS NULL)),
    CHECK ((status IN ('failed', 'unknown', 'suppressed')) = (reason IS NOT NULL)),
    CHECK ((status IN ('pending', 'sending')) = (closed_at IS NULL)),
    CHECK (status NOT IN ('sending', 'sent', 'unknown') OR attempts > 0)
) WITH (fillfactor = 60, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
CREATE INDEX deliveries_due ON deliveries (next_try_at, number) WHERE status = 'pending';
CREATE INDEX deliveries_leased ON deliveries (lease_until) WHERE status = 'sending';
CREATE INDEX deliveries_open ON deliveries (activity, recipient, number) WHERE status IN ('pending', 'sending');

-- Ended is ended: whatever may have been delivered is never sent again. Only the late word of the same attempt settles
-- an unknown one.
CREATE FUNCTION refuse_reopening() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT (OLD.status = 'unknown' AND NEW.status IN ('sent', 'failed') AND NEW.attempts = OLD.attempts) THEN
        RAISE EXCEPTION 'delivery % is %, it cannot become %', OLD.id, OLD.status, NEW.status USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER deliveries_ended BEFORE UPDATE OF status ON deliveries FOR EACH ROW
    WHEN (OLD.closed_at IS NOT NULL AND OLD.status <> NEW.status) EXECUTE FUNCTION refuse_reopening();

-- One reminder of each rule and activity, due before the start it was made for.
CREATE TABLE reminders (
    activity  uuid REFERENCES activities (id),
    rule      text,
    starts_at timestamptz NOT NULL,
    due_at    timestamptz NOT NULL CHECK (due_at < starts_at),
    done_at   timestamptz,
    PRIMARY KEY (activity, rule)
);
CREATE INDEX reminders_due ON reminders (due_at) WHERE done_at IS NULL;
