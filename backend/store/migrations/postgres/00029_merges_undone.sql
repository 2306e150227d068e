-- +goose Up
-- Why a merge was taken back, sealed; empty for everything else.
ALTER TABLE merges ADD COLUMN sealed BYTEA NOT NULL DEFAULT '';
CREATE INDEX merges_decided ON merges (decided_at, id) WHERE status <> 'open';

-- +goose Down
DROP INDEX merges_decided;
ALTER TABLE merges DROP COLUMN sealed;
