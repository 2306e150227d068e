-- +goose Up
-- Reimbursement claims. What lists are filtered and ordered by is readable; who it is of,
-- what was treated and where money goes is sealed.
CREATE TABLE claims (
    id           TEXT PRIMARY KEY,
    number       TEXT NOT NULL UNIQUE,
    district     TEXT NOT NULL,
    status       TEXT NOT NULL,
    channel      TEXT NOT NULL,
    version      INTEGER NOT NULL,
    reviewer_id  TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    submitted_at INTEGER NOT NULL,
    entered_at   INTEGER NOT NULL,
    sealed       BLOB NOT NULL
) STRICT;
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
) STRICT, WITHOUT ROWID;
CREATE INDEX claim_marks_claim ON claim_marks (claim_id);

-- The history of each claim: one row a version, never changed.
CREATE TABLE claim_events (
    id          TEXT PRIMARY KEY,
    claim_id    TEXT NOT NULL,
    seq         INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    by_id       TEXT NOT NULL,
    duty        TEXT NOT NULL,
    step        TEXT NOT NULL,
    from_status TEXT NOT NULL,
    to_status   TEXT NOT NULL,
    sealed      BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX claim_events_claim ON claim_events (claim_id, seq);

-- Attachments in parts, since one envelope holds a megabyte at most.
CREATE TABLE claim_files (
    id            TEXT PRIMARY KEY,
    claim_id      TEXT NOT NULL,
    attachment_id TEXT NOT NULL,
    part          INTEGER NOT NULL,
    sealed        BLOB NOT NULL
) STRICT;
CREATE INDEX claim_files_claim ON claim_files (claim_id, attachment_id, part);

-- The last number given to a claim of a district and year.
CREATE TABLE claim_numbers (
    district TEXT NOT NULL,
    year     INTEGER NOT NULL,
    given    INTEGER NOT NULL,
    PRIMARY KEY (district, year)
) STRICT;

-- +goose Down
DROP TABLE claim_numbers;
DROP TABLE claim_files;
DROP TABLE claim_events;
DROP TABLE claim_marks;
DROP TABLE claims;
