-- What was measured of a filesystem. Numbers follow the order of writing, whatever the clock says.
CREATE TABLE samples (
    id             INTEGER PRIMARY KEY,
    key            TEXT NOT NULL,
    wall_ms        INTEGER NOT NULL,
    space_used     INTEGER NOT NULL,
    space_total    INTEGER NOT NULL,
    inodes_used    INTEGER,
    inodes_total   INTEGER,
    metadata_used  INTEGER,
    metadata_total INTEGER
) STRICT;
CREATE INDEX samples_by_key ON samples (key);
CREATE INDEX samples_by_time ON samples (key, wall_ms);

CREATE TABLE reclaims (
    id      INTEGER PRIMARY KEY,
    key     TEXT NOT NULL,
    from_ms INTEGER NOT NULL,
    to_ms   INTEGER NOT NULL,
    freed   INTEGER NOT NULL
) STRICT;
CREATE INDEX reclaims_by_key ON reclaims (key);

-- Numbers of forecasts are never used again: a score finds its own or none.
CREATE TABLE forecasts (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    key       TEXT NOT NULL,
    at_ms     INTEGER NOT NULL,
    forecast  TEXT NOT NULL,
    error_bp  INTEGER,
    scored_ms INTEGER
) STRICT;
CREATE INDEX forecasts_by_key ON forecasts (key);
CREATE INDEX forecasts_unscored ON forecasts (key) WHERE error_bp IS NULL;
CREATE INDEX forecasts_scored ON forecasts (key) WHERE error_bp IS NOT NULL;

CREATE TABLE image_uses (
    image     TEXT PRIMARY KEY NOT NULL,
    last_used TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE snapshots (
    name       TEXT PRIMARY KEY NOT NULL,
    key        TEXT NOT NULL,
    taken_ms   INTEGER NOT NULL,
    removed_ms INTEGER,
    snapshot   TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE restore_requests (
    snapshot TEXT PRIMARY KEY NOT NULL,
    by       TEXT NOT NULL,
    at       TEXT NOT NULL
) STRICT, WITHOUT ROWID;
