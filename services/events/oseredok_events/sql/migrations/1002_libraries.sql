-- Libraries and territory as the registry last announced them; of two states the higher version stays.
CREATE TABLE libraries (
    id           uuid PRIMARY KEY,
    version      integer NOT NULL CHECK (version > 0),
    name         text NOT NULL,
    hromada      text NOT NULL,
    hromada_name text NOT NULL,
    oblast       text NOT NULL,
    oblast_name  text NOT NULL,
    path         text[] NOT NULL
);

-- Every name of a library, our own id under the authority `oseredok`.
CREATE TABLE library_references (
    authority text COLLATE "C",
    reference text COLLATE "C",
    library   uuid NOT NULL REFERENCES libraries,
    PRIMARY KEY (authority, reference)
);

-- Every unit of the codifier. `units_total` is how many the registry had when it announced this one.
CREATE TABLE territory (
    code        text COLLATE "C" PRIMARY KEY,
    version     integer NOT NULL CHECK (version > 0),
    category    text NOT NULL,
    name        text NOT NULL,
    path        text[] NOT NULL,
    units_total integer NOT NULL
);
