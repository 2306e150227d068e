-- +goose Up
-- Hospitals that give relief at discharge, and the office the center settles it with.
CREATE TABLE hospitals (
    id       TEXT PRIMARY KEY,
    name_zh  TEXT NOT NULL,
    name_en  TEXT NOT NULL,
    district TEXT NOT NULL
);

-- One row for each stay. Sealed is who it is of, what was charged, and the hospital's own
-- number; number_mark is a keyed hash of that, so that a number is used once.
CREATE TABLE hospital_cases (
    id          TEXT PRIMARY KEY,
    hospital_id TEXT NOT NULL,
    district    TEXT NOT NULL,
    reference   TEXT NOT NULL,
    number_mark TEXT NOT NULL,
    state       TEXT NOT NULL,
    version     BIGINT NOT NULL,
    ml          BIGINT NOT NULL CHECK (ml >= 0),
    waived_fen  BIGINT NOT NULL CHECK (waived_fen >= 0),
    made_at     BIGINT NOT NULL,
    sealed      BYTEA NOT NULL
);
CREATE UNIQUE INDEX hospital_cases_number ON hospital_cases (hospital_id, number_mark);

-- What was done with them: never changed, and naming nobody.
CREATE TABLE hospital_events (
    case_id     TEXT NOT NULL,
    seq         BIGINT NOT NULL,
    hospital_id TEXT NOT NULL,
    at          BIGINT NOT NULL,
    by_id       TEXT NOT NULL,
    act         TEXT NOT NULL,
    reason      TEXT NOT NULL,
    state       TEXT NOT NULL,
    ml          BIGINT NOT NULL,
    waived_fen  BIGINT NOT NULL,
    grew_ml     BIGINT NOT NULL,
    grew_fen    BIGINT NOT NULL,
    PRIMARY KEY (case_id, seq)
);
CREATE INDEX hospital_events_day ON hospital_events (hospital_id, at, case_id, seq);

-- The last number given to a case of a district and year.
CREATE TABLE hospital_numbers (
    district TEXT NOT NULL,
    year     BIGINT NOT NULL,
    given    BIGINT NOT NULL,
    PRIMARY KEY (district, year)
);

-- +goose Down
DROP TABLE hospital_numbers;
DROP TABLE hospital_events;
DROP TABLE hospital_cases;
DROP TABLE hospitals;
