-- What each activity contributes to every figure, after its last fact. Figures are aggregates over this table, keyed by
-- the day a thing occurred (in Europe/Kyiv): why there are no rollups stands in ../why-no-rollups.md.
CREATE TABLE contributions (
    activity      uuid PRIMARY KEY,
    version       integer NOT NULL CHECK (version > 0),
    publisher     text NOT NULL,
    subject       text NOT NULL,
    title         text NOT NULL,
    kind          text COLLATE "C" NOT NULL,
    status        text NOT NULL CHECK (status IN ('planned', 'held', 'cancelled', 'voided')),
    counted       boolean GENERATED ALWAYS AS (status = 'held') STORED,
    attendance    integer CHECK (attendance >= 0),
    oblast        text COLLATE "C" NOT NULL,
    oblast_name   text COLLATE "C" NOT NULL,
    hromada       text COLLATE "C" NOT NULL,
    hromada_name  text NOT NULL,
    library       uuid NOT NULL,
    occurred_on   date NOT NULL,
    month         date GENERATED ALWAYS AS (date_trunc('month', occurred_on::timestamp)::date) STORED,
    cause_source  text NOT NULL CHECK (cause_source <> ''),
    cause_id      text NOT NULL CHECK (cause_id <> ''),
    correlationid text NOT NULL,
    figured_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    CHECK (status <> 'held' OR attendance IS NOT NULL),
    CHECK (status <> 'planned' OR attendance IS NULL)
);

-- A month, an oblast, or both; and drill-down in this order, page after page. The whole is quicker read from the table.
CREATE INDEX contributions_by_day ON contributions (occurred_on, activity) WHERE counted;
CREATE INDEX contributions_by_oblast ON contributions (oblast, occurred_on, activity) WHERE counted;
