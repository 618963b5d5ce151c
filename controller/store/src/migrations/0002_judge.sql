-- A track is how one action did on one object, an overall how it did anywhere.
CREATE TABLE tracks (
    key    TEXT NOT NULL,
    action TEXT NOT NULL,
    track  TEXT NOT NULL,
    PRIMARY KEY (key, action)
) STRICT, WITHOUT ROWID;

CREATE TABLE overall (
    action  TEXT PRIMARY KEY NOT NULL,
    overall TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE forced (
    key TEXT PRIMARY KEY NOT NULL,
    by  TEXT NOT NULL,
    at  TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Numbers of approvals are never used again: people answer with them.
CREATE TABLE approvals (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    target         TEXT NOT NULL,
    open           INTEGER NOT NULL,
    question       TEXT NOT NULL,
    asked          TEXT NOT NULL,
    state          TEXT NOT NULL,
    stood_still_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX approvals_open ON approvals (target) WHERE open = 1;

CREATE TABLE outbox (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    at           TEXT NOT NULL,
    settled      INTEGER NOT NULL,
    notification TEXT NOT NULL
) STRICT;
CREATE INDEX outbox_unsettled ON outbox (id) WHERE settled = 0;

CREATE TABLE deliveries (
    outbox     INTEGER NOT NULL REFERENCES outbox (id) ON DELETE CASCADE,
    channel    TEXT NOT NULL,
    tried      TEXT NOT NULL,
    delivered  INTEGER NOT NULL,
    attempts   INTEGER NOT NULL,
    last_error TEXT,
    next       TEXT,
    PRIMARY KEY (outbox, channel)
) STRICT, WITHOUT ROWID;

-- That too many went together is not forgotten when some of them are settled.
ALTER TABLE vanished ADD COLUMN of INTEGER NOT NULL DEFAULT 0;
ALTER TABLE vanished ADD COLUMN mass TEXT;

ALTER TABLE decisions ADD COLUMN judgement TEXT;
ALTER TABLE decisions ADD COLUMN confidence_bp INTEGER;
ALTER TABLE decisions ADD COLUMN digest TEXT NOT NULL DEFAULT '';
ALTER TABLE decisions ADD COLUMN approval INTEGER;
ALTER TABLE decisions ADD COLUMN report TEXT;
ALTER TABLE decisions ADD COLUMN delta_bp INTEGER;
ALTER TABLE decisions ADD COLUMN new_confidence_bp INTEGER;
ALTER TABLE decisions ADD COLUMN rolled_back INTEGER NOT NULL DEFAULT 0;
ALTER TABLE decisions ADD COLUMN snapshot TEXT;
ALTER TABLE decisions ADD COLUMN incident INTEGER;
ALTER TABLE decisions ADD COLUMN compacted INTEGER NOT NULL DEFAULT 0;

-- From now on no outcome means that it is in progress.
UPDATE decisions SET outcome = 'withheld' WHERE outcome IS NULL AND intent IS NULL;

CREATE INDEX decisions_by_approval ON decisions (approval) WHERE approval IS NOT NULL;
-- What a listing filters by, in its order, without the wide columns.
CREATE INDEX decisions_listed ON decisions (id, last_ms, target, action, outcome);
-- What is counted, in groups, without the wide columns.
CREATE INDEX decisions_grouped
    ON decisions (action, verdict, outcome, withheld_by, last_ms, count, confidence_bp);
DROP INDEX decisions_by_time;
CREATE INDEX decisions_whole ON decisions (last_ms) WHERE compacted = 0;
