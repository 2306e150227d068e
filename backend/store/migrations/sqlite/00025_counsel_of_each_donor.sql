-- +goose Up
-- A donation that turns out to be somebody else's has two people to be told: whose it is,
-- and who was told wrongly. There is one case for each donor and donation, by a keyed hash
-- of both, NULL until a case of before is saved again.
CREATE TABLE counsel_cases_25 (
    id             TEXT PRIMARY KEY,
    site_id        TEXT NOT NULL,
    is_open        INTEGER NOT NULL,
    donation_index TEXT NOT NULL,
    case_index     TEXT UNIQUE,
    sealed         BLOB NOT NULL
) STRICT;
INSERT INTO counsel_cases_25 SELECT id, site_id, is_open, donation_index, NULL, sealed FROM counsel_cases;
DROP TABLE counsel_cases;
ALTER TABLE counsel_cases_25 RENAME TO counsel_cases;
CREATE INDEX counsel_cases_open ON counsel_cases (is_open, site_id, id);
CREATE INDEX counsel_cases_of_donation ON counsel_cases (donation_index);

-- +goose Down
CREATE TABLE counsel_cases_12 (
    id             TEXT PRIMARY KEY,
    site_id        TEXT NOT NULL,
    is_open        INTEGER NOT NULL,
    donation_index TEXT NOT NULL UNIQUE,
    sealed         BLOB NOT NULL
) STRICT;
INSERT INTO counsel_cases_12 SELECT id, site_id, is_open, donation_index, sealed FROM counsel_cases a
    WHERE NOT EXISTS (SELECT 1 FROM counsel_cases b
        WHERE b.donation_index = a.donation_index AND (b.is_open > a.is_open OR b.is_open = a.is_open AND b.id > a.id));
DROP TABLE counsel_cases;
ALTER TABLE counsel_cases_12 RENAME TO counsel_cases;
CREATE INDEX counsel_cases_open ON counsel_cases (is_open, site_id, id);
