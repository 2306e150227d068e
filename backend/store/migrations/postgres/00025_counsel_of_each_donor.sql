-- +goose Up
-- A donation that turns out to be somebody else's has two people to be told: whose it is,
-- and who was told wrongly. There is one case for each donor and donation, by a keyed hash
-- of both, NULL until a case of before is saved again.
ALTER TABLE counsel_cases DROP CONSTRAINT counsel_cases_donation_index_key;
ALTER TABLE counsel_cases ADD COLUMN case_index TEXT UNIQUE;
CREATE INDEX counsel_cases_of_donation ON counsel_cases (donation_index);

-- +goose Down
DELETE FROM counsel_cases a WHERE EXISTS (SELECT 1 FROM counsel_cases b
    WHERE b.donation_index = a.donation_index AND (b.is_open > a.is_open OR b.is_open = a.is_open AND b.id > a.id));
DROP INDEX counsel_cases_of_donation;
ALTER TABLE counsel_cases DROP COLUMN case_index;
ALTER TABLE counsel_cases ADD CONSTRAINT counsel_cases_donation_index_key UNIQUE (donation_index);
