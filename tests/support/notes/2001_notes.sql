-- What the handler of tests/support/inside.py keeps.
CREATE TABLE notes (
    place bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id    text NOT NULL,
    title text NOT NULL CHECK (title <> 'is refused')
);
