-- +goose Up
-- The day an operation was first found applied, or refused and dealt with: what
-- people said in it is forgotten some time after. An empty sealed is forgotten.
ALTER TABLE operations ADD COLUMN accounted_on TEXT NOT NULL DEFAULT '';
CREATE INDEX operations_kept ON operations (accounted_on, seq) WHERE length(sealed) > 0;

-- +goose Down
DROP INDEX operations_kept;
ALTER TABLE operations DROP COLUMN accounted_on;
