-- A notification and its recovery have an object and a trouble in common.
ALTER TABLE outbox ADD COLUMN object TEXT;
ALTER TABLE outbox ADD COLUMN about TEXT;
CREATE INDEX outbox_open ON outbox (object, about) WHERE settled = 0 AND about IS NOT NULL;

-- An attempt is in doubt from before it begins until it is known whether it arrived.
ALTER TABLE deliveries ADD COLUMN in_doubt INTEGER NOT NULL DEFAULT 0;
ALTER TABLE deliveries ADD COLUMN dropped TEXT;

-- What a channel was told is wrong, and not yet that it is over.
CREATE TABLE beliefs (
    channel  TEXT NOT NULL,
    object   TEXT NOT NULL,
    about    TEXT NOT NULL,
    outbox   INTEGER NOT NULL,
    severity TEXT NOT NULL,
    PRIMARY KEY (channel, object, about)
) STRICT, WITHOUT ROWID;

-- Drills, with what came of each; one at a time is under way.
CREATE TABLE drills (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    open   INTEGER NOT NULL,
    result TEXT,
    drill  TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX drills_open ON drills (open) WHERE open = 1;

CREATE TABLE reports (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms  INTEGER NOT NULL,
    report TEXT NOT NULL
) STRICT;

-- How the switch stood while a controller ran. Where there is no span, none ran.
CREATE TABLE spans (
    id      INTEGER PRIMARY KEY,
    watch   TEXT NOT NULL,
    from_ms INTEGER NOT NULL,
    to_ms   INTEGER NOT NULL
) STRICT;

CREATE TABLE interventions (
    id    INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    what  TEXT NOT NULL
) STRICT;
CREATE INDEX interventions_by_time ON interventions (at_ms);

-- The occurrences of alerts, with the latest word on each.
CREATE TABLE alerts (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    fingerprint TEXT NOT NULL,
    starts_ms   INTEGER NOT NULL,
    resolved    INTEGER NOT NULL,
    heard_ms    INTEGER NOT NULL,
    alert       TEXT NOT NULL,
    -- It counts as over because nobody spoke of it any more, or because there was no room for it.
    forgotten   INTEGER NOT NULL DEFAULT 0,
    UNIQUE (fingerprint, starts_ms)
) STRICT;
CREATE INDEX alerts_open ON alerts (heard_ms) WHERE resolved = 0;
CREATE INDEX alerts_forgotten ON alerts (id) WHERE forgotten = 1;

-- Whether what an incident is about is over is not known.
ALTER TABLE incidents ADD COLUMN forgotten INTEGER NOT NULL DEFAULT 0;

-- The plans that were begun because of alerts.
CREATE TABLE alert_answers (
    intent INTEGER PRIMARY KEY,
    target TEXT NOT NULL,
    answer TEXT NOT NULL
) STRICT;
CREATE INDEX alert_answers_by_target ON alert_answers (target, intent);

-- What is counted leaves a drill's canary out.
DROP INDEX decisions_grouped;
CREATE INDEX decisions_grouped
    ON decisions (action, verdict, outcome, withheld_by, last_ms, count, confidence_bp, target);

-- A person's word to act now is about one action; none counts for longer than minutes.
DROP TABLE forced;
CREATE TABLE forced (
    key    TEXT NOT NULL,
    action TEXT NOT NULL,
    by     TEXT NOT NULL,
    at     TEXT NOT NULL,
    PRIMARY KEY (key, action)
) STRICT, WITHOUT ROWID;

-- What the proofs of backups last said.
CREATE TABLE backups (
    key      TEXT NOT NULL,
    proof_of TEXT NOT NULL,
    proof    TEXT NOT NULL,
    look     TEXT NOT NULL,
    PRIMARY KEY (key, proof_of)
) STRICT, WITHOUT ROWID;

-- What the probes of a start of a container came to.
CREATE TABLE probes (
    key   TEXT PRIMARY KEY,
    start TEXT NOT NULL,
    facts TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Playbooks that a person wants carried out.
CREATE TABLE playbook_requests (
    target   TEXT NOT NULL,
    playbook TEXT NOT NULL,
    request  TEXT NOT NULL,
    PRIMARY KEY (target, playbook)
) STRICT, WITHOUT ROWID;

-- Whether a plan puts right what had been in force. Of older ones nobody knows.
ALTER TABLE decisions ADD COLUMN repairs INTEGER NOT NULL DEFAULT 1;
