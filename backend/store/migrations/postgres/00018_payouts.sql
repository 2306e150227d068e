-- +goose Up
-- Batches of payments, and payments: what may become of them is in package payout. Whom
-- money goes to, and how much, is sealed.
CREATE TABLE payout_batches (
    id      TEXT PRIMARY KEY,
    number  TEXT NOT NULL UNIQUE,
    method  TEXT NOT NULL,
    status  TEXT NOT NULL,
    version BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    sealed  BYTEA NOT NULL
);
CREATE INDEX payout_batches_newest ON payout_batches (made_at, id);

CREATE TABLE payments (
    id            TEXT PRIMARY KEY,
    number        TEXT NOT NULL UNIQUE,
    claim_id      TEXT NOT NULL,
    batch_id      TEXT NOT NULL,
    district      TEXT NOT NULL,
    method        TEXT NOT NULL,
    status        TEXT NOT NULL,
    version       BIGINT NOT NULL,
    account_index TEXT NOT NULL,
    made_at       BIGINT NOT NULL,
    sent_at       BIGINT NOT NULL,
    ended_at      BIGINT NOT NULL,
    ask_at        BIGINT NOT NULL,
    sealed        BYTEA NOT NULL
);
CREATE INDEX payments_claim ON payments (claim_id, made_at);
CREATE INDEX payments_batch ON payments (batch_id, id);
CREATE INDEX payments_account ON payments (account_index, sent_at);
CREATE INDEX payments_status ON payments (status, method, ask_at, id);
CREATE INDEX payments_ended ON payments (ended_at, id);
-- However many make batches at the same moment: a claim has one payment that may reach somebody.
CREATE UNIQUE INDEX payments_open ON payments (claim_id) WHERE status IN ('queued', 'sent', 'paid');

-- The last number given to a batch of a year.
CREATE TABLE payout_numbers (
    year  BIGINT PRIMARY KEY,
    given BIGINT NOT NULL
);

-- +goose Down
DROP TABLE payout_numbers;
DROP TABLE payments;
DROP TABLE payout_batches;
