-- +goose Up
-- The ledger of points: entries are only ever added, their postings add up to zero.
CREATE TABLE point_entries (
    id     TEXT PRIMARY KEY,
    kind   TEXT NOT NULL,
    at     BIGINT NOT NULL,
    cause  TEXT NOT NULL,
    rule   TEXT NOT NULL,
    pack   TEXT NOT NULL,
    reason TEXT NOT NULL
);

-- A lot is the first day on which its points can no longer be spent; 9999-12-31 for never.
CREATE TABLE point_postings (
    entry_id TEXT NOT NULL REFERENCES point_entries (id),
    account  TEXT NOT NULL,
    lot      TEXT NOT NULL,
    points   BIGINT NOT NULL,
    at       BIGINT NOT NULL,
    PRIMARY KEY (entry_id, account, lot)
);
CREATE INDEX point_postings_account ON point_postings (account, at, entry_id);

-- What donors have and what is held for them; what the service itself has is only added up when somebody asks.
CREATE TABLE point_lots (
    account TEXT NOT NULL,
    lot     TEXT NOT NULL,
    points  BIGINT NOT NULL CHECK (points >= 0),
    PRIMARY KEY (account, lot)
);
CREATE INDEX point_lots_over ON point_lots (lot, account) WHERE points > 0;

-- +goose Down
DROP TABLE point_lots;
DROP TABLE point_postings;
DROP TABLE point_entries;
