//! What is told of a verification, check by check.

use podsteward_domain::evaluate::evaluate;
use podsteward_domain::intent::IntentState;
use podsteward_domain::verify::Verification;
use podsteward_domain::verify::report::{Report, Status, report};
use podsteward_domain::view::View;

use crate::fixture::world;

pub(crate) fn told(text: &str) -> Report {
    let world = world(text);
    let verification = evaluate(world.clone()).verification.expect("it stabilises");
    of(text, &verification)
}

fn of(text: &str, verification: &Verification) -> Report {
    let world = world(text);
    let intent = world.intent.clone().expect("an intent");
    let IntentState::Stabilising { baseline, .. } = &intent.state else { panic!("it stabilises") };
    report(&View::of(&world), &intent, baseline, verification)
}

const WEB: &str =
    "Container web {image: app:1, args: [one], healthcheck: {command: curl localhost}}\n live running";
const RESTARTED: &str = "applied\n intent restart stabilising 31s\n expects well 30s";

#[test]
fn a_report_says_what_was_checked_and_how_it_came_out() {
    let rows = [
        (
            format!("{WEB}\n health healthy\n {RESTARTED}"),
            "verified; it runs: yes, nobody started it again: yes, its healthcheck says healthy: yes",
        ),
        (
            format!("{WEB}\n health unhealthy no\n {RESTARTED}"),
            "failed: it runs and is still unhealthy; it runs: yes, nobody started it again: yes, its healthcheck says healthy: no",
        ),
        (
            format!("{WEB}\n health starting\n {RESTARTED}").replace("31s", "30h"),
            "warning: it runs, and its healthcheck has not said healthy yet; it runs: yes, nobody started it again: yes, its healthcheck says healthy: almost",
        ),
        (
            format!("{WEB}\n live exited\n exit death 3 1s\n {RESTARTED}"),
            "failed: it ended with 3 within 30s of its start; it runs: no, nobody started it again: yes",
        ),
        (
            format!("{WEB}\n live unknown\n {RESTARTED}"),
            "inconclusive: it is not over yet; it runs: unknown, nobody started it again: unknown",
        ),
        (
            format!("{WEB}\n made-of {{image: app:1, args: [two]}}\n applied\n intent change stabilising 20s\n expects as-declared 20s"),
            "failed: spec.args: declared one, still two; it is as declared: no",
        ),
        (
            format!("{WEB}\n applied\n intent recreate stabilising 20s\n expects running-as-declared 20s\n mends spec.args\n health healthy"),
            "verified; it runs: yes, nobody started it again: yes, its healthcheck says healthy: yes, it is as declared: yes",
        ),
        (
            "Container web {image: app:1, restartPolicy: OnFailure}\n live exited\n applied\n exit death 0 1s\n intent start stabilising\n expects running-or-completed 10s".to_owned(),
            "verified; it runs or ended with 0: yes, nobody started it again: yes",
        ),
        (
            "Container web {image: app:1}\n desired absent\n live absent\n intent remove stabilising\n expects gone 0s".to_owned(),
            "verified; it is gone: yes",
        ),
        (
            "Container web {image: app:1, desiredState: Stopped}\n live running\n applied\n intent stop stabilising\n expects stopped 0s".to_owned(),
            "failed: it runs; it does not run: no",
        ),
    ];
    for (text, expected) in rows {
        assert_eq!(told(&text).to_string(), expected, "{text}");
    }
}

#[test]
fn what_only_the_judgement_saw_is_a_check_of_its_own() {
    let text = format!("{WEB}\n health healthy\n {RESTARTED}");
    let warned = of(&text, &Verification::Warned("it is well, and its log says: error".into()));
    assert_eq!(warned.count(Status::Warning), 1);
    assert_eq!(warned.count(Status::Verified), 3);
    assert!(warned.to_string().ends_with("nothing else is wrong: almost"), "{warned}");
    let failed = of(&text, &Verification::Failed("no".into()));
    assert_eq!((failed.count(Status::Failed), failed.count(Status::Inconclusive)), (1, 0));
}

#[test]
fn a_newer_document_makes_it_inconclusive() {
    let text = format!("{WEB}\n health healthy\n {RESTARTED}");
    let superseded = of(&text, &Verification::Superseded);
    assert_eq!(
        (superseded.status, superseded.detail.as_str()),
        (Status::Inconclusive, "a newer document takes over")
    );
}

#[test]
fn a_report_is_read_back_as_it_was_written() {
    let report = told(&format!("{WEB}\n health unhealthy no\n {RESTARTED}"));
    let written = serde_json::to_string(&report).unwrap();
    assert_eq!(serde_json::from_str::<Report>(&written).unwrap(), report);
    assert!(written.contains(r#""status":"failed""#), "{written}");
}
