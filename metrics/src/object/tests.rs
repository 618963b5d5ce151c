//! The gauges of objects and findings, whatever order events come in.

use std::time::Duration;

use podsteward_domain::finding::{Finding, FindingKind};
use podsteward_domain::status::ObjectState;
use podsteward_specs::key::{Key, Name};

use crate::{Format, ObjectEvent, Telemetry};

fn key() -> Key {
    Key::container(Name::new("web").unwrap())
}

fn becomes(telemetry: &Telemetry, to: ObjectState) {
    telemetry.emit(ObjectEvent::StateChanged { key: &key(), from: None, to, message: "" });
}

/// The series that are not zero.
fn gauges(telemetry: &Telemetry, name: &str) -> Vec<String> {
    let text = telemetry.render(Format::Classic);
    let wanted = |line: &&str| line.starts_with(name) && !line.ends_with(" 0");
    text.lines().filter(wanted).map(str::to_owned).collect()
}

#[test]
fn an_object_is_counted_in_its_last_state_alone() {
    let telemetry = Telemetry::new();
    becomes(&telemetry, ObjectState::Missing);
    becomes(&telemetry, ObjectState::Match);
    becomes(&telemetry, ObjectState::Match);
    let counted = gauges(&telemetry, "podsteward_objects{");
    assert_eq!(counted, [r#"podsteward_objects{kind="container",state="MATCH"} 1"#]);
}

#[test]
fn a_finding_is_counted_once_however_often_it_is_told() {
    let telemetry = Telemetry::new();
    let finding = &Finding::new(FindingKind::Drift, &key(), "memory differs");
    telemetry.emit(ObjectEvent::FindingKept { finding });
    telemetry.emit(ObjectEvent::FindingOpened { finding });
    let counted = gauges(&telemetry, "podsteward_findings{");
    assert_eq!(counted, [r#"podsteward_findings{finding="drift",severity="warning"} 1"#]);
    let closed =
        || ObjectEvent::FindingClosed { key: &finding.target, kind: finding.kind, open: Duration::ZERO };
    telemetry.emit(closed());
    telemetry.emit(closed());
    assert!(gauges(&telemetry, "podsteward_findings{").is_empty());
}

#[test]
fn what_is_forgotten_is_counted_nowhere() {
    let telemetry = Telemetry::new();
    becomes(&telemetry, ObjectState::Orphan);
    let finding = &Finding::new(FindingKind::Orphan, &key(), "nothing declares it");
    telemetry.emit(ObjectEvent::FindingOpened { finding });
    telemetry.emit(ObjectEvent::Forgotten { key: &key() });
    assert!(gauges(&telemetry, "podsteward_objects{").is_empty());
    assert!(gauges(&telemetry, "podsteward_findings{").is_empty());
}
