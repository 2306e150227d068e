-- +goose Up
-- What donors say is not right on file of them, and what staff answered. Sealed is
-- who says so where the center knows nobody under the document; else it is empty.
CREATE TABLE corrections (
    id          TEXT PRIMARY KEY,
    donor_key   TEXT NOT NULL,
    donation_id TEXT NOT NULL,
    subject     TEXT NOT NULL,
    about_on    TEXT,
    site_id     TEXT NOT NULL,
    device_id   TEXT NOT NULL,
    asked_at    INTEGER NOT NULL,
    state       TEXT NOT NULL,
    answered_at INTEGER NOT NULL,
    answered_by TEXT NOT NULL,
    sealed      BLOB NOT NULL
) STRICT;
CREATE INDEX corrections_donor ON corrections (donor_key, asked_at);
CREATE INDEX corrections_state ON corrections (state, asked_at);

-- +goose Down
DROP TABLE corrections;
