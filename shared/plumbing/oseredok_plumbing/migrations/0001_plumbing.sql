-- What every service's schema has: the plumbing owns these tables, a service's own start at 1001.

-- One row per event that took effect or waits: (source, id) as a digest, never with a day in the key.
CREATE TABLE inbox (
    digest      bytea PRIMARY KEY CHECK (octet_length(digest) = 16),
    content     bytea NOT NULL CHECK (octet_length(content) = 16),
    received_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX inbox_received_at ON inbox USING brin (received_at);

-- The truth about progress; Kafka's committed offsets only follow it.
CREATE TABLE offsets (
    consumer_group text,
    topic          text,
    partition      integer,
    next_offset    bigint NOT NULL CHECK (next_offset >= 0),
    PRIMARY KEY (consumer_group, topic, partition)
) WITH (fillfactor = 50);

-- Messages committed with the state they tell of; the relay deletes exactly what Kafka acknowledged.
CREATE TABLE outbox (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic      text  NOT NULL,
    key        text,
    value      bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0);

-- Counts by publisher, way in, partition (slot, so that consumers of different partitions don't meet) and verdict.
CREATE TABLE ledger (
    publisher text,
    way       text CHECK (way IN ('kafka', 'http')),
    slot      integer,
    verdict   text CHECK (verdict IN ('received', 'accepted', 'duplicate', 'quarantined', 'rejected')),
    code      text,
    events    bigint NOT NULL CHECK (events > 0),
    PRIMARY KEY (publisher, way, slot, verdict, code)
) WITH (fillfactor = 50);

-- Sound events that refer to something unknown yet, with their original bytes.
CREATE TABLE waiting (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    digest        bytea  NOT NULL UNIQUE REFERENCES inbox (digest),
    publisher     text   NOT NULL,
    waits_for     text   NOT NULL,
    way           text   NOT NULL,
    topic         text,
    partition     integer,
    record_offset bigint,
    recorded_at   timestamptz,
    key           bytea,
    value         bytea  NOT NULL,
    headers       json   NOT NULL,
    since         timestamptz NOT NULL DEFAULT now(),
    tries         integer NOT NULL DEFAULT 0,
    next_try_at   timestamptz NOT NULL DEFAULT now() + interval '1 second'
);
CREATE INDEX waiting_due ON waiting (next_try_at);
CREATE INDEX waiting_for ON waiting (waits_for);
CREATE INDEX waiting_publisher ON waiting (publisher);

-- Invalid events with their original bytes: a row of the same transaction, so that none can be dropped.
CREATE TABLE quarantine (
    id              uuid PRIMARY KEY,
    publisher       text NOT NULL,
    code            text NOT NULL,
    detail          text NOT NULL CHECK (length(detail) <= 1024),
    pointer         text NOT NULL,
    way             text NOT NULL,
    topic           text,
    partition       integer,
    record_offset   bigint,
    recorded_at     timestamptz,
    key             bytea,
    value           bytea,
    headers         json NOT NULL,
    event_source    text,
    event_id        text,
    service_version text NOT NULL,
    attempts        integer NOT NULL DEFAULT 1,
    quarantined_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX quarantine_at ON quarantine (quarantined_at, id);

CREATE TABLE audit (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at      timestamptz NOT NULL DEFAULT now(),
    who     text NOT NULL,
    action  text NOT NULL,
    subject text NOT NULL,
    before  jsonb,
    after   jsonb,
    why     text
);

-- Wakes the relay: at most one notice a transaction, since equal ones are folded.
CREATE FUNCTION wake_relay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('outbox_' || TG_TABLE_SCHEMA, '');
    RETURN NULL;
END
$$;
CREATE TRIGGER outbox_added AFTER INSERT ON outbox FOR EACH STATEMENT EXECUTE FUNCTION wake_relay();
