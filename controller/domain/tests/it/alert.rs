//! Alerts: what they call for on their target, and what keeps them from it.

use expect_test::expect;
use podsteward_domain::decision::Gate;
use podsteward_domain::evaluate::evaluate;

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
    expect![[r#""#]].assert_eq(&acts(&slow("summary p99 is 2 s")));
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
    expect!["queue, verdict: requiresConfirmation is true by alertroute/slow; confidence 1.00, risk low: it waits for approval"]
        .assert_eq(&verdict(&text, RESTART));
}

#[test]
fn an_alert_that_was_not_repeated_is_unknown_and_calls_for_nothing() {
    let firing = alerted("10h 479m", "", "");
    assert_eq!(verdict(&firing, RESTART), "notify-execute");
    let unknown = alerted("10h 8h", "", "");
    expect![[r#""#]].assert_eq(&(finds(&unknown) + &acts(&unknown)));
}

#[test]
fn it_is_looked_at_again_when_it_is_no_longer_known_to_fire() {
    let again = |text: &str| evaluate(world(text)).again.map(|again| again.as_secs());
    assert_eq!(again(&alerted("10h 479m", "", "pause")), Some(60));
    assert_eq!(again(&alerted("10h 8h", "", "")), None);
}

#[test]
fn an_alert_without_a_target_is_only_told() {
    let text = "Network lan {}\n live running\n applied".replace("Network lan {}", WEB);
    let text = format!("{text}\n alert Slow 2m 1m {{{ROUTE}}}\n nowhere the alert has no label container");
    expect![[r#""#]].assert_eq(&format!("{}\n{}", finds(&text), verdict(&text, RESTART)));
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
    ];
    let told: Vec<String> = rows
        .iter()
        .map(|row| {
            let text = if *row == "foreign" {
                slow("").replace("live running", "live running\n labels {}")
            } else {
                slow(row)
            };
            verdict(&text, RESTART) + "\n"
        })
        .collect();
    expect![[r#""#]].assert_eq(&told.concat());
}

#[test]
fn one_occurrence_is_answered_once_and_again_only_when_it_is_sent_again_after_the_rest() {
    let rows = [
        ("10m 9m", "answered 2m"),
        ("10m 1m", "answered 4m"),
        ("10m 6m", "answered 6m"),
        ("10m 0s", "answered 5m"),
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
    expect![[r#""#]].assert_eq(&told.concat());
}

#[test]
fn a_route_acts_on_one_target_no_more_often_than_it_may() {
    let limits = ", limits: {perTarget: 2, per: 1h}";
    let lines = |first: &str| format!("answered {first} other\n answered 10m other");
    expect!["notify-execute, limit: alertroute/slow acted 2 times of 2 on it within 1h until +1m"]
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
    expect![[r#""#]].assert_eq(&told.concat());
}

#[test]
fn an_alert_that_goes_on_long_after_it_was_answered_is_critical_and_told() {
    expect![[r#""#]].assert_eq(&finds(&alerted("20m 1m", "", "answered 10m")));
    expect![[r#""#]].assert_eq(&finds(&alerted("20m 9m", "", "answered 10m")));
}

#[test]
fn several_alerts_are_one_finding_by_the_worst_and_each_route_calls_for_its_own() {
    let cleans = "match: {alertname: Full}, playbook: tidy, targetLabel: container";
    let text =
        format!("{}\n alert Full 5m 5m critical {{{cleans}}}\n alert Odd 5m 5m info {{{ROUTE}}}", slow(""));
    expect![[r#""#]].assert_eq(&finds(&text));
    let actions: Vec<String> =
        evaluate(world(&text)).decisions.iter().map(|it| it.action.to_string()).collect();
    assert!(actions.iter().filter(|action| *action == RESTART).count() == 2, "{actions:?}");
}

#[test]
fn what_others_wrote_reaches_nobody_as_it_is() {
    let found = finds(&slow("summary \u{1b}[2J\u{202e}gone {} %s $(reboot)"));
    expect![[r#""#]].assert_eq(&found);
    assert!(!found.contains(['\u{1b}', '\u{202e}']));
}

#[test]
fn whether_a_restart_because_of_an_alert_worked_does_not_hang_on_a_health_that_was_good_before() {
    let healthy = world(&format!("{WEB}\n intent service-restart stabilising 31s"));
    let mut by_alert = healthy.clone();
    let answers = world(&slow("")).alerts.first().map(|routed| podsteward_domain::alert::Answers {
        route: routed.key.clone(),
        episodes: vec![routed.alert.episode.clone()],
    });
    let intent = by_alert.intent.as_mut().unwrap();
    intent.draft.answers = answers;
    intent.draft.before.health = Some(podsteward_domain::live::HealthStatus::Healthy);
    expect!["Some(Passed)"].assert_eq(&format!("{:?}", evaluate(by_alert).verification));
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
    expect![[r#""#]].assert_eq(&finds(&text));
}
