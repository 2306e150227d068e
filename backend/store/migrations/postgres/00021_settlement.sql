-- +goose Up
-- The book of the center's money: entries are only ever added, their postings add up to zero.
CREATE TABLE money_entries (
    id     TEXT PRIMARY KEY,
    kind   TEXT NOT NULL,
    at     BIGINT NOT NULL,
    cause  TEXT NOT NULL,
    rule   TEXT NOT NULL,
    pack   TEXT NOT NULL,
    reason TEXT NOT NULL
);
CREATE INDEX money_entries_cause ON money_entries (cause);

-- Fen. Money does not expire: its lot is always 9999-12-31.
CREATE TABLE money_postings (
    entry_id TEXT NOT NULL REFERENCES money_entries (id),
    account  TEXT NOT NULL,
    lot      TEXT NOT NULL,
    amount   BIGINT NOT NULL,
    at       BIGINT NOT NULL,
    PRIMARY KEY (entry_id, account, lot)
);
CREATE INDEX money_postings_account ON money_postings (account, at, entry_id);

-- No account of money is bounded, so nothing lies here; every book has the same tables.
CREATE TABLE money_lots (
    account TEXT NOT NULL,
    lot     TEXT NOT NULL,
    amount  BIGINT NOT NULL CHECK (amount >= 0),
    PRIMARY KEY (account, lot)
);

-- One row for each district and month. Whoever posts to a month shares its row until the
-- transaction ends; whoever locks the month has the row alone.
CREATE TABLE settlement_months (
    district  TEXT NOT NULL,
    month     TEXT NOT NULL,
    state     TEXT NOT NULL,
    statement TEXT NOT NULL,
    hash      TEXT NOT NULL,
    PRIMARY KEY (district, month)
);

-- +goose Down
DROP TABLE settlement_months;
DROP TABLE money_lots;
DROP TABLE money_postings;
DROP TABLE money_entries;
