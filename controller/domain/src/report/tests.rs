//! Facts in, the report out: above all what it says where nothing is known.

use std::collections::BTreeMap;

use expect_test::expect;
use podsteward_specs::key::Key;

use super::{
    Away, ChannelDelivery, Counted, Facts, Left, OpenBreaker, Pending, Repair, Span, Trouble, Verified,
    Watch, proactive, report,
};
use crate::action::Action;
use crate::breaker::BreakerState;
use crate::decision::Gate;
use crate::finding::{FindingKind, Severity};
use crate::status::ObjectState;
use crate::time::{BootId, Moment};

const HOUR_MS: i64 = 3_600_000;
const WEEK_MS: i64 = 7 * 24 * HOUR_MS;
const NOW_MS: i64 = 1_800_000_000_000;

fn nothing() -> Facts {
    let now = Moment { wall_ms: NOW_MS, boot_ms: 1_000, boot_id: BootId(1) };
    Facts { now, window_secs: 7 * 24 * 3600, ..Facts::default() }
}

fn key(text: &str) -> Key {
    text.parse().unwrap()
}

fn trouble(target: &str, finding: FindingKind, opened_ms: i64, closed_ms: Option<i64>) -> Trouble {
    Trouble {
        target: key(target),
        finding,
        severity: finding.severity(),
        message: "it is so".to_owned(),
        opened_ms,
        closed_ms,
        first: false,
    }
}

fn did(action: Action, trigger: FindingKind, times: u64) -> Verified {
    Verified { action, trigger, times }
}

fn span(watch: Watch, from_ms: i64, to_ms: i64) -> Span {
    Span { watch, from_ms: NOW_MS - from_ms, to_ms: NOW_MS - to_ms }
}

#[test]
fn nothing_known_is_no_data_and_never_a_hundred_percent() {
    let report = report(&nothing());
    assert_eq!((report.all.success_rate, report.all.average_confidence), (None, None));
    assert_eq!((report.proactive_ratio, report.time_to_repair.clone()), (None, None));
    assert_eq!((report.coverage.ratio, report.last_drill.clone(), report.health_score), (None, None, None));
    expect![
        "Nothing needs you. It did nothing, and held nothing back. How much of the time it ran is not known."
    ]
    .assert_eq(&report.headline);
}

#[test]
fn what_was_done_is_counted_by_action_and_in_all() {
    let restart =
        Counted { verified: 3, failed: 1, confidence_sum_bp: 36_000, judged: 4, ..Counted::default() };
    let withheld_by = BTreeMap::from([(Gate::Cooldown, 2), (Gate::Verdict, 1)]);
    let cleanup = Counted { withheld_by, asked: 1, ..Counted::default() };
    let decisions = BTreeMap::from([(Action::ServiceRestart, restart), (Action::DiskCleanup, cleanup)]);
    let report = report(&Facts { decisions, ..nothing() });
    let rate = |at: usize| report.actions[at].totals.success_rate.map(|rate| rate.to_string());
    assert_eq!((rate(0), rate(1)), (Some("0.75".to_owned()), None));
    assert_eq!(report.all.average_confidence.unwrap().to_string(), "0.90");
    assert_eq!(report.withheld_by[&Gate::Cooldown], 2);
    expect!["Nothing needs you. It did 4 things, of which 1 failed, and held 3 back. How much of the time it ran is not known."]
        .assert_eq(&report.headline);
}

#[test]
fn a_repair_is_told_by_its_median_and_its_worst() {
    let repair =
        |target: &str, took_ms| Repair { target: key(target), finding: FindingKind::Unhealthy, took_ms };
    let repairs =
        vec![repair("container/a", 5_000), repair("container/b", 90_000), repair("container/c", 7_000)];
    let verified = vec![
        did(Action::PredictiveMaintenance, FindingKind::DiskForecast, 1),
        did(Action::DiskCleanup, FindingKind::DiskCritical, 3),
    ];
    let report = report(&Facts { verified, repairs, ..nothing() });
    let told = report.time_to_repair.unwrap();
    assert_eq!((told.median_seconds, told.worst_seconds), (7, 90));
    assert_eq!(told.worst_target, key("container/b"));
    assert_eq!(report.proactive_ratio.unwrap().to_string(), "0.25");
}

#[test]
fn what_follows_from_a_manifest_was_called_for_by_no_warning() {
    let declared = [
        (Action::Apply, FindingKind::Missing),
        (Action::Start, FindingKind::NotRunning),
        (Action::LivenessRestart, FindingKind::LivenessFailed),
        (Action::Apply, FindingKind::Edited),
    ];
    let mut verified: Vec<_> = declared.map(|(action, trigger)| did(action, trigger, 1)).to_vec();
    assert_eq!(proactive(&verified).unwrap().to_string(), "0.00");
    verified.push(did(Action::ServiceRestart, FindingKind::Unhealthy, 1));
    assert_eq!(proactive(&verified).unwrap().to_string(), "0.20");
}

#[test]
fn time_in_which_nobody_watched_or_the_switch_was_off_is_told() {
    let day = 24 * HOUR_MS;
    let spans = vec![
        span(Watch::Acting, 9 * day, 4 * day),
        span(Watch::Paused, 4 * day, 4 * day - 3 * HOUR_MS),
        span(Watch::Acting, 3 * day, 0),
    ];
    let known = Facts { spans: spans.clone(), watched_since_ms: Some(NOW_MS - 9 * day), ..nothing() };
    let told = report(&known);
    assert_eq!(told.coverage.ratio.unwrap().to_string(), "0.875");
    assert_eq!(told.coverage.known_since, None);
    assert!(told.headline.ends_with("It ran 87 % of the time; it was paused for 3h."), "{}", told.headline);

    let younger = Facts { watched_since_ms: Some(NOW_MS - 3 * day), spans: spans[2..].to_vec(), ..nothing() };
    let told = report(&younger);
    assert_eq!(told.coverage.ratio.unwrap().to_string(), "1.00");
    assert_eq!(told.headline.split(". ").last(), Some("Before 2027-01-12T08:00:00Z is not known."));
}

#[test]
fn what_was_wrong_is_cut_to_the_window_and_the_open_and_worst_come_first() {
    let from = NOW_MS - WEEK_MS;
    let troubles = vec![
        trouble("container/web", FindingKind::Unhealthy, from - HOUR_MS, Some(from + HOUR_MS)),
        trouble("container/web", FindingKind::Unhealthy, from + 2 * HOUR_MS, Some(from + 3 * HOUR_MS)),
        trouble("container/db", FindingKind::CrashLoop, NOW_MS - HOUR_MS, None),
        trouble("container/db", FindingKind::Waiting, from, None),
    ];
    let report = report(&Facts { troubles, ..nothing() });
    let told: Vec<String> = report
        .findings
        .iter()
        .map(|it| format!("{} {} {} {} {}", it.target, it.finding, it.times, it.seconds, it.open))
        .collect();
    assert_eq!(told, ["container/db crash_loop 1 3600 true", "container/web unhealthy 2 7200 false"]);
    assert_eq!(report.offenders[0].object, key("container/web"));
    assert!(report.headline.starts_with("Needs you: critical: crash_loop of container/db. "));
}

#[test]
fn the_wait_for_what_is_new_to_be_made_was_no_trouble() {
    let missing = trouble("container/new", FindingKind::Missing, NOW_MS - HOUR_MS, Some(NOW_MS));
    let again = trouble("container/old", FindingKind::Missing, NOW_MS - HOUR_MS, Some(NOW_MS));
    let report = report(&Facts { troubles: vec![Trouble { first: true, ..missing }, again], ..nothing() });
    let told: Vec<_> = report.findings.iter().map(|it| it.target.to_string()).collect();
    assert_eq!(told, ["container/old"]);
    let ill: Vec<_> = report.offenders.iter().map(|it| it.object.to_string()).collect();
    assert_eq!(ill, ["container/old"]);
}

/// The first sentence about these facts.
fn needs(facts: &Facts) -> String {
    report(facts).headline.split(". ").next().unwrap_or_default().to_owned()
}

#[test]
fn whatever_is_open_needs_somebody() {
    let open = |target, finding| trouble(target, finding, NOW_MS - HOUR_MS, None);
    let warnings = vec![
        open("container/a", FindingKind::Drift),
        open("backupcheck/db", FindingKind::BackupStale),
        open("container/b", FindingKind::Alert),
        open("container/c", FindingKind::ImageMoved),
    ];
    let left = vec![Left {
        action: Action::ServiceRestart,
        target: key("container/b"),
        finding: FindingKind::Alert,
    }];
    expect!["Needs you: left to you: alert of container/b (service-restart); backups are not as they should be: backupcheck/db; warnings: drift of container/a"]
        .assert_eq(&needs(&Facts { troubles: warnings, left, ..nothing() }));

    let away = |object, state, paused: Option<&str>| Away {
        object: key(object),
        state,
        paused: paused.map(str::to_owned),
    };
    let away = vec![
        away("container/a", ObjectState::Missing, Some("by ann: moving")),
        away("container/b", ObjectState::Match, Some("by ann")),
        away("disk/root", ObjectState::Unknown, None),
    ];
    expect!["Needs you: container/a is missing and paused by ann: moving, container/b is paused by ann, disk/root is not known"]
        .assert_eq(&needs(&Facts { away, ..nothing() }));
    let idle = Some("podsteward is stopped by ann".to_owned());
    expect!["Needs you: podsteward is stopped by ann"].assert_eq(&needs(&Facts { idle, ..nothing() }));
    let many = |at: u32| trouble(&format!("container/c{at}"), FindingKind::Drift, NOW_MS - HOUR_MS, None);
    expect!["Needs you: warnings: drift of container/c0, drift of container/c1, drift of container/c10, drift of container/c11, drift of container/c2 and 7 more"]
        .assert_eq(&needs(&Facts { troubles: (0..12).map(many).collect(), ..nothing() }));
}

#[test]
fn a_notification_on_its_way_is_no_news_and_one_that_failed_is() {
    let lacking = |error: Option<&str>| {
        let last_error = error.map(str::to_owned);
        let lacking = ChannelDelivery { undelivered: 2, last_error, ..ChannelDelivery::default() };
        Facts { undelivered: 2, channels: vec![lacking], ..nothing() }
    };
    assert_eq!(needs(&lacking(None)), "Nothing needs you");
    assert_eq!(
        needs(&lacking(Some("channel chat: the answer was 404"))),
        "Needs you: 2 notifications did not arrive (channel chat: the answer was 404)"
    );
}

#[test]
fn what_needs_somebody_stands_in_the_first_sentence() {
    let pending = vec![Pending { id: 7, action: Action::OrphanRemoval, target: key("container/old") }];
    let breakers =
        vec![OpenBreaker { action: Some(Action::ServiceRestart), target: None, state: BreakerState::Open }];
    let report = report(&Facts { pending, breakers, undelivered: 2, ..nothing() });
    let first = report.headline.split(". ").next().unwrap();
    expect!["Needs you: 1 approval waits; 1 breaker is open; 2 notifications did not arrive: no channel is declared"]
        .assert_eq(first);
    assert_eq!(report.notification().severity, Severity::Info);
}
