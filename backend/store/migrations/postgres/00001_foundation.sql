-- +goose Up
-- Instants are microseconds since 1970 UTC; dates are ISO text; JSON is text.
-- Columns named sealed hold AEAD envelopes (package seal): nothing personal is readable here.

CREATE TABLE settings (
    name  TEXT PRIMARY KEY,
    value BYTEA NOT NULL
);

CREATE TABLE sites (
    id       TEXT PRIMARY KEY,
    district TEXT NOT NULL,
    data     TEXT NOT NULL
);

CREATE TABLE packs (
    id      TEXT NOT NULL,
    version TEXT NOT NULL,
    kind    TEXT NOT NULL,
    from_on TEXT NOT NULL,
    content BYTEA NOT NULL,
    PRIMARY KEY (id, version)
);

CREATE TABLE donors (
    id         TEXT PRIMARY KEY,
    station_id TEXT NOT NULL,
    site_id    TEXT NOT NULL,
    donor_key  TEXT NOT NULL UNIQUE,
    card_index TEXT UNIQUE,
    sealed     BYTEA NOT NULL
);
CREATE INDEX donors_site ON donors (site_id);

CREATE TABLE donations (
    id        TEXT PRIMARY KEY,
    donor_id  TEXT NOT NULL REFERENCES donors (id),
    site_id   TEXT NOT NULL,
    din       TEXT NOT NULL,
    product   TEXT NOT NULL,
    volume_ml BIGINT NOT NULL,
    units     BIGINT NOT NULL,
    given_on  TEXT NOT NULL,
    reaction  BIGINT NOT NULL
);
CREATE INDEX donations_donor ON donations (donor_id, given_on);

CREATE TABLE deferrals (
    id       TEXT PRIMARY KEY,
    donor_id TEXT NOT NULL REFERENCES donors (id),
    from_on  TEXT,
    until_on TEXT,
    products TEXT NOT NULL,
    sealed   BYTEA NOT NULL
);
CREATE INDEX deferrals_donor ON deferrals (donor_id);

CREATE TABLE gate_entries (
    donor_key TEXT PRIMARY KEY,
    data      TEXT NOT NULL
);

CREATE TABLE appointments (
    id         TEXT PRIMARY KEY,
    code_index TEXT NOT NULL UNIQUE,
    site_id    TEXT NOT NULL,
    donor_key  TEXT NOT NULL,
    day        TEXT NOT NULL,
    start_time TEXT NOT NULL,
    product    TEXT NOT NULL,
    volume_ml  BIGINT NOT NULL,
    units      BIGINT NOT NULL,
    status     TEXT NOT NULL,
    sealed     BYTEA NOT NULL
);
CREATE INDEX appointments_site ON appointments (site_id, day, start_time);
CREATE INDEX appointments_donor ON appointments (donor_key, day);

CREATE TABLE passes (
    id          TEXT PRIMARY KEY,
    donor_key   TEXT NOT NULL,
    site_id     TEXT NOT NULL,
    answered_at BIGINT NOT NULL,
    sealed      BYTEA NOT NULL
);
CREATE INDEX passes_donor ON passes (donor_key, answered_at);

CREATE TABLE visits (
    id              TEXT PRIMARY KEY,
    site_id         TEXT NOT NULL,
    device_id       TEXT NOT NULL,
    day             TEXT NOT NULL,
    outcome         TEXT NOT NULL,
    ticket          TEXT NOT NULL,
    ticket_number   BIGINT NOT NULL,
    source          TEXT NOT NULL,
    donor_key       TEXT NOT NULL,
    product         TEXT NOT NULL,
    volume_ml       BIGINT NOT NULL,
    units           BIGINT NOT NULL,
    appointment_id  TEXT NOT NULL,
    language        TEXT NOT NULL,
    arrived_at      BIGINT NOT NULL,
    clock_offset_us BIGINT NOT NULL,
    duplicate_of    TEXT NOT NULL,
    sealed          BYTEA NOT NULL
);
-- Nobody is checked in twice on one day.
CREATE UNIQUE INDEX visits_once ON visits (donor_key, day) WHERE outcome = 'waiting';
CREATE INDEX visits_site ON visits (site_id, day, arrived_at);
CREATE INDEX visits_device ON visits (device_id, day, ticket_number);

CREATE TABLE screenings (
    visit_id      TEXT PRIMARY KEY REFERENCES visits (id),
    questionnaire TEXT NOT NULL,
    pack_version  TEXT NOT NULL,
    sealed        BYTEA NOT NULL
);

-- Apart from everything else, with a row for either choice, so that neither its
-- presence nor its size tells anything.
CREATE TABLE self_exclusions (
    visit_id TEXT PRIMARY KEY REFERENCES visits (id),
    sealed   BYTEA NOT NULL
);

CREATE TABLE receipts (
    id         TEXT PRIMARY KEY,
    visit_id   TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    reprints   BIGINT NOT NULL,
    sealed     BYTEA NOT NULL
);
CREATE INDEX receipts_visit ON receipts (visit_id, created_at);

CREATE TABLE staff_calls (
    id         TEXT PRIMARY KEY,
    site_id    TEXT NOT NULL,
    device_id  TEXT NOT NULL,
    raised_at  BIGINT NOT NULL,
    cleared_at BIGINT NOT NULL
);
CREATE INDEX staff_calls_site ON staff_calls (site_id, cleared_at);

-- A device's own log: one row for each change, chained by hash.
CREATE TABLE operations (
    seq         BIGINT PRIMARY KEY,
    id          TEXT NOT NULL UNIQUE,
    kind        TEXT NOT NULL,
    version     BIGINT NOT NULL,
    device_time TEXT NOT NULL,
    sealed      BYTEA NOT NULL,
    prev        BYTEA NOT NULL,
    hash        BYTEA NOT NULL,
    fate        TEXT NOT NULL,
    code        TEXT NOT NULL
);
CREATE INDEX operations_fate ON operations (fate, seq);

-- The center's memory of every operation, for ever.
CREATE TABLE applied_operations (
    id         TEXT PRIMARY KEY,
    device_id  TEXT NOT NULL,
    seq        BIGINT NOT NULL,
    hash       BYTEA NOT NULL,
    fate       TEXT NOT NULL,
    code       TEXT NOT NULL,
    applied_at BIGINT NOT NULL
);
CREATE INDEX applied_operations_device ON applied_operations (device_id, seq);

-- Operations of newer devices that this center cannot read yet.
CREATE TABLE parked_operations (
    id        TEXT PRIMARY KEY,
    device_id TEXT NOT NULL,
    seq       BIGINT NOT NULL,
    sealed    BYTEA NOT NULL
);

-- The change feed: per scope a counter, per thing the place of its last change.
CREATE TABLE feeds (
    scope TEXT PRIMARY KEY,
    head  BIGINT NOT NULL
);
CREATE TABLE changes (
    scope   TEXT NOT NULL,
    noun    TEXT NOT NULL,
    id      TEXT NOT NULL,
    seq     BIGINT NOT NULL,
    deleted BIGINT NOT NULL,
    PRIMARY KEY (scope, noun, id)
);
CREATE UNIQUE INDEX changes_seq ON changes (scope, seq);

CREATE TABLE devices (
    id          TEXT PRIMARY KEY,
    name        TEXT NOT NULL,
    surface     TEXT NOT NULL,
    site_id     TEXT NOT NULL,
    letter      TEXT NOT NULL,
    public_key  BYTEA NOT NULL UNIQUE,
    status      TEXT NOT NULL,
    enrolled_at BIGINT NOT NULL,
    last_seen   BIGINT NOT NULL,
    version     TEXT NOT NULL,
    protocol    BIGINT NOT NULL,
    pending     BIGINT NOT NULL,
    dead        BIGINT NOT NULL,
    last_seq    BIGINT NOT NULL,
    last_hash   BYTEA NOT NULL
);
CREATE UNIQUE INDEX devices_letter ON devices (site_id, letter) WHERE status = 'active' AND letter <> '';

CREATE TABLE enrolments (
    id         TEXT PRIMARY KEY,
    code_hash  BYTEA NOT NULL UNIQUE,
    expires_at BIGINT NOT NULL,
    sealed     BYTEA NOT NULL
);

-- Token ids that were used once; kept until they expire.
CREATE TABLE used_tokens (
    id         TEXT PRIMARY KEY,
    expires_at BIGINT NOT NULL
);
CREATE INDEX used_tokens_expiry ON used_tokens (expires_at);

CREATE TABLE signing_keys (
    id     TEXT PRIMARY KEY,
    sealed BYTEA NOT NULL
);

CREATE TABLE staff (
    id     TEXT PRIMARY KEY,
    login  TEXT NOT NULL UNIQUE,
    sealed BYTEA NOT NULL
);

-- Who is logged in where: the public key that may ask for a member's tokens.
CREATE TABLE staff_sessions (
    id         TEXT PRIMARY KEY,
    staff_id   TEXT NOT NULL REFERENCES staff (id),
    public_key BYTEA NOT NULL,
    started_at BIGINT NOT NULL,
    ends_at    BIGINT NOT NULL
);
CREATE INDEX staff_sessions_staff ON staff_sessions (staff_id);

CREATE TABLE audit_entries (
    seq  BIGINT PRIMARY KEY,
    data TEXT NOT NULL,
    prev BYTEA NOT NULL,
    hash BYTEA NOT NULL
);

-- +goose Down
DROP TABLE audit_entries;
DROP TABLE staff_sessions;
DROP TABLE staff;
DROP TABLE signing_keys;
DROP TABLE used_tokens;
DROP TABLE enrolments;
DROP TABLE devices;
DROP TABLE changes;
DROP TABLE feeds;
DROP TABLE parked_operations;
DROP TABLE applied_operations;
DROP TABLE operations;
DROP TABLE staff_calls;
DROP TABLE receipts;
DROP TABLE self_exclusions;
DROP TABLE screenings;
DROP TABLE visits;
DROP TABLE passes;
DROP TABLE appointments;
DROP TABLE gate_entries;
DROP TABLE deferrals;
DROP TABLE donations;
DROP TABLE donors;
DROP TABLE packs;
DROP TABLE sites;
DROP TABLE settings;
