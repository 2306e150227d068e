-- +goose Up
-- The keyed hash of name, birth date, sex and phone, by which somebody known under
-- another document is noticed. NULL without a phone; a donor saved before has it
-- with the next saving.
ALTER TABLE donors ADD COLUMN person_index TEXT;
CREATE INDEX donors_person ON donors (person_index) WHERE person_index IS NOT NULL;
-- The donor who is the same person, once staff have said so. What belongs to whom
-- stays as it is, so that it can be taken back.
ALTER TABLE donors ADD COLUMN merged_into TEXT;
CREATE INDEX donors_merged ON donors (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX donations_din ON donations (din);

CREATE TABLE results (
    donation_id TEXT PRIMARY KEY REFERENCES donations (id),
    sealed      BLOB NOT NULL
) STRICT;

-- Apart from the verdict, with a row for every result, told or not.
CREATE TABLE result_markers (
    donation_id TEXT PRIMARY KEY REFERENCES donations (id),
    sealed      BLOB NOT NULL
) STRICT;

-- What of each station was applied: its own name of the record, and a keyed hash of
-- all it said.
CREATE TABLE intake_records (
    station_id  TEXT NOT NULL,
    record_id   TEXT NOT NULL,
    digest      TEXT NOT NULL,
    donor_id    TEXT NOT NULL,
    donation_id TEXT NOT NULL,
    applied_at  INTEGER NOT NULL,
    PRIMARY KEY (station_id, record_id)
) STRICT;

-- What a correction replaced.
CREATE TABLE superseded_records (
    id          TEXT PRIMARY KEY,
    donation_id TEXT NOT NULL,
    replaced_at INTEGER NOT NULL,
    sealed      BLOB NOT NULL
) STRICT;
CREATE INDEX superseded_records_donation ON superseded_records (donation_id, replaced_at);

-- Who may be the same person, and what staff said.
CREATE TABLE merges (
    id         TEXT PRIMARY KEY,
    donor_id   TEXT NOT NULL,
    other_id   TEXT NOT NULL,
    reason     TEXT NOT NULL,
    status     TEXT NOT NULL,
    found_at   INTEGER NOT NULL,
    decided_at INTEGER NOT NULL,
    decided_by TEXT NOT NULL,
    UNIQUE (donor_id, other_id)
) STRICT;
CREATE INDEX merges_status ON merges (status, found_at);

-- +goose Down
DROP TABLE merges;
DROP TABLE superseded_records;
DROP TABLE intake_records;
DROP TABLE result_markers;
DROP TABLE results;
DROP INDEX donations_din;
DROP INDEX donors_merged;
ALTER TABLE donors DROP COLUMN merged_into;
DROP INDEX donors_person;
ALTER TABLE donors DROP COLUMN person_index;
