-- +goose Up
-- Changes of the feed a device could not take over: which and why, not what they hold.
CREATE TABLE quarantined_changes (
    noun     TEXT NOT NULL,
    id       TEXT NOT NULL,
    code     TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    last_at  INTEGER NOT NULL,
    PRIMARY KEY (noun, id)
) STRICT;

-- What a device that pulls everything again has seen of it so far.
CREATE TABLE seen_changes (
    noun TEXT NOT NULL,
    id   TEXT NOT NULL,
    PRIMARY KEY (noun, id)
) STRICT;

-- How many changes a device said it could not take over.
ALTER TABLE devices ADD COLUMN set_aside INTEGER NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE devices DROP COLUMN set_aside;
DROP TABLE seen_changes;
DROP TABLE quarantined_changes;
