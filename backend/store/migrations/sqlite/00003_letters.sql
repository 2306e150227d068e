-- +goose Up
-- Who dealt with a refused operation, and when; it stays in the log.
ALTER TABLE operations ADD COLUMN settled_by TEXT NOT NULL DEFAULT '';
ALTER TABLE operations ADD COLUMN settled_at INTEGER NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE operations DROP COLUMN settled_at;
ALTER TABLE operations DROP COLUMN settled_by;
