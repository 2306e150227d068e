-- +goose Up
-- A payment leaves once: whether a line showed it leaving before is asked for each line of a statement.
CREATE INDEX bank_lines_payment ON bank_lines (payment_id, finding);

-- Claims find cases for the same blood by these; the next migration fills them, for what is hashed lies sealed.
CREATE TABLE hospital_case_marks (mark TEXT NOT NULL, case_id TEXT NOT NULL, PRIMARY KEY (mark, case_id));
CREATE INDEX hospital_case_marks_case ON hospital_case_marks (case_id);

-- +goose Down
DROP TABLE hospital_case_marks;
DROP INDEX bank_lines_payment;
