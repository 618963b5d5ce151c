//! How far podsteward may go with one container: its manifest over an override over the policy, and deny beats all.

use podsteward_domain::plan::Expectation;
use podsteward_domain::words;

use crate::confidence::SICK;
use crate::fixture::world;
use crate::told::verdict;

/// An unhealthy container whose manifest says this about remediation, under a policy that says that.
fn sick(own: &str, policy: &str) -> String {
    let own = if own.is_empty() { String::new() } else { format!(", remediation: {{{own}}}") };
    let text = SICK.replace("image: app:1", &format!("image: app:1{own}"));
    format!("{text}\n policy {{{policy}}}")
}

/// An override of the container by name.
fn by_name(says: &str) -> String {
    format!("overrides: [{{match: {{names: [db, web]}}, {says}}}]")
}

const FORBIDDEN: &str = "held by override: autoRestart is false by";
const ASKS: &str = "queue, held by verdict: requiresConfirmation is true by";
const DENIED: &str =
    "held by override: service-restart is denied by its manifest or an override of the policy";

#[test]
fn a_manifest_says_more_than_an_override_and_an_override_more_than_the_policy() {
    let spent = "held by budget: 1 of 1 restarts within the hour are spent";
    let rows = [
        ("autoRestart: false", String::new(), format!("{FORBIDDEN} its manifest")),
        ("", by_name("autoRestart: false"), format!("{FORBIDDEN} an override of the policy")),
        ("autoRestart: true", by_name("autoRestart: false"), String::new()),
        ("autoRestart: false", by_name("autoRestart: true"), format!("{FORBIDDEN} its manifest")),
        ("requiresConfirmation: true", String::new(), format!("{ASKS} its manifest")),
        ("", by_name("requiresConfirmation: true"), format!("{ASKS} an override of the policy")),
        ("requiresConfirmation: false", by_name("requiresConfirmation: true"), String::new()),
        ("maxRestartsPerHour: 1", String::new(), spent.to_owned()),
        ("", by_name("maxRestartsPerHour: 1"), spent.to_owned()),
        ("maxRestartsPerHour: 2", by_name("maxRestartsPerHour: 1"), String::new()),
        (
            "",
            format!("budgets: {{restartsPerHour: 9}}, {}", by_name("maxRestartsPerHour: 1")),
            spent.to_owned(),
        ),
        ("deny: [service-restart]", by_name("deny: []"), DENIED.to_owned()),
        ("deny: []", by_name("deny: [service-restart]"), DENIED.to_owned()),
        ("autoRestart: true", by_name("deny: [service-restart]"), DENIED.to_owned()),
        ("deny: [drift-reconciliation]", String::new(), String::new()),
        ("", "overrides: [{match: {names: [db]}, autoRestart: false}]".to_owned(), String::new()),
    ];
    for (own, policy, expected) in rows {
        let text = format!("{}\n track service-restart restarts 1m", sick(own, &policy));
        let told = verdict(&text, "service-restart");
        let done = expected.is_empty() && told == "notify-execute";
        assert!(done || !expected.is_empty() && told.contains(&expected), "{own} {policy}: {told}");
    }
}

#[test]
fn an_override_finds_its_containers_by_all_of_its_labels() {
    let labelled = |labels: &str| {
        let policy = format!("overrides: [{{match: {{labels: {labels}}}, autoRestart: false}}]");
        let mut world = world(&sick("", &policy));
        let document = world.desired.document().unwrap();
        let mut document = (**document).clone();
        document.labels.extend([("tier".to_owned(), "db".to_owned()), ("team".to_owned(), "a".to_owned())]);
        world.desired = podsteward_domain::world::Desired::Declared(std::sync::Arc::new(document));
        let decisions = podsteward_domain::evaluate::evaluate(world).decisions;
        let restart =
            decisions.iter().find(|decision| decision.action.as_str() == "service-restart").unwrap();
        restart.withheld_by().is_some()
    };
    assert!(labelled("{tier: db}"));
    assert!(labelled("{tier: db, team: a}"));
    assert!(!labelled("{tier: db, team: b}"));
    assert!(!labelled("{tier: web}"));
}

#[test]
fn the_last_override_that_says_something_has_the_word() {
    let policy = "overrides: [{match: {names: [web]}, autoRestart: false}, {match: {names: [web]}, autoRestart: true}, {match: {names: [web]}, requiresConfirmation: true}]";
    assert!(verdict(&sick("", policy), "service-restart").starts_with(ASKS));
}

#[test]
fn a_denial_beats_an_approval_and_a_forced_hand() {
    let word = "overall service-restart failures 3\n approval service-restart forced 1m\n forced";
    let asked = |own: &str| verdict(&format!("{}\n {word}", sick(own, "")), "service-restart");
    assert_eq!(asked(""), "queue", "it was approved");
    assert_eq!(asked("deny: [service-restart]"), format!("queue, {DENIED}"));
    assert_eq!(asked("autoRestart: false"), format!("queue, {FORBIDDEN} its manifest"));
}

#[test]
fn an_approval_lifts_what_a_confirmation_asks_for() {
    let text = format!("{}\n approval service-restart approved 1m", sick("requiresConfirmation: true", ""));
    assert_eq!(verdict(&text, "service-restart"), "queue");
}

#[test]
fn a_start_by_restart_policy_stays_where_restarts_are_forbidden() {
    let dead = "Container web {image: app:1, remediation: {autoRestart: false}}\n live exited\n applied\n exit death 1 1m";
    assert_eq!(verdict(dead, "start"), "declared");
}

#[test]
fn a_restart_may_take_as_long_as_the_manifest_or_the_override_grants() {
    let stabilise = |own: &str, policy: &str| {
        let choice = podsteward_domain::evaluate::evaluate(world(&sick(own, policy))).choice.unwrap();
        let Expectation { stabilise, .. } = choice.plan.expectation;
        words::duration(stabilise)
    };
    assert_eq!(stabilise("", ""), "30s");
    assert_eq!(stabilise("restartTimeoutSeconds: 90", ""), "1m30s");
    assert_eq!(stabilise("", &by_name("restartTimeoutSeconds: 120")), "2m");
    assert_eq!(stabilise("restartTimeoutSeconds: 90", &by_name("restartTimeoutSeconds: 120")), "1m30s");
    assert_eq!(stabilise("restartTimeoutSeconds: 5", ""), "30s", "never less than the action needs");
}

#[test]
fn an_orphan_is_found_by_its_name_although_nothing_declares_it() {
    let orphan = |says: &str| {
        let text = format!("{}\n policy {{{}}}", crate::confidence::ORPHANED, by_name(says));
        verdict(&text, "orphan-removal")
    };
    assert!(orphan("deny: [orphan-removal]").contains("held by override: orphan-removal is denied"));
    assert!(orphan("deny: [service-restart]").ends_with("it waits for approval"));
    assert!(orphan("autoRestart: false").ends_with("it waits for approval"), "it restarts nothing");
}
