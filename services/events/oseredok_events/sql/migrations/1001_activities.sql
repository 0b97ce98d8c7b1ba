-- An activity as it is after its last fact. `state` is what the topic carries; the columns are what decisions and checks need.
CREATE TABLE activities (
    id               uuid PRIMARY KEY,
    version          integer NOT NULL CHECK (version > previous_version),
    previous_version integer NOT NULL CHECK (previous_version >= 0),
    status           text NOT NULL CHECK (status IN ('planned', 'held', 'cancelled', 'voided')),
    sequence         text,
    told_at          timestamptz NOT NULL,
    starts_at        timestamptz NOT NULL,
    attendance       integer CHECK (attendance >= 0),
    state            json NOT NULL,
    CHECK (status <> 'held' OR attendance IS NOT NULL),
    CHECK (status <> 'planned' OR attendance IS NULL)
) WITH (fillfactor = 70);

-- Every accepted event, in order, without end.
CREATE TABLE journal (
    position      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    publisher     text  NOT NULL,
    activity      uuid  NOT NULL,
    correlationid text  NOT NULL,
    received_at   timestamptz NOT NULL DEFAULT now(),
    body          bytea NOT NULL
);
CREATE INDEX journal_activity ON journal (activity, position);
