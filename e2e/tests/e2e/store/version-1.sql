-- A state directory as the first version left it: one container that died once and is paused. IMAGE stands for the
-- id of the image in the Podman at hand.
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
INSERT INTO switch VALUES('container/web','paused','moving house','root',1795371440567,13844346,'1e6714865eb44892a2563a67cedfba23',NULL);
CREATE TABLE documents (
    key       TEXT PRIMARY KEY NOT NULL,
    canonical TEXT NOT NULL,
    file      TEXT NOT NULL,
    line      INTEGER NOT NULL,
    col       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO documents VALUES('container/web','{"apiVersion":"podsteward.dev/v1alpha1","kind":"Container","metadata":{"name":"web"},"spec":{"command":["sleep","inf"],"image":"localhost/podsteward-example:1"}}','web.yaml',1,1);
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
INSERT INTO memory VALUES('container/web',1,'{"applied":{"canonical":"{\"apiVersion\":\"podsteward.dev/v1alpha1\",\"kind\":\"Container\",\"metadata\":{\"name\":\"web\"},\"spec\":{\"command\":[\"sleep\",\"inf\"],\"image\":\"localhost/podsteward-example:1\"}}","generation":1,"image_id":"IMAGE","config_digests":{},"adopted":false,"at":{"wall_ms":1795371423683,"boot_ms":13827462,"boot_id":"1e6714865eb44892a2563a67cedfba23"}},"restarts":{"total":1,"streak":1,"last_start":{"wall_ms":1795371430416,"boot_ms":13834196,"boot_id":"1e6714865eb44892a2563a67cedfba23"},"last_exit":{"wall_ms":1795371429557,"boot_ms":13833337,"boot_id":"1e6714865eb44892a2563a67cedfba23"},"recent":[{"wall_ms":1795371429557,"boot_ms":13833337,"boot_id":"1e6714865eb44892a2563a67cedfba23"}],"looping":false},"hand_stopped":null,"last_exit":{"container":"a2d17baedfb790f8736e81f8074d8ccac9ff9d4ad78ea1d2d182826904a87373","started_ms":1795371423668,"cause":"death","code":137,"at":{"wall_ms":1795371429557,"boot_ms":13833337,"boot_id":"1e6714865eb44892a2563a67cedfba23"}},"quarantine":null,"terminal":null,"followed":{},"mended":null}');
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
CREATE TABLE incidents (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    target   TEXT NOT NULL,
    kind     TEXT NOT NULL,
    severity TEXT NOT NULL,
    message  TEXT NOT NULL,
    opened   TEXT NOT NULL,
    closed   TEXT
) STRICT;
CREATE TABLE intents (
    id    INTEGER PRIMARY KEY AUTOINCREMENT,
    key   TEXT NOT NULL,
    open  INTEGER NOT NULL,
    state TEXT NOT NULL,
    draft TEXT NOT NULL
) STRICT;
CREATE TABLE leases (
    intent    INTEGER NOT NULL REFERENCES intents (id) ON DELETE CASCADE,
    kind      TEXT NOT NULL,
    thing     TEXT NOT NULL,
    exclusive INTEGER NOT NULL,
    PRIMARY KEY (intent, kind, thing)
) STRICT, WITHOUT ROWID;
CREATE TABLE journal (
    id     INTEGER PRIMARY KEY,
    intent INTEGER NOT NULL REFERENCES intents (id) ON DELETE CASCADE,
    step   INTEGER NOT NULL,
    noun   TEXT NOT NULL,
    text   TEXT NOT NULL,
    event  TEXT NOT NULL,
    at     TEXT NOT NULL
) STRICT;
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
INSERT INTO decisions VALUES(2,'{"wall_ms":1795371423417,"boot_ms":13827196,"boot_id":"1e6714865eb44892a2563a67cedfba23"}','{"wall_ms":1795371423417,"boot_ms":13827196,"boot_id":"1e6714865eb44892a2563a67cedfba23"}',1795371423417,1,'container/web','apply','missing','it is declared and does not exist','declared','[{"gate":"switch","result":"pass"},{"gate":"pause","result":"pass"},{"gate":"hold","result":"pass"},{"gate":"quarantine","result":"pass"},{"gate":"backoff","result":"pass"},{"gate":"dependencies","result":"pass"},{"gate":"approval","result":"pass"},{"gate":"freshness","result":"pass"},{"gate":"one-in-flight","result":"pass"},{"gate":"verdict","result":"pass"}]',NULL,2,'failure','it ended with 137 (signal 9) within 10s of its start',6805);
INSERT INTO decisions VALUES(3,'{"wall_ms":1795371430223,"boot_ms":13834002,"boot_id":"1e6714865eb44892a2563a67cedfba23"}','{"wall_ms":1795371430223,"boot_ms":13834002,"boot_id":"1e6714865eb44892a2563a67cedfba23"}',1795371430223,1,'container/web','start','not_running','it should run; it ended with 137 (signal 9)','declared','[{"gate":"switch","result":"pass"},{"gate":"pause","result":"pass"},{"gate":"hold","result":"pass"},{"gate":"quarantine","result":"pass"},{"gate":"backoff","result":"pass"},{"gate":"dependencies","result":"pass"},{"gate":"approval","result":"pass"},{"gate":"freshness","result":"pass"},{"gate":"one-in-flight","result":"pass"},{"gate":"verdict","result":"pass"}]',NULL,3,'success','',10198);
CREATE TABLE meta (
    name  TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO meta VALUES('last_check_ms','1795371442587');
CREATE INDEX events_by_key ON events (key, id);
CREATE INDEX incidents_by_target ON incidents (target, id);
CREATE UNIQUE INDEX incidents_open ON incidents (target, kind) WHERE closed IS NULL;
CREATE INDEX intents_open ON intents (key) WHERE open = 1;
CREATE UNIQUE INDEX leases_exclusive ON leases (kind, thing) WHERE exclusive = 1;
CREATE INDEX journal_by_intent ON journal (intent, id);
CREATE INDEX decisions_by_target ON decisions (target, id);
CREATE INDEX decisions_by_time ON decisions (last_ms);
CREATE INDEX decisions_by_intent ON decisions (intent) WHERE intent IS NOT NULL;
-- What was withheld had no outcome then.
INSERT INTO decisions (at, last, last_ms, count, target, action, trigger, reason, verdict, gates, withheld_by, detail)
  SELECT at, last, last_ms, 3, target, 'apply', 'edited', 'spec.env: edited', 'declared',
    '[{"gate":"pause","result":"hold","detail":"paused by root: moving house","until":null}]', 'pause', 'paused'
  FROM decisions WHERE action = 'start';
-- The log is about today, or it would be too old to keep.
UPDATE decisions SET last_ms = CAST(strftime('%s', 'now') AS INTEGER) * 1000;
UPDATE decisions SET at = json_set(at, '$.wall_ms', last_ms), last = json_set(last, '$.wall_ms', last_ms);
PRAGMA user_version = 1;
