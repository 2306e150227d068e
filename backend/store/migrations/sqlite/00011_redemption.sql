-- +goose Up
-- What points are redeemed for. A gift that is in the catalogue no more stays: redemptions name it.
CREATE TABLE gifts (
    id        TEXT PRIMARY KEY,
    position  INTEGER NOT NULL,
    withdrawn INTEGER NOT NULL,
    body      TEXT NOT NULL
) STRICT;

-- How many there are at each pick-up place; site_id is empty for codes. A kiosk keeps what it was told is left.
CREATE TABLE gift_stock (
    gift_id   TEXT NOT NULL,
    site_id   TEXT NOT NULL,
    loaded    INTEGER NOT NULL,
    remaining INTEGER NOT NULL CHECK (remaining >= 0),
    held      INTEGER NOT NULL CHECK (held >= 0),
    handed    INTEGER NOT NULL CHECK (handed >= 0),
    PRIMARY KEY (gift_id, site_id),
    CHECK (loaded = remaining + held + handed)
) STRICT;

-- Codes that were bought, each for one redemption. The index is a keyed hash: the same code is not loaded twice.
CREATE TABLE gift_codes (
    id            TEXT PRIMARY KEY,
    gift_id       TEXT NOT NULL,
    code_index    TEXT NOT NULL UNIQUE,
    redemption_id TEXT UNIQUE,
    sealed        BLOB NOT NULL
) STRICT;
CREATE INDEX gift_codes_free ON gift_codes (gift_id, id) WHERE redemption_id IS NULL;

CREATE TABLE redemptions (
    id           TEXT PRIMARY KEY,
    donor_id     TEXT NOT NULL,
    gift_id      TEXT NOT NULL,
    site_id      TEXT NOT NULL,
    points       INTEGER NOT NULL,
    status       TEXT NOT NULL,
    year         INTEGER NOT NULL,
    codes        INTEGER NOT NULL,
    queued       INTEGER NOT NULL,
    reason       TEXT NOT NULL,
    lang         TEXT NOT NULL,
    device_id    TEXT NOT NULL,
    asked_at     INTEGER NOT NULL,
    held_until   INTEGER NOT NULL,
    confirmed_at INTEGER NOT NULL,
    picked_up_at INTEGER NOT NULL,
    handed_by    TEXT NOT NULL,
    closed_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX redemptions_donor ON redemptions (donor_id, asked_at);
CREATE INDEX redemptions_gift ON redemptions (gift_id, asked_at);
CREATE INDEX redemptions_held ON redemptions (held_until) WHERE status = 'held';

-- What each voucher says, as it was when it was made; found by a keyed hash of its number.
CREATE TABLE redemption_vouchers (
    redemption_id TEXT PRIMARY KEY REFERENCES redemptions (id),
    number_index  TEXT NOT NULL UNIQUE,
    sealed        BLOB NOT NULL
) STRICT;

CREATE INDEX point_entries_cause ON point_entries (cause);

-- +goose Down
DROP INDEX point_entries_cause;
DROP TABLE redemption_vouchers;
DROP TABLE redemptions;
DROP TABLE gift_codes;
DROP TABLE gift_stock;
DROP TABLE gifts;
