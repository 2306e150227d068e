-- +goose Up
-- What happened to visits at the desks of sites. Sealed is what was found out of the
-- donor and how the visit ended.
CREATE TABLE receptions (
    visit_id    TEXT PRIMARY KEY,
    site_id     TEXT NOT NULL,
    day         TEXT NOT NULL,
    state       TEXT NOT NULL,
    version     INTEGER NOT NULL,
    call_id     TEXT NOT NULL,
    call_number INTEGER NOT NULL,
    called_at   INTEGER NOT NULL,
    counter     TEXT NOT NULL,
    changed_at  INTEGER NOT NULL,
    changed_by  TEXT NOT NULL,
    sealed      BLOB NOT NULL
) STRICT;
CREATE INDEX receptions_site ON receptions (site_id, day, call_number);
CREATE UNIQUE INDEX receptions_call ON receptions (call_id) WHERE call_id <> '';

-- One row for each site and day: whoever changes something there locks it first.
CREATE TABLE reception_days (
    site_id   TEXT NOT NULL,
    day       TEXT NOT NULL,
    last_call INTEGER NOT NULL,
    changes   INTEGER NOT NULL,
    PRIMARY KEY (site_id, day)
) STRICT;

-- +goose Down
DROP TABLE reception_days;
DROP TABLE receptions;
