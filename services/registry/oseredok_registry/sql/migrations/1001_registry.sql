-- The codifier's units. `path` leads from the top level down to the unit itself; no date means: as far as is known.
CREATE TABLE units (
    code       text COLLATE "C" PRIMARY KEY CHECK (code ~ '^UA[0-9]{17}$'),
    version    integer NOT NULL CHECK (version > 0),
    category   text NOT NULL CHECK (category IN ('O', 'K', 'P', 'H', 'M', 'T', 'C', 'X', 'B')),
    name       text NOT NULL CHECK (name <> ''),
    parent     text COLLATE "C" REFERENCES units DEFERRABLE INITIALLY DEFERRED,
    path       text[] COLLATE "C" NOT NULL,
    valid_from date,
    valid_to   date,
    successors text[] NOT NULL,
    folded     text NOT NULL,
    ordering   text COLLATE "C" NOT NULL,
    CHECK (path[cardinality(path)] = code AND (parent IS NULL) = (cardinality(path) = 1)),
    CHECK (valid_to >= valid_from)
);
CREATE INDEX units_parent ON units (parent, ordering, code);
CREATE INDEX units_ordering ON units (ordering, code);

CREATE TABLE waves (
    wave      text COLLATE "C" PRIMARY KEY CHECK (wave ~ '^[0-9]{4}-[0-9]{2}$'),
    version   integer NOT NULL CHECK (version > 0),
    title_uk  text NOT NULL,
    title_en  text NOT NULL,
    starts_on date NOT NULL,
    ends_on   date NOT NULL,
    CHECK (ends_on >= starts_on)
);

CREATE TABLE libraries (
    id           uuid PRIMARY KEY,
    version      integer NOT NULL CHECK (version > 0),
    name         text NOT NULL CHECK (name <> ''),
    kind         text NOT NULL CHECK (kind IN ('pilot', 'oblast', 'other')),
    status       text NOT NULL CHECK (status IN ('open', 'closed')),
    hromada      text COLLATE "C" NOT NULL REFERENCES units,
    wave         text COLLATE "C" REFERENCES waves,
    address      text,
    capacities   text[] NOT NULL,
    contacts     json NOT NULL,
    illustrative boolean NOT NULL,
    folded       text NOT NULL,
    ordering     text COLLATE "C" NOT NULL
);
CREATE INDEX libraries_ordering ON libraries (ordering, id);
CREATE INDEX libraries_hromada ON libraries (hromada);

-- Every name of a library but our own id; names once taken stay. `place` keeps the order in which they came, the first
-- made our id. `told_at` and `sequence` are those of the last declaration by this name.
CREATE TABLE library_references (
    authority text COLLATE "C" CHECK (authority <> 'oseredok'),
    reference text COLLATE "C",
    library   uuid NOT NULL REFERENCES libraries,
    place     integer NOT NULL,
    told_at   timestamptz,
    sequence  text,
    PRIMARY KEY (authority, reference),
    UNIQUE (library, place)
);

CREATE VIEW named_libraries AS
SELECT l.*, (SELECT json_agg(json_build_array(authority, reference) ORDER BY place)
             FROM library_references r WHERE r.library = l.id) AS names
FROM libraries l;

CREATE TABLE organisations (
    slug         text COLLATE "C" PRIMARY KEY,
    version      integer NOT NULL CHECK (version > 0),
    name         text NOT NULL CHECK (name <> ''),
    kind         text NOT NULL CHECK (kind IN ('ngo', 'local_authority', 'regional_office', 'media', 'partner')),
    territory    text COLLATE "C" REFERENCES units,
    illustrative boolean NOT NULL
);
