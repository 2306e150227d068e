-- +goose Up
-- Hospitals that give relief at discharge, and the office the center settles it with.
CREATE TABLE hospitals (
    id       TEXT PRIMARY KEY,
    name_zh  TEXT NOT NULL,
    name_en  TEXT NOT NULL,
    district TEXT NOT NULL
) STRICT;

-- One row for each stay. Sealed is who it is of, what was charged, and the hospital's own
-- number; number_mark is a keyed hash of that, so that a number is used once.
CREATE TABLE hospital_cases (
    id          TEXT PRIMARY KEY,
    hospital_id TEXT NOT NULL,
    district    TEXT NOT NULL,
    reference   TEXT NOT NULL,
    number_mark TEXT NOT NULL,
    state       TEXT NOT NULL,
    version     INTEGER NOT NULL,
    ml          INTEGER NOT NULL CHECK (ml >= 0),
    waived_fen  INTEGER NOT NULL CHECK (waived_fen >= 0),
    made_at     INTEGER NOT NULL,
    sealed      BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX hospital_cases_number ON hospital_cases (hospital_id, number_mark);

-- What was done with them: never changed, and naming nobody.
CREATE TABLE hospital_events (
    case_id     TEXT NOT NULL,
    seq         INTEGER NOT NULL,
    hospital_id TEXT NOT NULL,
    at          INTEGER NOT NULL,
    by_id       TEXT NOT NULL,
    act         TEXT NOT NULL,
    reason      TEXT NOT NULL,
    state       TEXT NOT NULL,
    ml          INTEGER NOT NULL,
    waived_fen  INTEGER NOT NULL,
    grew_ml     INTEGER NOT NULL,
    grew_fen    INTEGER NOT NULL,
    PRIMARY KEY (case_id, seq)
) STRICT;
CREATE INDEX hospital_events_day ON hospital_events (hospital_id, at, case_id, seq);

-- The last number given to a case of a district and year.
CREATE TABLE hospital_numbers (
    district TEXT NOT NULL,
    year     INTEGER NOT NULL,
    given    INTEGER NOT NULL,
    PRIMARY KEY (district, year)
) STRICT;

-- +goose Down
DROP TABLE hospital_numbers;
DROP TABLE hospital_events;
DROP TABLE hospital_cases;
DROP TABLE hospitals;
