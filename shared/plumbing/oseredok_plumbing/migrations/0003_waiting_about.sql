-- What a waiting event is about: events about one thing are looked at together, in the order in which they came.
ALTER TABLE waiting ADD COLUMN about text;
CREATE INDEX waiting_about ON waiting (about);
