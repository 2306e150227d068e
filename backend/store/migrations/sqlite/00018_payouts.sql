-- +goose Up
-- Batches of payments, and payments: what may become of them is in package payout. Whom
-- money goes to, and how much, is sealed.
CREATE TABLE payout_batches (
    id      TEXT PRIMARY KEY,
    number  TEXT NOT NULL UNIQUE,
    method  TEXT NOT NULL,
    status  TEXT NOT NULL,
    version INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    sealed  BLOB NOT NULL
) STRICT;
CREATE INDEX payout_batches_newest ON payout_batches (made_at, id);

CREATE TABLE payments (
    id            TEXT PRIMARY KEY,
    number        TEXT NOT NULL UNIQUE,
    claim_id      TEXT NOT NULL,
    batch_id      TEXT NOT NULL,
    district      TEXT NOT NULL,
    method        TEXT NOT NULL,
    status        TEXT NOT NULL,
    version       INTEGER NOT NULL,
    account_index TEXT NOT NULL,
    made_at       INTEGER NOT NULL,
    sent_at       INTEGER NOT NULL,
    ended_at      INTEGER NOT NULL,
    ask_at        INTEGER NOT NULL,
    sealed        BLOB NOT NULL
) STRICT;
CREATE INDEX payments_claim ON payments (claim_id, made_at);
CREATE INDEX payments_batch ON payments (batch_id, id);
CREATE INDEX payments_account ON payments (account_index, sent_at);
CREATE INDEX payments_status ON payments (status, method, ask_at, id);
CREATE INDEX payments_ended ON payments (ended_at, id);
-- However many make batches at the same moment: a claim has one payment that may reach somebody.
CREATE UNIQUE INDEX payments_open ON payments (claim_id) WHERE status IN ('queued', 'sent', 'paid');

-- The last number given to a batch of a year.
CREATE TABLE payout_numbers (
    year  INTEGER PRIMARY KEY,
    given INTEGER NOT NULL
) STRICT;

-- +goose Down
DROP TABLE payout_numbers;
DROP TABLE payments;
DROP TABLE payout_batches;
