//! The chapter about backups.
//!
//! Owns one of each of their events: one is fresh, another was taken away.

use podsteward_domain::backup::{BackupFacts, Look, ProofOf, Told, Word};
use podsteward_domain::time::Moment;
use podsteward_specs::key::{Key, Kind, Name};

use crate::{BackupEvent, Telemetry};

/// Emits every event.
pub(super) fn tell(telemetry: &Telemetry) {
    let key = |name: &str| Key { kind: Kind::BackupCheck, name: Name::new(name).unwrap() };
    let done = |ms| Told::Done { ms, by: "/srv/backup/db.sql, 3 MiB".to_owned() };
    let look = |told| Some(Look::after(None, told, Moment::default()));
    let facts = BackupFacts { backup: look(done(1_795_340_000_000)), restore: look(done(1_794_000_000_000)) };
    let told = done(1_795_340_000_000);
    let word = Word::Fresh("2h26m ago".to_owned());
    telemetry.emit(BackupEvent::Looked { key: &key("nightly"), of: ProofOf::Backup, told: &told });
    for name in ["nightly", "gone"] {
        telemetry.emit(BackupEvent::Sampled { key: &key(name), word: &word, facts: &facts });
    }
    telemetry.emit(BackupEvent::Forgotten { key: &key("gone") });
}
