//! The chapter about disks and snapshots.
//!
//! Owns one of each of their events: a disk fills up and is cleaned, data is kept and put back.

use std::time::Duration;

use podsteward_domain::action::Action;
use podsteward_domain::disk::memory::Cleaned;
use podsteward_domain::disk::{DiskSample, Gauge, Measure};
use podsteward_domain::forecast::{Forecast, Goal, Growth, History, Outlook, fit};
use podsteward_domain::intent::IntentId;
use podsteward_domain::score::Score;
use podsteward_domain::snapshot::{Provider, Snapshot, Source};
use podsteward_domain::time::Moment;
use podsteward_specs::defaults::disk::THRESHOLDS;
use podsteward_specs::key::{Key, Name};

use super::{secs, web};
use crate::{DiskEvent, SnapshotEvent, Telemetry};

/// A disk that exists no more, and one that stays.
fn disks() -> [Key; 2] {
    ["old", "root"].map(|name| Key::disk(Name::new(name).unwrap()))
}

fn sample(used: u64) -> DiskSample {
    let gauge = |used| Gauge { used, total: 100 << 30 };
    DiskSample { space: gauge(used << 30), inodes: Some(gauge(10 << 30)), metadata: Some(gauge(25 << 30)) }
}

fn forecast(outlook: Outlook) -> Forecast {
    let goal = Goal { act: 85 << 30, total: 100 << 30, lookback: Duration::from_hours(7 * 24) };
    Forecast { outlook, ..fit(&History::default(), &goal, Moment::default()) }
}

fn growing() -> Outlook {
    Outlook::Growing(Growth {
        slope: 1 << 30,
        slope_low: 1 << 29,
        slope_high: 1 << 31,
        seconds: 1_209_600,
        seconds_early: 604_800,
        seconds_late: 2_419_200,
        confidence: Score::new(8000),
    })
}

fn snapshot() -> Snapshot {
    let (path, volume) = ("/srv/volumes/db/_data".to_owned(), Some("db".to_owned()));
    Snapshot {
        name: "autonomous-apply-20261122T212000Z".to_owned(),
        key: web(),
        source: Source { path, volume },
        provider: Provider::Btrfs,
        location: "/srv/volumes/.podsteward-snapshots/autonomous-apply-20261122T212000Z/db".to_owned(),
        bytes: 3 << 20,
        taken: Moment::default(),
        keep_until: Moment::default(),
        intent: IntentId(3),
        action: Action::Apply,
    }
}

/// A disk fills up and is cleaned; another one is watched no more.
pub(super) fn clean_a_disk(telemetry: &Telemetry) {
    let [old, root] = &disks();
    for (key, used) in [(old, 20), (root, 88)] {
        telemetry.emit(DiskEvent::Watched { key, thresholds: &THRESHOLDS });
        telemetry.emit(DiskEvent::Sampled { key, sample: &sample(used) });
        telemetry.emit(DiskEvent::Forecast { key, forecast: &forecast(growing()) });
    }
    let cleaned = |measure, before, after, reached| Cleaned {
        at: Moment::default(),
        measure,
        before,
        after,
        lowest: after,
        reached,
    };
    let (key, bytes) = (root, 3 << 30);
    telemetry.emit(DiskEvent::Reclaimed { key, noun: "remove-image", bytes });
    let finished = &cleaned(Measure::Space, 8800, 8500, false);
    telemetry.emit(DiskEvent::CleanupFinished { key, cleaned: finished, bytes });
    let bytes = 17 << 30;
    telemetry.emit(DiskEvent::Reclaimed { key, noun: "delete-files", bytes });
    let finished = &cleaned(Measure::Space, 8500, 6800, true);
    telemetry.emit(DiskEvent::CleanupFinished { key, cleaned: finished, bytes });
    telemetry.emit(DiskEvent::Sampled { key, sample: &sample(68) });
    telemetry.emit(DiskEvent::Unreadable { key: old, error: "/mnt/old: no such device" });
    telemetry.emit(DiskEvent::Forgotten { key: old });
    telemetry.emit(DiskEvent::ReserveGivenUp);
    telemetry.emit(DiskEvent::ReserveRestored);
}

/// Data is kept, put back and thrown away.
pub(super) fn keep_data(telemetry: &Telemetry) {
    let snapshot = &snapshot();
    telemetry.emit(SnapshotEvent::Taken { snapshot, took: secs(0.004) });
    let (key, action, error) = (&web(), Action::Apply, "a copy would take 9 GiB, over the bound of 1 GiB");
    let source = &Source { path: "/srv/media".to_owned(), volume: None };
    telemetry.emit(SnapshotEvent::Failed { key, action, source, error });
    telemetry.emit(SnapshotEvent::Restored { snapshot, took: secs(0.56) });
    telemetry.emit(SnapshotEvent::Pruned { snapshot });
}
