-- +goose Up
-- Statements of banks as they were taken in, with what each line was found to be.
CREATE TABLE bank_statements (
    id       TEXT PRIMARY KEY,
    digest   TEXT NOT NULL,
    taken_at BIGINT NOT NULL,
    sealed   BYTEA NOT NULL
);
CREATE INDEX bank_statements_newest ON bank_statements (taken_at, id);

CREATE TABLE bank_statement_lines (
    id           TEXT PRIMARY KEY,
    statement_id TEXT NOT NULL,
    sealed       BYTEA NOT NULL
);
CREATE INDEX bank_statement_lines_of ON bank_statement_lines (statement_id, id);

-- Each line counts once, whatever statement it stands in: a keyed hash of what the bank says of it.
CREATE TABLE bank_lines (
    line_key   TEXT PRIMARY KEY,
    payment_id TEXT NOT NULL,
    finding    TEXT NOT NULL
);

-- +goose Down
DROP TABLE bank_lines;
DROP TABLE bank_statement_lines;
DROP TABLE bank_statements;
