-- +goose Up
-- Reimbursement claims. What lists are filtered and ordered by is readable; who it is of,
-- what was treated and where money goes is sealed.
CREATE TABLE claims (
    id           TEXT PRIMARY KEY,
    number       TEXT NOT NULL UNIQUE,
    district     TEXT NOT NULL,
    status       TEXT NOT NULL,
    channel      TEXT NOT NULL,
    version      BIGINT NOT NULL,
    reviewer_id  TEXT NOT NULL,
    created_at   BIGINT NOT NULL,
    submitted_at BIGINT NOT NULL,
    entered_at   BIGINT NOT NULL,
    sealed       BYTEA NOT NULL
);
CREATE INDEX claims_waiting ON claims (status, entered_at, id);
CREATE INDEX claims_waiting_there ON claims (district, status, entered_at, id);
CREATE INDEX claims_entered ON claims (entered_at, id);
CREATE INDEX claims_newest ON claims (created_at, id);
CREATE INDEX claims_newest_there ON claims (district, created_at, id);

-- What a claim is found by, and what it may share with another for the same thing: keyed
-- hashes, each under a purpose of its own.
CREATE TABLE claim_marks (
    mark     TEXT NOT NULL,
    claim_id TEXT NOT NULL,
    PRIMARY KEY (mark, claim_id)
);
CREATE INDEX claim_marks_claim ON claim_marks (claim_id);

-- The history of each claim: one row a version, never changed.
CREATE TABLE claim_events (
    id          TEXT PRIMARY KEY,
    claim_id    TEXT NOT NULL,
    seq         BIGINT NOT NULL,
    at          BIGINT NOT NULL,
    by_id       TEXT NOT NULL,
    duty        TEXT NOT NULL,
    step        TEXT NOT NULL,
    from_status TEXT NOT NULL,
    to_status   TEXT NOT NULL,
    sealed      BYTEA NOT NULL
);
CREATE UNIQUE INDEX claim_events_claim ON claim_events (claim_id, seq);

-- Attachments in parts, since one envelope holds a megabyte at most.
CREATE TABLE claim_files (
    id            TEXT PRIMARY KEY,
    claim_id      TEXT NOT NULL,
    attachment_id TEXT NOT NULL,
    part          BIGINT NOT NULL,
    sealed        BYTEA NOT NULL
);
CREATE INDEX claim_files_claim ON claim_files (claim_id, attachment_id, part);

-- The last number given to a claim of a district and year.
CREATE TABLE claim_numbers (
    district TEXT NOT NULL,
    year     BIGINT NOT NULL,
    given    BIGINT NOT NULL,
    PRIMARY KEY (district, year)
);

-- +goose Down
DROP TABLE claim_numbers;
DROP TABLE claim_files;
DROP TABLE claim_events;
DROP TABLE claim_marks;
DROP TABLE claims;
