-- What figures count beside activities: learning reports, outcomes, publications and libraries, each after its last state.
-- `category` is a course, a kind of publication or a kind of library; `amount` is what a sum adds up.
CREATE TABLE records (
    id            uuid PRIMARY KEY,
    noun          text COLLATE "C" NOT NULL CHECK (noun IN ('learning', 'outcome', 'publication', 'library')),
    version       integer NOT NULL CHECK (version > 0),
    publisher     text,
    subject       text,
    title         text NOT NULL,
    category      text COLLATE "C" NOT NULL,
    amount        integer NOT NULL CHECK (amount >= 0),
    oblast        text COLLATE "C",
    oblast_name   text COLLATE "C",
    hromada       text COLLATE "C",
    hromada_name  text,
    occurred_on   date,
    month         date GENERATED ALWAYS AS (date_trunc('month', occurred_on::timestamp)::date) STORED,
    cause_source  text NOT NULL CHECK (cause_source <> ''),
    cause_id      text NOT NULL CHECK (cause_id <> ''),
    correlationid text NOT NULL,
    figured_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    CHECK ((oblast IS NULL) = (oblast_name IS NULL)),
    CHECK (noun <> 'library' OR hromada IS NOT NULL),
    CHECK (noun IN ('outcome', 'library') OR hromada IS NULL),
    CHECK ((occurred_on IS NULL) = (noun = 'library')),
    CHECK ((publisher IS NULL) = (noun = 'library'))
);

-- Figures of one noun, and drill-down in this order.
CREATE INDEX records_by_day ON records (noun, occurred_on, id);

-- Everything that figures count, as one: which of it an indicator looks at is the indicator's to say. A library has no day
-- and counts on each.
CREATE VIEW counted AS
SELECT 'activity' COLLATE "C" AS noun, kind AS category, attendance AS amount, oblast, oblast_name, hromada, library,
       occurred_on, month
FROM contributions
WHERE counted
UNION ALL
SELECT noun, category, amount, oblast, oblast_name, hromada, CASE WHEN noun = 'library' THEN id END, occurred_on, month
FROM records;
