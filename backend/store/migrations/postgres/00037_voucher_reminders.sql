-- +goose Up
-- How many days before its last day the owner of a voucher was reminded of it last, 0 for never.
ALTER TABLE redemptions ADD COLUMN reminded BIGINT NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE redemptions DROP COLUMN reminded;
