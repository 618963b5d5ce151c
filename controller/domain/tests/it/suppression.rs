//! Findings that are known and left alone, findings that are the consequence of another, and how old a word on
//! health may be.

use podsteward_domain::finding::{FindingKind, Severity};
use podsteward_domain::health::{self, Wrong};

use crate::confidence::{DRIFTED, SICK};
use crate::told::{finds, verdict};

const RESTART: &str = "service-restart";

/// The unhealthy container under a suppression.
fn suppressed(says: &str) -> String {
    format!("{SICK}\n policy {{suppress: [{{{says}, reason: known}}]}}")
}

#[test]
fn a_suppressed_finding_is_shown_as_worth_knowing_with_the_reason() {
    let found = finds(&suppressed("finding: unhealthy"));
    assert_eq!(
        found,
        "info unhealthy: its healthcheck failed 3 times in a row: refused (suppressed: known)\n"
    );
    let until = finds(&suppressed("finding: unhealthy, until: '2026-11-22T12:00:01Z'"));
    assert!(until.contains("(suppressed until 2026-11-22T12:00:01Z: known)"), "{until}");
}

#[test]
fn a_suppression_is_of_its_finding_its_object_and_its_time_only() {
    let rows = [
        ("finding: unhealthy", true),
        ("finding: unhealthy, object: container/web", true),
        ("finding: unhealthy, object: container/db", false),
        ("finding: unhealthy, object: network/web", false),
        ("finding: drift", false),
        ("finding: unhealthy, until: '2026-11-22T12:00:01Z'", true),
        ("finding: unhealthy, until: '2026-11-22T12:00:00Z'", false),
        ("finding: unhealthy, until: '2020-01-01T00:00:00Z'", false),
    ];
    for (says, holds) in rows {
        let text = suppressed(says);
        assert_eq!(finds(&text).starts_with("info"), holds, "{says}");
        let held = verdict(&text, RESTART).contains("held by suppression");
        assert_eq!(held, holds, "{says}");
    }
}

#[test]
fn what_is_declared_is_done_whatever_is_suppressed() {
    let text =
        "Container web {image: app:1}\n live absent\n policy {suppress: [{finding: missing, reason: known}]}";
    assert_eq!(verdict(text, "apply"), "declared");
}

#[test]
fn a_bad_or_unknown_dependency_makes_it_a_consequence() {
    let sick = |condition: &str, db: &str| {
        let spec = format!("image: app:1, dependsOn: [{{name: db, condition: {condition}}}]");
        let text = format!("{}\n {db}", SICK.replace("image: app:1", &spec));
        let told = verdict(&text, RESTART);
        told.rsplit_once("a consequence: ").map_or(told.clone(), |(_, why)| why.to_owned())
    };
    let rows = [
        ("started", "needs db healthy", "notify-execute".to_owned()),
        ("started", "needs db running", "db is not healthy".to_owned()),
        ("started", "needs db completed", "notify-execute".to_owned()),
        ("started", "needs db down", "db does not run".to_owned()),
        ("started", "needs db unknown", "db is unknown".to_owned()),
        ("started", "", "db is unknown".to_owned()),
        ("healthy", "needs db healthy", "notify-execute".to_owned()),
        ("completed", "needs db completed", "notify-execute".to_owned()),
        ("completed", "needs db running", "db has not completed".to_owned()),
    ];
    for (condition, db, expected) in rows {
        assert_eq!(sick(condition, db), expected, "{condition} {db}");
    }
}

#[test]
fn a_change_of_limits_waits_for_a_bad_or_unknown_dependency_too() {
    let limits = |db: &str| {
        let text = format!(
            "Container web {{image: app:1, dependsOn: [{{name: db}}], resources: {{limits: {{memory: 64Mi}}}}}}
             live running
             made-of {{image: app:1, resources: {{limits: {{memory: 32Mi}}}}}}
             applied
             {db}"
        );
        let told = verdict(&text, "drift-reconciliation");
        told.rsplit_once("a consequence: ").map_or(told.clone(), |(_, why)| why.to_owned())
    };
    let rows = [
        ("needs db healthy", "notify-execute"),
        ("needs db running", "db is not healthy"),
        ("needs db down", "db does not run"),
        ("needs db completed", "notify-execute"),
        ("needs db unknown", "db is unknown"),
        ("needs db not-yet", "db is unknown"),
        ("", "db is unknown"),
    ];
    for (db, expected) in rows {
        assert_eq!(limits(db), expected, "{db}");
    }
}

#[test]
fn a_restart_needs_a_word_on_health_that_is_not_older_than_the_next_one_should_be() {
    let spec = "{command: curl localhost, interval: 30s, timeout: 5s}";
    let sick = |checked: &str| {
        let text = SICK.replace("{command: curl localhost}", spec);
        verdict(&format!("{text}\n checked {checked}"), RESTART)
    };
    assert_eq!(sick("0ms"), "notify-execute");
    assert_eq!(sick("40s"), "notify-execute");
    assert_eq!(sick("40001ms"), "notify-execute, held by freshness: its health was last checked 40s ago");
    assert_eq!(sick("never"), "notify-execute, held by freshness: its health was never checked");
    let unknown = "Container web {image: app:1}\n live running\n applied\n health unhealthy refused";
    assert_eq!(verdict(unknown, RESTART), "notify-execute, held by freshness: its healthcheck is not known");
}

#[test]
fn a_word_on_health_of_another_clock_is_no_word() {
    let sick = |ahead: i64| {
        let mut world = crate::fixture::world(SICK);
        let now = world.now.wall_ms;
        crate::fixture::live::change(&mut world, |live| {
            live.health.as_mut().unwrap().last_check_ms = Some(now + ahead);
        });
        let decision = podsteward_domain::evaluate::evaluate(world).choice.unwrap().decision;
        crate::told::first_stop(&decision)
    };
    assert_eq!(sick(5_000), "", "clocks differ a little");
    let other = "held by freshness: its health was last checked by another time than the clock's";
    assert_eq!(sick(5_001), other);
    assert_eq!(sick(86_400_000), other);
}

#[test]
fn drift_is_mended_whatever_the_age_of_a_word_on_health() {
    assert_eq!(verdict(DRIFTED, "drift-reconciliation"), "notify-execute");
}

#[test]
fn the_health_of_a_host_loses_twenty_for_each_critical_finding_and_five_for_each_warning() {
    use Severity::{Critical, Info, Warning};
    let rows: [(&[Severity], u32); 6] = [
        (&[], 100),
        (&[Info, Info], 100),
        (&[Warning], 95),
        (&[Critical, Warning, Info], 75),
        (&[Critical; 5], 0),
        (&[Critical; 9], 0),
    ];
    for (severities, score) in rows {
        let wrong =
            |severity: &Severity| Wrong { kind: FindingKind::Unhealthy, severity: *severity, message: "" };
        assert_eq!(health::score(severities.iter().map(wrong)), score, "{severities:?}");
    }
}

#[test]
fn a_file_that_cannot_be_understood_costs_health_once_however_many_objects_stand_in_it() {
    let invalid =
        |message| Wrong { kind: FindingKind::ManifestInvalid, severity: Severity::Warning, message };
    let all =
        ["c.yaml:97:50: spec: no", "c.yaml:97:50: spec: no", "c.yaml:3:1: no", "d.yaml:97:50: spec: no"];
    assert_eq!(health::score(all.map(invalid)), 90);
}
