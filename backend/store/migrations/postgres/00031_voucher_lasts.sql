-- +goose Up
-- The last day on which a voucher is good; NULL for one without: those made before say no day, and keep their word.
ALTER TABLE redemptions ADD COLUMN pick_up_until TEXT;
CREATE INDEX redemptions_unused ON redemptions (pick_up_until) WHERE status = 'confirmed';

-- +goose Down
DROP INDEX redemptions_unused;
ALTER TABLE redemptions DROP COLUMN pick_up_until;
