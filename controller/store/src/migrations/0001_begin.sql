-- The switch: read and written by every version of podsteward, so its shape never changes.
-- The row with the empty subject is the whole controller; every other subject is an object's key.
CREATE TABLE switch (
    subject       TEXT PRIMARY KEY NOT NULL,
    state         TEXT NOT NULL,
    reason        TEXT,
    by            TEXT,
    since_wall_ms INTEGER,
    since_boot_ms INTEGER,
    since_boot_id TEXT,
    length_ms     INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE documents (
    key       TEXT PRIMARY KEY NOT NULL,
    canonical TEXT NOT NULL,
    file      TEXT NOT NULL,
    line      INTEGER NOT NULL,
    col       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE vanished (
    key   TEXT PRIMARY KEY NOT NULL,
    since TEXT NOT NULL,
    reads INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE tombstones (
    id        INTEGER PRIMARY KEY,
    key       TEXT UNIQUE NOT NULL,
    canonical TEXT NOT NULL,
    at        TEXT NOT NULL
) STRICT;

CREATE TABLE memory (
    key     TEXT PRIMARY KEY NOT NULL,
    version INTEGER NOT NULL,
    memory  TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE status (
    key    TEXT PRIMARY KEY NOT NULL,
    status TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
    id      INTEGER PRIMARY KEY,
    key     TEXT NOT NULL,
    type    TEXT NOT NULL,
    reason  TEXT NOT NULL,
    message TEXT NOT NULL,
    count   INTEGER NOT NULL,
    first   TEXT NOT NULL,
    last    TEXT NOT NULL
) STRICT;
CREATE INDEX events_by_key ON events (key, id);

CREATE TABLE incidents (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    target   TEXT NOT NULL,
    kind     TEXT NOT NULL,
    severity TEXT NOT NULL,
    message  TEXT NOT NULL,
    opened   TEXT NOT NULL,
    closed   TEXT
) STRICT;
CREATE INDEX incidents_by_target ON incidents (target, id);
CREATE UNIQUE INDEX incidents_open ON incidents (target, kind) WHERE closed IS NULL;

-- Numbers of intents are never used again: they stand in the names of containers.
CREATE TABLE intents (
    id    INTEGER PRIMARY KEY AUTOINCREMENT,
    key   TEXT NOT NULL,
    open  INTEGER NOT NULL,
    state TEXT NOT NULL,
    draft TEXT NOT NULL
) STRICT;
CREATE INDEX intents_open ON intents (key) WHERE open = 1;

CREATE TABLE leases (
    intent    INTEGER NOT NULL REFERENCES intents (id) ON DELETE CASCADE,
    kind      TEXT NOT NULL,
    thing     TEXT NOT NULL,
    exclusive INTEGER NOT NULL,
    PRIMARY KEY (intent, kind, thing)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX leases_exclusive ON leases (kind, thing) WHERE exclusive = 1;

CREATE TABLE journal (
    id     INTEGER PRIMARY KEY,
    intent INTEGER NOT NULL REFERENCES intents (id) ON DELETE CASCADE,
    step   INTEGER NOT NULL,
    noun   TEXT NOT NULL,
    text   TEXT NOT NULL,
    event  TEXT NOT NULL,
    at     TEXT NOT NULL
) STRICT;
CREATE INDEX journal_by_intent ON journal (intent, id);

CREATE TABLE decisions (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    at            TEXT NOT NULL,
    last          TEXT NOT NULL,
    last_ms       INTEGER NOT NULL,
    count         INTEGER NOT NULL,
    target        TEXT NOT NULL,
    action        TEXT NOT NULL,
    trigger       TEXT NOT NULL,
    reason        TEXT NOT NULL,
    verdict       TEXT NOT NULL,
    gates         TEXT NOT NULL,
    withheld_by   TEXT,
    intent        INTEGER,
    outcome       TEXT,
    detail        TEXT NOT NULL,
    duration_ms   INTEGER
) STRICT;
CREATE INDEX decisions_by_target ON decisions (target, id);
CREATE INDEX decisions_by_time ON decisions (last_ms);
CREATE INDEX decisions_by_intent ON decisions (intent) WHERE intent IS NOT NULL;

CREATE TABLE meta (
    name  TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
