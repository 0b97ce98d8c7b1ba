-- What the calendar is asked by. The state holds it; columns made of it can be indexed. Days are those of Kyiv.
ALTER TABLE activities
    ADD COLUMN kind        text COLLATE "C" GENERATED ALWAYS AS (state ->> 'kind') STORED,
    ADD COLUMN oblast      text COLLATE "C" GENERATED ALWAYS AS (state -> 'place' ->> 'oblast') STORED,
    ADD COLUMN hromada     text COLLATE "C" GENERATED ALWAYS AS (state -> 'place' ->> 'hromada') STORED,
    ADD COLUMN library     uuid GENERATED ALWAYS AS ((state -> 'library' ->> 'id')::uuid) STORED,
    ADD COLUMN occurred_on date GENERATED ALWAYS AS ((starts_at AT TIME ZONE 'Europe/Kyiv')::date) STORED;
CREATE INDEX activities_calendar ON activities (occurred_on, starts_at, id) WHERE status <> 'voided';

-- Made up for a demonstration: so is whatever it holds.
ALTER TABLE libraries ADD COLUMN illustrative boolean NOT NULL DEFAULT false;
