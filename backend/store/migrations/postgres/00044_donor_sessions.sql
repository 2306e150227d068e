-- +goose Up
-- Who is logged in from a phone of their own: the public key that may ask for a donor's tokens.
CREATE TABLE donor_sessions (
    id         TEXT PRIMARY KEY,
    donor_id   TEXT NOT NULL,
    public_key BYTEA NOT NULL,
    started_at BIGINT NOT NULL,
    ends_at    BIGINT NOT NULL
);
CREATE INDEX donor_sessions_ends ON donor_sessions (ends_at);

-- +goose Down
DROP TABLE donor_sessions;
