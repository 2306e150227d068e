-- +goose Up
-- The scope all devices follow carries arrivals beside bookings now.
UPDATE feeds SET scope = 'notices' WHERE scope = 'bookings';
UPDATE changes SET scope = 'notices' WHERE scope = 'bookings';

-- What the center could not confirm of a visit: codes, separated by commas.
ALTER TABLE visits ADD COLUMN doubts TEXT NOT NULL DEFAULT '';

-- Fates that were settled after the device had its answer, until it says it heard.
ALTER TABLE applied_operations ADD COLUMN untold BIGINT NOT NULL DEFAULT 0;
CREATE INDEX applied_operations_untold ON applied_operations (device_id, seq) WHERE untold = 1;

-- How often an operation failed inside the center, over all its instances.
CREATE TABLE failed_operations (
    id        TEXT PRIMARY KEY,
    device_id TEXT NOT NULL,
    attempts  BIGINT NOT NULL,
    failed_at BIGINT NOT NULL
);

-- Work that one instance does for all, and how far it has come.
CREATE TABLE jobs (
    name        TEXT PRIMARY KEY,
    holder      TEXT NOT NULL,
    held_until  BIGINT NOT NULL,
    day         TEXT NOT NULL,
    input       BIGINT NOT NULL,
    place       TEXT NOT NULL,
    seen        BIGINT NOT NULL,
    changed     BIGINT NOT NULL,
    started_at  BIGINT NOT NULL,
    finished_at BIGINT NOT NULL
);

-- +goose Down
DROP TABLE jobs;
DROP TABLE failed_operations;
DROP INDEX applied_operations_untold;
ALTER TABLE applied_operations DROP COLUMN untold;
ALTER TABLE visits DROP COLUMN doubts;
UPDATE changes SET scope = 'bookings' WHERE scope = 'notices';
UPDATE feeds SET scope = 'bookings' WHERE scope = 'notices';
