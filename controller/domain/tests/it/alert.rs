//! Alerts: what they call for on their target, and what keeps them from it.

use expect_test::expect;
use podsteward_domain::alert::Answers;
use podsteward_domain::decision::Gate;
use podsteward_domain::evaluate::evaluate;
use podsteward_domain::verify::Verification;

use crate::fixture::world;
use crate::told::{acts, decided, finds, verdict};

const RESTART: &str = "service-restart";
/// A container that is well as far as it can tell itself.
const WEB: &str = "Container web {image: app:1, healthcheck: {command: curl localhost}}
    live running
    applied
    health healthy";
const ROUTE: &str = "match: {alertname: Slow}, action: service-restart, targetLabel: container";

/// A container about which an alert of some minutes fires, with more lines.
fn alerted(more: &str, route: &str, lines: &str) -> String {
    format!("{WEB}\n alert Slow {more} {{{ROUTE}{route}}}\n {lines}")
}

fn slow(lines: &str) -> String {
    alerted("2m 1m", "", lines)
}

#[test]
fn an_alert_calls_for_the_action_of_its_route() {
    expect![[r#"
        service-restart because alert (notify-execute)
          restart: stop container web (grace 10 s), start container web
          expects Well for 30s
        look again in 28740s
    "#]]
    .assert_eq(&acts(&slow("summary p99 is 2 s")));
}

#[test]
fn the_confidence_of_the_route_is_the_prediction() {
    let parts = |text: &str| decided(text, RESTART).judgement.unwrap().confidence;
    let (sure, unsure) = (parts(&slow("")), parts(&alerted("2m 1m", ", confidence: 0.5", "")));
    assert_eq!((sure.parts.prediction.to_string(), sure.total.to_string()), ("1.00".into(), "0.90".into()));
    assert_eq!(
        (unsure.parts.prediction.to_string(), unsure.total.to_string()),
        ("0.50".into(), "0.75".into())
    );
    assert_eq!(verdict(&slow(""), RESTART), "notify-execute");
}

#[test]
fn a_route_that_wants_confirmation_asks_however_sure_it_is() {
    let text = alerted("2m 1m", ", requiresConfirmation: true", "track service-restart successes 30");
    expect!["queue, held by verdict: requiresConfirmation is true by alertroute/slow; confidence 0.9818, risk low: it waits for approval"]
        .assert_eq(&verdict(&text, RESTART));
}

#[test]
fn an_alert_that_was_not_repeated_is_unknown_and_calls_for_nothing() {
    let firing = alerted("10h 479m", "", "");
    assert_eq!(verdict(&firing, RESTART), "notify-execute");
    let unknown = alerted("10h 8h", "", "");
    expect![[r#"
        info alert: alert Slow was not repeated for 8h: whether it still fires is not known
        nothing to do
    "#]]
    .assert_eq(&(finds(&unknown) + &acts(&unknown)));
}

#[test]
fn it_is_looked_at_again_when_it_is_no_longer_known_to_fire() {
    let again = |text: &str| evaluate(world(text)).again.map(|again| again.as_secs());
    assert_eq!(again(&alerted("10h 479m", "", "pause")), Some(60));
    assert_eq!(again(&alerted("10h 8h", "", "")), None);
}

#[test]
fn an_alert_without_a_target_is_only_told() {
    let text = slow("nowhere the alert has no label container");
    expect![[r#"
        warning alert: alert Slow fires; alertroute/slow finds no target: the alert has no label container

        alert-only, held by verdict: only told: there is nothing to act on: the alert has no label container; confidence 0.90, risk low"#]].assert_eq(&format!("{}\n{}", finds(&text), verdict(&text, RESTART)));
}

#[test]
fn whoever_forbids_it_on_the_target_has_the_last_word() {
    let rows = [
        "policy {overrides: [{match: {names: [web]}, autoRestart: false}]}",
        "policy {overrides: [{match: {names: [web]}, deny: [service-restart]}]}",
        "policy {mode: observe}",
        "pause",
        "switch paused",
        "foreign",
        "adoptable",
    ];
    let told: Vec<String> = rows
        .iter()
        .map(|row| {
            let foreign = || slow("").replace("live running", "live running\n owner nobody");
            let text = match *row {
                "foreign" => foreign(),
                "adoptable" => foreign().replace("image: app:1", "image: app:1, adopt: true"),
                row => slow(row),
            };
            verdict(&text, RESTART) + "\n"
        })
        .collect();
    expect![[r#"
        notify-execute, held by override: autoRestart is false by an override of the policy
        notify-execute, held by override: service-restart is denied by its manifest or an override of the policy
        alert-only, held by verdict: only told: the policy's mode is observe; confidence 0.90, risk low
        notify-execute, held by pause: paused by ada: a look inside
        notify-execute, held by switch: paused by ada: a look inside
        notify-execute, held by override: a container of this name exists that podsteward did not make (set `adopt: true` to take it over, or remove it)
        notify-execute, held by override: it is not taken over yet
    "#]].assert_eq(&told.concat());
}

#[test]
fn one_occurrence_is_answered_once_and_again_only_when_a_person_says_so() {
    let rows = [
        ("10m 9m", "answered 2m"),
        ("10m 1m", "answered 4m"),
        ("10m 6m", "answered 6m"),
        ("10m 0s", "answered 5m"),
        ("10m 0s", "answered 5m\n forced"),
        ("10m 1m", "answered 4m other"),
        ("10m 1m", "answered 4m\n policy {cooldowns: {service-restart: 0s}}"),
        ("10m 1m", "answered 4m\n forced"),
    ];
    let told: Vec<String> = rows
        .iter()
        .map(|(alert, lines)| {
            format!(
                "{alert}, {}: {}\n",
                lines.replace('\n', ","),
                verdict(&alerted(alert, "", lines), RESTART)
            )
        })
        .collect();
    expect![[r#"
        10m 9m, answered 2m: notify-execute, held by limit: plan 3 (service-restart) was an answer to this very alert
        10m 1m, answered 4m: notify-execute, held by limit: plan 3 (service-restart) was an answer to this very alert
        10m 6m, answered 6m: notify-execute, held by limit: plan 3 (service-restart) was an answer to this very alert
        10m 0s, answered 5m: notify-execute, held by limit: plan 3 (service-restart) was an answer to this very alert and did not end it
        10m 0s, answered 5m, forced: notify-execute
        10m 1m, answered 4m other: notify-execute
        10m 1m, answered 4m, policy {cooldowns: {service-restart: 0s}}: notify-execute, held by limit: plan 3 (service-restart) was an answer to this very alert
        10m 1m, answered 4m, forced: notify-execute
    "#]].assert_eq(&told.concat());
}

#[test]
fn a_route_acts_on_one_target_no_more_often_than_it_may() {
    let limits = ", limits: {perTarget: 2, per: 1h}";
    let lines = |first: &str| format!("answered {first} other\n answered 10m other");
    expect!["notify-execute, held by limit: alertroute/slow acted 2 of 2 times on it within 1h"]
        .assert_eq(&verdict(&alerted("2m 1m", limits, &lines("59m")), RESTART));
    assert_eq!(verdict(&alerted("2m 1m", limits, &lines("60m")), RESTART), "notify-execute");
}

#[test]
fn an_alert_that_began_with_a_restart_of_ours_is_not_answered_with_another() {
    let rows = ["4m 3m", "3m59s 3m", "2m 1m59s", "1m 59s", "1m 6m", "10m 5m"];
    let told: Vec<String> = rows
        .iter()
        .map(|row| format!("disturbed {row}: {}\n", verdict(&slow(&format!("disturbed {row}")), RESTART)))
        .collect();
    expect![[r#"
        disturbed 4m 3m: notify-execute, held by consequence: it began with service-restart, which was podsteward's own: what comes of it is waited for
        disturbed 3m59s 3m: notify-execute, held by consequence: it began with service-restart, which was podsteward's own: what comes of it is waited for
        disturbed 2m 1m59s: notify-execute, held by consequence: it began with service-restart, which was podsteward's own: what comes of it is waited for
        disturbed 1m 59s: notify-execute
        disturbed 1m 6m: notify-execute
        disturbed 10m 5m: notify-execute
    "#]].assert_eq(&told.concat());
}

#[test]
fn an_alert_that_goes_on_long_after_it_was_answered_is_critical_and_told() {
    expect![[r#"
        critical alert: alert Slow fires; service-restart at 2026-11-22T11:50:00Z did not end it
    "#]]
    .assert_eq(&finds(&alerted("20m 1m", "", "answered 10m")));
    expect![[r#"
        warning alert: alert Slow fires
    "#]]
    .assert_eq(&finds(&alerted("20m 9m", "", "answered 10m")));
}

#[test]
fn several_alerts_are_one_finding_by_the_worst_and_each_route_calls_for_its_own() {
    let cleans = "match: {alertname: Full}, playbook: tidy, targetLabel: container";
    let text =
        format!("{}\n alert Full 5m 5m critical {{{cleans}}}\n alert Odd 5m 5m info {{{ROUTE}}}", slow(""));
    expect![[r#"
        critical alert: alert Full fires (and 2 more)
    "#]]
    .assert_eq(&finds(&text));
    let actions: Vec<String> =
        evaluate(world(&text)).decisions.iter().map(|it| it.action.to_string()).collect();
    assert!(actions.iter().filter(|action| *action == RESTART).count() == 2, "{actions:?}");
}

#[test]
fn what_others_wrote_reaches_nobody_as_it_is() {
    let found = finds(&slow("summary \u{1b}[2J\u{202e}gone {} %s $(reboot)"));
    expect![[r#"
        warning alert: alert Slow fires: \u{1b}[2J\u{202e}gone {} %s $(reboot)
    "#]]
    .assert_eq(&found);
    assert!(!found.contains(['\u{1b}', '\u{202e}']));
}

#[test]
fn whether_a_restart_because_of_an_alert_worked_does_not_hang_on_a_health_that_was_good_before() {
    let healthy = world(&format!("{WEB}\n intent restart stabilising 31s\n expects well 30s\n was-well"));
    let mut by_alert = healthy.clone();
    let routed = world(&slow("")).alerts.remove(0);
    let episodes = vec![routed.alert.episode.clone()];
    by_alert.intent.as_mut().unwrap().draft.answers = Some(Answers { route: routed.key, episodes });
    let verified = [healthy, by_alert].map(|world| evaluate(world).verification.unwrap());
    assert!(matches!(verified[0], Verification::Inconclusive(_)), "{verified:?}");
    assert_eq!(verified[1], Verification::Passed);
}

#[test]
fn what_does_not_run_is_started_and_not_restarted() {
    let down = "Container web {image: app:1}\n live exited\n applied\n exit death 1 1m";
    let text = format!("{down}\n alert Slow 2m 1m {{{ROUTE}}}");
    let decisions = evaluate(world(&text)).decisions;
    let actions: Vec<&str> = decisions.iter().map(|decision| decision.action.as_str()).collect();
    assert_eq!(actions, ["start"]);
}

#[test]
fn a_stale_word_of_the_healthcheck_does_not_keep_an_alert_from_being_answered() {
    let text = slow("");
    let freshness = decided(&text, RESTART).gates.into_iter().find(|it| it.gate == Gate::Freshness);
    assert!(!freshness.unwrap().answer.stops());
}

#[test]
fn what_is_wrong_with_a_route_is_a_finding_about_it() {
    let text = format!("AlertRoute slow {{{ROUTE}}}\n lint it is denied everywhere");
    expect![[r#"
        info edited: it is new, and in force
        warning alert_route_unsound: it is denied everywhere
    "#]]
    .assert_eq(&finds(&text));
}
