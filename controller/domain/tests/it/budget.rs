//! How much at once, and how often.

use std::time::Duration;

use crate::confidence::{DRIFTED, SICK};
use crate::fixture::NOW;
use crate::told::{decided, verdict};

const RESTART: &str = "service-restart";

#[test]
fn a_spent_budget_says_when_a_restart_is_free_again() {
    let frees = |known: &str| {
        let decision = decided(&format!("{SICK}\n {known}"), RESTART);
        decision.opens().map(|opens| opens.since(NOW))
    };
    let spent = "track service-restart restarts 59m,1m,30m,10m,20m";
    assert_eq!(frees(spent), Some(Duration::from_mins(1)), "the oldest of five");
    assert_eq!(
        frees(&format!("policy {{budgets: {{restartsPerHour: 3}}}}\n {spent}")),
        Some(Duration::from_mins(40)),
        "the third youngest"
    );
    assert_eq!(frees(&format!("policy {{budgets: {{restartsPerHour: 0}}}}\n {spent}")), None, "never");
}

#[test]
fn restarts_of_every_action_count_and_those_by_declared_work_do_not() {
    let both = "track service-restart restarts 1m,2m,3m\n track drift-reconciliation restarts 4m,5m";
    assert!(verdict(&format!("{SICK}\n {both}"), RESTART).contains("held by budget: 5 of 5 restarts"));
    assert!(verdict(&format!("{DRIFTED}\n {both}"), "drift-reconciliation").contains("held by budget"));
    let declared = format!("{SICK}\n restarts 9 9\n last-start 1m\n ends 1m 2m 3m 4m 5m");
    assert_eq!(verdict(&declared, RESTART), "notify-execute");
}

#[test]
fn what_restarts_nothing_spends_nothing() {
    let spent = "track service-restart restarts 1m,2m,3m,4m,5m";
    let limits = "Container web {image: app:1, resources: {limits: {memory: 64Mi}}}\n live running\n made-of {image: app:1}\n applied";
    assert_eq!(verdict(&format!("{limits}\n {spent}"), "drift-reconciliation"), "notify-execute");
    assert!(verdict(&format!("{DRIFTED}\n {spent}"), "drift-reconciliation").contains("held by budget"));
}

#[test]
fn a_tenth_of_the_containers_and_at_least_one_is_remediated_at_once() {
    let held = |containers: u32, leases: usize| {
        let leases = (0..leases).map(|number| format!("\n lease container/db-{number} service-restart"));
        let text = format!("{SICK}\n containers {containers}{}", leases.collect::<String>());
        verdict(&text, RESTART).contains("held by budget")
    };
    let rows = [
        (0, 0, false),
        (1, 0, false),
        (1, 1, true),
        (19, 1, true),
        (20, 1, false),
        (20, 2, true),
        (29, 2, true),
        (30, 2, false),
    ];
    for (containers, leases, expected) in rows {
        assert_eq!(held(containers, leases), expected, "{leases} of {containers}");
    }
}

#[test]
fn one_at_a_time_among_what_depends_on_each_other_and_declared_work_does_not_count() {
    let told = |lines: &str| verdict(&format!("{SICK}\n containers 100\n {lines}"), RESTART);
    let group = "group container/db container/proxy";
    let held = "notify-execute, held by budget: one at a time among what depends on each other: container/db";
    assert_eq!(told(&format!("{group}\n lease container/db drift-reconciliation")), held);
    assert_eq!(told(&format!("{group}\n lease container/db apply")), "notify-execute");
    assert_eq!(told(&format!("{group}\n lease container/other service-restart")), "notify-execute");
    assert_eq!(
        told(&format!("{group}\n lease container/web service-restart")),
        "notify-execute",
        "its own is one in flight"
    );
}

#[test]
fn a_drill_takes_nothing_from_what_others_may_do() {
    let told =
        |lease: &str| verdict(&format!("{SICK}\n containers 1\n lease {lease} service-restart"), RESTART);
    assert!(told("container/other").contains("held by budget"));
    assert_eq!(told("container/podsteward-canary"), "notify-execute");
}
