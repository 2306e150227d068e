-- +goose Up
-- The next version of a questionnaire while it is written; one of each. Nothing of a donor is in it.
CREATE TABLE questionnaire_drafts (
    id         TEXT PRIMARY KEY,
    based_on   TEXT NOT NULL,
    revision   BIGINT NOT NULL,
    content    BYTEA NOT NULL,
    changed_at BIGINT NOT NULL,
    changed_by TEXT NOT NULL
);

-- +goose Down
DROP TABLE questionnaire_drafts;
