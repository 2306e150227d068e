-- +goose Up
-- Who asked for a result with numbers, right or wrong: every row looks the same.
CREATE TABLE asked_results (
    id     TEXT PRIMARY KEY,
    state  TEXT NOT NULL,
    ends   BIGINT NOT NULL,
    sealed BYTEA NOT NULL
);
CREATE INDEX asked_results_state ON asked_results (state, ends);
CREATE INDEX asked_results_ends ON asked_results (ends);

-- Donors to be called about a result. Whose it is, of which donation and what was
-- done is sealed: a donation's ID here would say how its tests came out.
CREATE TABLE counsel_cases (
    id             TEXT PRIMARY KEY,
    site_id        TEXT NOT NULL,
    is_open        BIGINT NOT NULL,
    donation_index TEXT NOT NULL UNIQUE,
    sealed         BYTEA NOT NULL
);
CREATE INDEX counsel_cases_open ON counsel_cases (is_open, site_id, id);

-- Slips and certificates that were issued, found by a keyed hash of the code printed on them.
CREATE TABLE issued_papers (
    id         TEXT PRIMARY KEY,
    code_index TEXT NOT NULL UNIQUE,
    about      TEXT NOT NULL,
    issued_at  BIGINT NOT NULL,
    revoked_at BIGINT NOT NULL,
    sealed     BYTEA NOT NULL
);
CREATE INDEX issued_papers_about ON issued_papers (about, issued_at);

-- +goose Down
DROP TABLE issued_papers;
DROP TABLE counsel_cases;
DROP TABLE asked_results;
