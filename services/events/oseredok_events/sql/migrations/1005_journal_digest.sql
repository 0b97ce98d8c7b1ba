-- Publishers ask by source and id where their events are now. Entries from before have none.
ALTER TABLE journal ADD COLUMN digest bytea CHECK (octet_length(digest) = 16);
CREATE INDEX journal_digest ON journal (digest);
