-- The whole state of the tiny service: how often each kind of activity was told of.
CREATE TABLE kinds (
    kind  text PRIMARY KEY,
    facts bigint NOT NULL
);
