-- +goose Up
-- What happened to visits at the desks of sites. Sealed is what was found out of the
-- donor and how the visit ended.
CREATE TABLE receptions (
    visit_id    TEXT PRIMARY KEY,
    site_id     TEXT NOT NULL,
    day         TEXT NOT NULL,
    state       TEXT NOT NULL,
    version     BIGINT NOT NULL,
    call_id     TEXT NOT NULL,
    call_number BIGINT NOT NULL,
    called_at   BIGINT NOT NULL,
    counter     TEXT NOT NULL,
    changed_at  BIGINT NOT NULL,
    changed_by  TEXT NOT NULL,
    sealed      BYTEA NOT NULL
);
CREATE INDEX receptions_site ON receptions (site_id, day, call_number);
CREATE UNIQUE INDEX receptions_call ON receptions (call_id) WHERE call_id <> '';

-- One row for each site and day: whoever changes something there locks it first.
CREATE TABLE reception_days (
    site_id   TEXT NOT NULL,
    day       TEXT NOT NULL,
    last_call BIGINT NOT NULL,
    changes   BIGINT NOT NULL,
    PRIMARY KEY (site_id, day)
);

-- +goose Down
DROP TABLE reception_days;
DROP TABLE receptions;
