-- A publisher asks what became of an event by its source and id.
CREATE INDEX quarantine_event ON quarantine (event_source, event_id);
