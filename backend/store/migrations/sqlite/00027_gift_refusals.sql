-- +goose Up
-- Who wanted a gift of which none was left, for the demand: one of a person, a gift and a day, which are
-- hashed under a key. Nobody's name is in it.
CREATE TABLE gift_refusals (
    mark     TEXT PRIMARY KEY,
    gift_id  TEXT NOT NULL,
    site_id  TEXT NOT NULL,
    asked_at INTEGER NOT NULL
) STRICT;
CREATE INDEX gift_refusals_asked ON gift_refusals (asked_at);

-- +goose Down
DROP TABLE gift_refusals;
