-- +goose Up
-- How each device last said it is: its parts and the packs it works by. Apart from the
-- devices, whose rows are read and written with every push.
CREATE TABLE device_conditions (
    device_id TEXT PRIMARY KEY,
    said_at   INTEGER NOT NULL,
    data      TEXT NOT NULL
) STRICT;
-- What was refused is rare, and looked up by device when somebody asks.
CREATE INDEX applied_operations_refused ON applied_operations (device_id, seq) WHERE fate = 'refused';

-- +goose Down
DROP INDEX applied_operations_refused;
DROP TABLE device_conditions;
