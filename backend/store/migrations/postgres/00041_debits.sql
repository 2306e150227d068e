-- +goose Up
-- A payment leaves once: whether a line showed it leaving before is asked for each line of a statement.
CREATE INDEX bank_lines_payment ON bank_lines (payment_id, finding);

-- +goose Down
DROP INDEX bank_lines_payment;
