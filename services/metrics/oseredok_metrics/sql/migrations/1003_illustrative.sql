-- Made up for a demonstration, as the registry says of a library. Kept for the page, which says so too.
ALTER TABLE records ADD COLUMN illustrative boolean NOT NULL DEFAULT false;
