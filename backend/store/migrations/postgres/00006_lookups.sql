-- +goose Up
-- The keyed hash of a donor's card, by which a kiosk of another site asks for its
-- owner. Only the center has it; a donor saved before has it with the next saving.
ALTER TABLE donors ADD COLUMN card_key TEXT;
CREATE UNIQUE INDEX donors_card_key ON donors (card_key);

-- Until when what each device may ask is used up.
CREATE TABLE lookups (
    device_id  TEXT PRIMARY KEY,
    used_until BIGINT NOT NULL
);

-- +goose Down
DROP TABLE lookups;
DROP INDEX donors_card_key;
ALTER TABLE donors DROP COLUMN card_key;
