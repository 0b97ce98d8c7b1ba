-- Learning, outcomes and publications, each as it is after its last telling. `state` is what the topic carries; the columns
-- are what order, lists and checks need.
CREATE TABLE reports (
    id               uuid PRIMARY KEY,
    noun             text NOT NULL CHECK (noun IN ('learning', 'outcome', 'publication')),
    version          integer NOT NULL CHECK (version > previous_version),
    previous_version integer NOT NULL CHECK (previous_version >= 0),
    sequence         text,
    told_at          timestamptz NOT NULL,
    day              date NOT NULL,
    category         text,
    oblast           text,
    state            json NOT NULL,
    CHECK ((category IS NULL) = (noun = 'outcome')),
    CHECK (noun <> 'publication' OR oblast IS NULL)
) WITH (fillfactor = 70);
CREATE INDEX reports_lists ON reports (noun, day, id);

-- The journal takes events about these too: `about` is our id of what an event tells of.
ALTER TABLE journal RENAME COLUMN activity TO about;
ALTER TABLE journal ADD COLUMN noun text NOT NULL DEFAULT 'activity';
ALTER INDEX journal_activity RENAME TO journal_about;
