//! The gauges of objects and findings, whatever order events come in.

use std::time::Duration;

use podsteward_domain::finding::{Finding, FindingKind, Severity};
use podsteward_domain::status::{ObjectState, ObjectStatus};
use podsteward_domain::time::Moment;
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

/// A status without anything that holds the object.
fn status() -> ObjectStatus {
    let (state, message, conditions) = (ObjectState::Match, String::new(), Vec::new());
    let (container_id, image, created_ms) = (None, None, None);
    let observed = Moment::default();
    ObjectStatus {
        key: key(),
        state,
        message,
        conditions,
        restarts: 0,
        container_id,
        image,
        created_ms,
        observed,
    }
}

#[test]
fn each_look_replaces_what_the_one_before_showed() {
    let telemetry = Telemetry::new();
    crate::story::tell(&telemetry);
    let named = |telemetry: &Telemetry| gauges(telemetry, "podsteward_object_");
    let of_cooldown = r#"object="container/web",action="service-restart",gate="cooldown""#;
    for series in [
        r#"podsteward_object_state{object="container/web",state="MATCH"} 1"#.to_owned(),
        r#"podsteward_object_held{object="container/web",by="command"} 1"#.to_owned(),
        format!("podsteward_object_withheld{{{of_cooldown}}} 1"),
        format!("podsteward_object_withheld_until_timestamp_seconds{{{of_cooldown}}} 1790000300.0"),
        r#"podsteward_object_confidence{object="container/web",action="service-restart"} 0.9"#.to_owned(),
    ] {
        assert!(named(&telemetry).contains(&series), "{series} in {:#?}", named(&telemetry));
    }
    telemetry.emit(ObjectEvent::Looked { status: &status(), decisions: &[] });
    let held = |series: &&String| series.contains("held") || series.contains("confidence");
    assert_eq!(named(&telemetry).iter().find(held), None);
}

#[test]
fn an_object_that_was_as_it_is_before_the_start_is_counted_by_the_first_look() {
    let telemetry = Telemetry::new();
    telemetry.emit(ObjectEvent::Looked { status: &status(), decisions: &[] });
    let counted = gauges(&telemetry, "podsteward_objects{");
    assert_eq!(counted, [r#"podsteward_objects{kind="container",state="MATCH"} 1"#]);
}

#[test]
fn a_finding_that_becomes_worse_names_its_object_once() {
    let telemetry = Telemetry::new();
    let milder = Finding::new(FindingKind::Drift, &key(), "memory differs");
    let worse = Finding { severity: Severity::Critical, ..milder.clone() };
    telemetry.emit(ObjectEvent::FindingOpened { finding: &milder });
    telemetry.emit(ObjectEvent::FindingOpened { finding: &worse });
    let labels = r#"{object="container/web",finding="drift",severity="critical"}"#;
    assert_eq!(
        gauges(&telemetry, "podsteward_object_findings"),
        [format!("podsteward_object_findings{labels} 1")]
    );
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
    assert!(gauges(&telemetry, "podsteward_object_").is_empty());
}
