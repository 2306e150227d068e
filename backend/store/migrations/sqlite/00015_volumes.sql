-- +goose Up
-- Points are one book of several now: what a book counts is its amount.
ALTER TABLE point_postings RENAME COLUMN points TO amount;
ALTER TABLE point_lots RENAME COLUMN points TO amount;

-- The book of millilitres somebody is entitled to: entries are only ever added, their postings add up to zero.
CREATE TABLE volume_entries (
    id     TEXT PRIMARY KEY,
    kind   TEXT NOT NULL,
    at     INTEGER NOT NULL,
    cause  TEXT NOT NULL,
    rule   TEXT NOT NULL,
    pack   TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT;
CREATE INDEX volume_entries_cause ON volume_entries (cause);

-- Millilitres do not expire by themselves: their lot is always 9999-12-31.
CREATE TABLE volume_postings (
    entry_id TEXT NOT NULL REFERENCES volume_entries (id),
    account  TEXT NOT NULL,
    lot      TEXT NOT NULL,
    amount   INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    PRIMARY KEY (entry_id, account, lot)
) STRICT;
CREATE INDEX volume_postings_account ON volume_postings (account, at, entry_id);

CREATE TABLE volume_lots (
    account TEXT NOT NULL,
    lot     TEXT NOT NULL,
    amount  INTEGER NOT NULL CHECK (amount >= 0),
    PRIMARY KEY (account, lot)
) STRICT;

-- What was set aside, for whom, and how it ended. Donors are ids, joined by commas.
CREATE TABLE volume_reservations (
    id          TEXT PRIMARY KEY,
    made_for    TEXT NOT NULL,
    channel     TEXT NOT NULL,
    place_id    TEXT NOT NULL,
    state       TEXT NOT NULL,
    ml          INTEGER NOT NULL CHECK (ml > 0),
    payable_fen INTEGER NOT NULL CHECK (payable_fen >= 0),
    donor_ids   TEXT NOT NULL,
    made_at     INTEGER NOT NULL,
    over_at     INTEGER NOT NULL,
    ended_at    INTEGER NOT NULL,
    reason      TEXT NOT NULL,
    sealed      BLOB NOT NULL
) STRICT;
CREATE INDEX volume_reservations_over ON volume_reservations (over_at, id) WHERE state = 'reserved';
CREATE INDEX volume_reservations_for ON volume_reservations (made_for);

-- +goose Down
DROP TABLE volume_reservations;
DROP TABLE volume_lots;
DROP TABLE volume_postings;
DROP TABLE volume_entries;
ALTER TABLE point_lots RENAME COLUMN amount TO points;
ALTER TABLE point_postings RENAME COLUMN amount TO points;
