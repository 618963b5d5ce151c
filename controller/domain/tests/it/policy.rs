//! Every key of a `RemediationPolicy` changes what is done.
//!
//! Owns one row a key. What mutes notifications only (`quietHours`) is the runtime's.

use std::time::Duration;

use podsteward_domain::intent::Outcome;
use podsteward_domain::storm;
use podsteward_specs::policy::{RemediationPolicy, Storm};

use crate::confidence::{DRIFTED, SICK};
use crate::fixture::standing::policy;
use crate::fixture::{NOW, ago, world};
use crate::lesson::teach;
use crate::storm::opened;
use crate::told::{decided, verdict};

/// A key that is not in one of the tables here would have to be named here.
#[test]
fn every_key_has_its_row() {
    let RemediationPolicy {
        mode: _,
        risk_tolerance: _,
        thresholds: _,
        cooldowns: _,
        breaker: _,
        budgets: _,
        approvals: _,
        learning: _,
        storm: _,
        maintenance_windows: _,
        quiet_hours: _,
        overrides: _,
        suppress: _,
        // When something is told or tried changes nothing of what is judged.
        report_every: _,
        drill_every: _,
    } = RemediationPolicy::default();
}

const QUEUED: &str = "queue, held by verdict: confidence 0.795, risk low: it waits for approval";
const RESTART: &str = "service-restart";
const DRIFT: &str = "drift-reconciliation";

/// What else is known, a policy, and what is decided about a restart without and with the policy.
const RESTARTS: [(&str, &str, &str, &str); 21] = [
    (
        "",
        "mode: observe",
        "notify-execute",
        "alert-only, held by verdict: only told: the policy's mode is observe; confidence 0.90, risk low",
    ),
    (
        "",
        "mode: ask",
        "notify-execute",
        "queue, held by verdict: the policy's mode is ask; confidence 0.90, risk low: it waits for approval",
    ),
    (
        "track service-restart successes 12",
        "thresholds: {autoExecute: 0.98}",
        "auto-execute",
        "notify-execute",
    ),
    (
        "",
        "thresholds: {notifyExecute: 0.9}",
        "notify-execute",
        "queue, held by verdict: confidence 0.90, risk low: it waits for approval",
    ),
    (
        "",
        "thresholds: {notifyExecute: 0.9, queue: 0.9}",
        "notify-execute",
        "alert-only, held by verdict: only told: confidence 0.90, risk low",
    ),
    (
        "track service-restart ended 4m",
        "cooldowns: {service-restart: 3m}",
        "notify-execute, held by cooldown: service-restart rests for 5m after it was tried",
        "notify-execute",
    ),
    (
        "track service-restart opened 1h",
        "breaker: {halfOpenAfter: 1h}",
        "notify-execute, held by breaker: service-restart failed too often on this target",
        "notify-execute",
    ),
    (
        "overall orphan-removal opened 1h",
        "breaker: {actions: 1}",
        "notify-execute",
        "notify-execute, held by breaker: several actions failed too often: all remediation rests",
    ),
    (
        "track service-restart restarts 1m,2m",
        "budgets: {restartsPerHour: 2}",
        "notify-execute",
        "notify-execute, held by budget: 2 of 2 restarts within the hour are spent",
    ),
    (
        "group container/db\n lease container/db service-restart",
        "budgets: {concurrentPerGroup: 2}",
        "notify-execute, held by budget: one at a time among what depends on each other: container/db",
        "notify-execute",
    ),
    (
        "lease container/db service-restart\n lease container/proxy drift-reconciliation",
        "budgets: {concurrentPercent: 15}",
        "notify-execute, held by budget: 2 of at most 2 remediations are under way",
        "notify-execute",
    ),
    (
        "overall service-restart failures 3\n approval service-restart pending 6d",
        "approvals: {ttl: 5d}",
        "queue, held by verdict: confidence 0.795, risk low: approval 41 waits for somebody",
        "queue, held by verdict: confidence 0.795, risk low: approval 41 is over; it is asked for again",
    ),
    (
        "overall service-restart failures 3\n approval service-restart approved 20m",
        "approvals: {runWithin: 30m}",
        "queue, held by verdict: confidence 0.795, risk low: approval 41 is over; it is asked for again",
        "queue",
    ),
    ("", "learning: {prior: 0.35}", "notify-execute", QUEUED),
    ("overall service-restart failures 3", "learning: {priorAttempts: 30}", QUEUED, "notify-execute"),
    (
        "overall service-restart failures 3 learned 1d",
        "learning: {halfLife: 1h}",
        "queue, held by verdict: confidence 0.7962, risk low: it waits for approval",
        "notify-execute",
    ),
    (
        "track service-restart successes 3",
        "learning: {autoExecuteSuccesses: 4}",
        "auto-execute",
        "notify-execute",
    ),
    (
        "",
        "maintenanceWindows: [{actions: [service-restart], zone: UTC, from: '13:00', to: '14:00'}]",
        "notify-execute",
        "notify-execute, held by maintenance-window: service-restart runs in its maintenance window only",
    ),
    (
        "",
        "suppress: [{finding: unhealthy, object: container/web, until: '2026-11-22T13:00:00Z', reason: known}]",
        "notify-execute",
        "notify-execute, held by suppression: suppressed until 2026-11-22T13:00:00Z: known",
    ),
    (
        "",
        "overrides: [{match: {names: [web]}, deny: [service-restart]}]",
        "notify-execute",
        "notify-execute, held by override: service-restart is denied by its manifest or an override of the policy",
    ),
    (
        "storm 90s",
        "storm: {hold: 1m}",
        "notify-execute, held by storm: so much went wrong at once that nothing is touched",
        "notify-execute",
    ),
];

#[test]
fn every_key_that_a_decision_reads_changes_it() {
    for (known, says, without, with) in RESTARTS {
        let under = |says: &str| verdict(&format!("{SICK}\n policy {{{says}}}\n {known}"), RESTART);
        assert_eq!(under(""), without, "{known} without {says}");
        assert_eq!(under(says), with, "{known} with {says}");
    }
}

#[test]
fn experience_fades_as_fast_as_the_policy_says() {
    let history = |says: &str| {
        let text = format!("{SICK}\n policy {{{says}}}\n overall service-restart failures 3 learned 1d");
        decided(&text, RESTART).judgement.unwrap().confidence.parts.history.to_string()
    };
    assert_eq!(history(""), "0.354");
    assert_eq!(history("learning: {halfLife: 1d}"), "0.4667", "half of three failures");
}

#[test]
fn the_tolerance_of_risk_moves_every_bound() {
    // 0.796 and 0.8475.
    let queued = format!("{DRIFTED}\n overall drift-reconciliation failures 2");
    let told = format!("{SICK}\n overall service-restart failures 1");
    let with = |text: &str, tolerance: &str, action| {
        decided(&format!("{text}\n policy {{riskTolerance: {tolerance}}}"), action).verdict.as_str()
    };
    let of = |text, action| ["low", "medium", "high"].map(|tolerance| with(text, tolerance, action));
    assert_eq!(of(&queued, DRIFT), ["queue", "queue", "notify-execute"]);
    assert_eq!(of(&told, RESTART), ["queue", "notify-execute", "notify-execute"]);
}

/// What a lesson leaves: the adjustment, and which breakers opened.
fn lesson(says: &str, known: &str, outcome: Outcome) -> String {
    let mut sick = world(&format!("{SICK}\n policy {{{says}}}\n {known}"));
    let learned = teach(&mut sick, outcome, None);
    let left = learned.track.adjustment.left(sick.now, &sick.policy.learning);
    let pair = if learned.pair_opened { ", pair opened" } else { "" };
    let anywhere = if learned.action_opened { ", action opened" } else { "" };
    format!("{left}{pair}{anywhere}")
}

#[test]
fn every_key_that_a_lesson_reads_changes_it() {
    use Outcome::{Failure, Success, Warning};
    let failing =
        "track service-restart in-a-row 1\n overall service-restart failing container/db,container/db";
    let rows = [
        ("", "learning: {verified: 0.07}", Success, "+0.05", "+0.07"),
        ("", "learning: {warning: 0}", Warning, "+0.02", "+0.00"),
        ("", "learning: {failed: -0.2}", Failure, "-0.10", "-0.20"),
        ("", "learning: {floor: -0.05}", Failure, "-0.10", "-0.05"),
        ("", "learning: {ceiling: 0.01}", Success, "+0.05", "+0.01"),
        (
            failing,
            "breaker: {failures: 2}",
            Failure,
            "-0.10, action opened",
            "-0.10, pair opened, action opened",
        ),
        (failing, "breaker: {targets: 3}", Failure, "-0.10, action opened", "-0.10"),
    ];
    for (known, says, outcome, without, with) in rows {
        assert_eq!(lesson("", known, outcome), without, "without {says}");
        assert_eq!(lesson(says, known, outcome), with, "with {says}");
    }
}

#[test]
fn every_key_of_the_storm_changes_when_there_is_one() {
    let ready = ago(Duration::from_mins(10));
    let judge =
        |policy: &Storm, all| storm::judge(&opened(&[50, 40, 30, 20]), all, ready, NOW, policy).is_some();
    let rows = [
        ("percent: 40", 10, true, false),
        ("containers: 5", 10, true, false),
        ("within: 35s", 10, true, false),
        ("grace: 595s", 10, true, false),
        ("percent: 10", 20, false, true),
    ];
    for (says, all, without, with) in rows {
        let with_key = policy(&format!("{{storm: {{{says}}}}}")).storm;
        assert_eq!(judge(&RemediationPolicy::default().storm, all), without, "without {says}");
        assert_eq!(judge(&with_key, all), with, "with {says}");
    }
}
