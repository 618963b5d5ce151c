//! What a plan is expected to do, for how long that must hold, and how it could be taken back.

use podsteward_domain::evaluate::{Choice, evaluate};
use podsteward_domain::planning;
use podsteward_domain::view::View;
use podsteward_domain::words;

use crate::confidence::{DRIFTED, ORPHANED, SICK};
use crate::fixture::world;

fn choice(text: &str) -> Choice {
    evaluate(world(text)).choice.expect("something could be done")
}

fn expects(text: &str) -> String {
    let expectation = choice(text).plan.expectation;
    format!("{:?} {}", expectation.state, words::duration(expectation.stabilise))
}

#[test]
fn each_action_expects_what_the_table_says() {
    let spec = |spec: &str| SICK.replace("image: app:1", &format!("image: app:1, {spec}"));
    let check = |check: &str| {
        SICK.replace("{command: curl localhost}", &format!("{{command: curl localhost, {check}}}"))
    };
    let startup = "probes: {startup: {exec: {command: [ready]}, initialDelaySeconds: 10, periodSeconds: 10, failureThreshold: 9}}";
    let drifted_job = DRIFTED.replace("args: [one]", "args: [one], restartPolicy: OnFailure");
    let rows = [
        ("Container web {image: app:1}\n live absent".to_owned(), "Running 10s"),
        ("Container web {image: app:1}\n live exited\n applied\n exit death 1 1m".to_owned(), "Running 10s"),
        (SICK.to_owned(), "Well 30s"),
        (check("startPeriod: 2m"), "Well 2m"),
        (spec(startup), "Well 1m40s"),
        (spec("remediation: {restartTimeoutSeconds: 75}"), "Well 1m15s"),
        (DRIFTED.to_owned(), "RunningAsDeclared 20s"),
        (drifted_job, "RunningOrCompleted 20s"),
        (
            "Container web {image: app:1, resources: {limits: {memory: 64Mi}}}\n live running\n made-of {image: app:1}\n applied".to_owned(),
            "AsDeclared 20s",
        ),
        (
            "Container web {image: app:1}\n live exited\n applied\n exit hand-stop 0 15m\n hand-stopped 15m".to_owned(),
            "Running 20s",
        ),
        (ORPHANED.to_owned(), "Gone 0s"),
        ("Network lan\n live there\n desired absent".to_owned(), "Gone 0s"),
    ];
    for (text, expected) in rows {
        assert_eq!(expects(&text), expected, "{text}");
    }
}

#[test]
fn nobody_removes_data_that_nothing_declares() {
    let orphan = evaluate(world("Volume data\n live there\n desired absent"));
    assert!(orphan.choice.is_none(), "{:?}", orphan.choice);
}

/// What a plan does in one sentence, how it could be taken back, and what that is worth.
fn told(text: &str) -> [String; 3] {
    let world = world(text);
    let plan = evaluate(world.clone()).choice.expect("something could be done").plan;
    let view = View::of(&world);
    let back = planning::way_back(&view, &plan);
    [planning::effect(&view, &plan), back.sentence, back.score.to_string()]
}

const STAYS: &str = "nothing to take back: the container stays the one that it is";
const NOTHING: &str = "nothing to take back: nothing was there";
const WAITS: &str = "the container that is there now waits as web-podsteward-previous-c1 until the new one is verified, and comes back if that fails";
const LOST: &str = "not by itself: it can be made again from the image sha256:one, which stays; what it wrote outside of its volumes is lost";

#[test]
fn a_plan_says_honestly_what_it_does_and_how_it_could_be_taken_back() {
    let rows = [
        (SICK, ["container web is stopped and started again; it is down meanwhile", STAYS, "1.00"]),
        (
            DRIFTED,
            ["container web is replaced by a new one made as declared; it is down meanwhile", WAITS, "1.00"],
        ),
        (ORPHANED, ["container web is removed", LOST, "0.80"]),
        (
            "Container web {image: app:1}\n live absent",
            ["container web is made and started", NOTHING, "1.00"],
        ),
        (
            "Container web {image: app:1}\n live exited\n applied\n exit death 1 1m",
            ["container web runs", STAYS, "1.00"],
        ),
        (
            "Container web {image: app:1, resources: {limits: {memory: 64Mi}}}\n live running\n made-of {image: app:1}\n applied",
            ["container web is changed while it runs", STAYS, "1.00"],
        ),
        (
            "Container web {image: app:1}\n live running\n applied\n kernel dead 10s\n end 10s running\n engine 4.3.1",
            ["container web is removed, made again and started", LOST, "0.80"],
        ),
        (
            "Network lan {internal: true}\n live there\n made-of {internal: false}\n applied",
            ["network lan is removed and made again", "not by itself: it can be made again", "0.80"],
        ),
        (
            "Network lan\n live there\n desired absent",
            ["network lan is removed", "not by itself: it can be made again", "0.80"],
        ),
        (
            "Volume data {deletionPolicy: Delete}\n desired vanishing 1m 2\n live there\n applied",
            ["volume data is removed", "none: the data of the volume is gone", "0.00"],
        ),
    ];
    for (text, expected) in rows {
        assert_eq!(told(text), expected, "{text}");
    }
}

#[test]
fn a_way_back_that_is_worth_less_makes_it_less_sure() {
    let confidence = |text: &str| choice(text).decision.judgement.unwrap().confidence.total.to_string();
    assert_eq!(confidence(DRIFTED), "0.88");
    assert_eq!(
        confidence("Network lan {internal: true}\n live there\n made-of {internal: false}\n applied"),
        "0.84"
    );
}
