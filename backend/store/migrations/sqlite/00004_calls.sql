-- +goose Up
-- What staff at the center did about a call: who is on the way, who closed it.
ALTER TABLE staff_calls ADD COLUMN acknowledged_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE staff_calls ADD COLUMN acknowledged_by TEXT NOT NULL DEFAULT '';
ALTER TABLE staff_calls ADD COLUMN cleared_by TEXT NOT NULL DEFAULT '';
CREATE INDEX staff_calls_open ON staff_calls (raised_at) WHERE cleared_at = 0;

-- The enrolment a machine had before this one.
ALTER TABLE devices ADD COLUMN predecessor TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE devices DROP COLUMN predecessor;
DROP INDEX staff_calls_open;
ALTER TABLE staff_calls DROP COLUMN cleared_by;
ALTER TABLE staff_calls DROP COLUMN acknowledged_by;
ALTER TABLE staff_calls DROP COLUMN acknowledged_at;
