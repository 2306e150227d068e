-- +goose Up
-- The next version of a questionnaire while it is written; one of each. Nothing of a donor is in it.
CREATE TABLE questionnaire_drafts (
    id         TEXT PRIMARY KEY,
    based_on   TEXT NOT NULL,
    revision   INTEGER NOT NULL,
    content    BLOB NOT NULL,
    changed_at INTEGER NOT NULL,
    changed_by TEXT NOT NULL
) STRICT;

-- +goose Down
DROP TABLE questionnaire_drafts;
