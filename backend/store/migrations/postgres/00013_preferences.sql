-- +goose Up
-- What was counted of each person, so that it can be taken out of the counts again. Who wants no
-- suggestions is not in it.
CREATE TABLE preference_baskets (
    donor_id TEXT PRIMARY KEY,
    site_id  TEXT NOT NULL,
    gifts    TEXT NOT NULL
);

-- How many people have a gift, have it at a site, or have two. Nobody's name is in it.
CREATE TABLE preference_counts (
    site_id  TEXT NOT NULL,
    gift_id  TEXT NOT NULL,
    other_id TEXT NOT NULL,
    people   BIGINT NOT NULL,
    PRIMARY KEY (site_id, gift_id, other_id)
);
CREATE INDEX preference_counts_other ON preference_counts (other_id, gift_id) WHERE other_id <> '';

-- Who said whether they want suggestions, and when, by the center's time. counted: what is
-- theirs was taken out of the counts, or put back, since.
CREATE TABLE preference_switches (
    donor_id    TEXT PRIMARY KEY,
    suggestions BIGINT NOT NULL,
    changed_at  BIGINT NOT NULL,
    counted     BIGINT NOT NULL
);

CREATE INDEX redemptions_asked ON redemptions (asked_at, donor_id);

-- +goose Down
DROP INDEX redemptions_asked;
DROP TABLE preference_switches;
DROP TABLE preference_counts;
DROP TABLE preference_baskets;
