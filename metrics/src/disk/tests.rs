//! What is absent while nobody knows it.

use std::time::Duration;

use podsteward_domain::disk::{DiskSample, Gauge};
use podsteward_domain::forecast::{Forecast, Goal, Growth, History, Outlook, fit};
use podsteward_domain::score::Score;
use podsteward_domain::time::Moment;
use podsteward_specs::key::{Key, Name};

use crate::{DiskEvent, Format, Telemetry};

fn root() -> Key {
    Key::disk(Name::new("root").unwrap())
}

/// The lines about filesystems, without what says what they mean.
fn told(telemetry: &Telemetry) -> Vec<String> {
    let text = telemetry.render(Format::Classic);
    let lines = text.lines().filter(|line| line.starts_with("podsteward_disk_") && line.contains("object"));
    lines.map(str::to_owned).collect()
}

fn look_ahead(telemetry: &Telemetry, outlook: Outlook) {
    let goal = Goal { act: 8, total: 10, lookback: Duration::from_hours(24) };
    let forecast = &Forecast { outlook, ..fit(&History::default(), &goal, Moment::default()) };
    telemetry.emit(DiskEvent::Forecast { key: &root(), forecast });
}

fn growing() -> Outlook {
    let (slope, seconds) = (1, 86_400);
    Outlook::Growing(Growth {
        slope,
        slope_low: slope,
        slope_high: slope,
        seconds,
        seconds_early: seconds,
        seconds_late: seconds,
        confidence: Score::ONE,
    })
}

#[test]
fn what_a_filesystem_does_not_have_has_no_series() {
    let telemetry = Telemetry::new();
    let space = Gauge { used: 1, total: 4 };
    let sample = &DiskSample { space, inodes: None, metadata: None };
    telemetry.emit(DiskEvent::Sampled { key: &root(), sample });
    let known = [
        "podsteward_disk_used_ratio{object=\"disk/root\"} 0.25",
        "podsteward_disk_size_bytes{object=\"disk/root\"} 4",
    ];
    assert_eq!(told(&telemetry), known);
    telemetry.emit(DiskEvent::Unreadable { key: &root(), error: "no such device" });
    assert_eq!(told(&telemetry), [""; 0]);
}

#[test]
fn a_look_ahead_is_told_only_while_it_grows() {
    let telemetry = Telemetry::new();
    let line = "podsteward_disk_forecast_seconds{object=\"disk/root\"} 86400.0";
    let others = [Outlook::Steady { slope: 0 }, Outlook::Unknown { why: "too few data".to_owned() }];
    for other in others {
        look_ahead(&telemetry, growing());
        assert_eq!(told(&telemetry), [line]);
        look_ahead(&telemetry, other);
        assert_eq!(told(&telemetry), [""; 0]);
    }
    for gone in [
        DiskEvent::Unreadable { key: &root(), error: "no such device" },
        DiskEvent::Forgotten { key: &root() },
    ] {
        look_ahead(&telemetry, growing());
        telemetry.emit(gone);
        assert_eq!(told(&telemetry), [""; 0]);
    }
}

#[test]
fn what_cleanups_freed_adds_up() {
    let telemetry = Telemetry::new();
    assert!(telemetry.render(Format::Classic).contains("podsteward_disk_reclaimed_bytes_total 0\n"));
    for bytes in [3, 4] {
        telemetry.emit(DiskEvent::Reclaimed { key: &root(), noun: "remove-image", bytes });
    }
    assert!(telemetry.render(Format::Classic).contains("podsteward_disk_reclaimed_bytes_total 7\n"));
}
