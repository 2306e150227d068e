-- +goose Up
-- Who gave a version of a pack out and when, and who took it back before its day. A version
-- that was taken back stays: what it was called may never mean anything else.
ALTER TABLE packs ADD COLUMN published_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE packs ADD COLUMN published_by TEXT NOT NULL DEFAULT '';
ALTER TABLE packs ADD COLUMN withdrawn_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE packs ADD COLUMN withdrawn_by TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE packs DROP COLUMN withdrawn_by;
ALTER TABLE packs DROP COLUMN withdrawn_at;
ALTER TABLE packs DROP COLUMN published_by;
ALTER TABLE packs DROP COLUMN published_at;
