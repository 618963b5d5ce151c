//! The commands about what was judged, against a store that was filled by hand. No Podman is there.

use podsteward_domain::approval::ApprovalState;
use podsteward_domain::decision::Gate;
use serde_json::{Value, json};

use super::filled::{answer, ask, fail, now, store, withhold, yes};
use super::world::{Done, World};

/// A world whose store remembers a failed restart, two withholdings by one gate, and an open question.
fn world() -> World {
    let world = World::new();
    let store = store(&world.path("state"));
    fail(&store);
    withhold(&store, Gate::Cooldown);
    withhold(&store, Gate::Cooldown);
    assert_eq!(ask(&store).0, 1);
    world
}

fn ids(done: &Done) -> Vec<i64> {
    let json = done.json();
    let all = json["decisions"].as_array().unwrap();
    all.iter().map(|decision| decision["id"].as_i64().unwrap()).collect()
}

#[test]
fn before_the_first_run_nothing_was_decided_and_looking_leaves_nothing_behind() {
    let world = World::new();
    assert_eq!(world.run(&["decisions", "-o", "json"]).json(), json!({ "decisions": [] }));
    assert_eq!(world.run(&["approvals", "-o", "json"]).json(), json!({ "approvals": [] }));
    let numbers = world.run(&["decisions", "--stats", "-o", "json"]).json();
    assert_eq!(numbers["statistics"]["success_rate"], Value::Null);
    for command in [&["approve", "3"][..], &["reject", "3"], &["execute", "--action-id", "3"]] {
        let done = world.run(command);
        assert_eq!((done.code, done.stdout.as_str()), (1, ""), "{command:?}");
        assert_eq!(
            done.stderr,
            "error: there is no approval 3\n  next: `podsteward approvals --all` lists all approvals\n"
        );
    }
    assert!(!world.path("state").exists(), "looking must leave nothing behind");
}

#[test]
fn the_log_is_filtered_by_object_action_and_outcome() {
    let world = world();
    assert_eq!(ids(&world.run(&["decisions", "-o", "json"])), [3, 2, 1]);
    for (filter, expected) in [
        (&["--outcome", "failure"][..], &[1][..]),
        (&["--outcome", "withheld"], &[2]),
        (&["--outcome", "queued"], &[3]),
        (&["--target", "container/web", "--type", "service-restart"], &[3, 2, 1]),
        (&["--target", "container/db"], &[]),
        (&["--type", "start"], &[]),
        (&["--limit", "1"], &[3]),
    ] {
        let args: Vec<_> = ["decisions", "-o", "json"].iter().chain(filter).copied().collect();
        assert_eq!(ids(&world.run(&args)), expected, "{filter:?}");
    }
    let withheld = &world.run(&["decisions", "--outcome", "withheld", "-o", "json"]).json()["decisions"][0];
    assert_eq!(
        (&withheld["withheld_by"], &withheld["count"], &withheld["confidence"]),
        (&json!("cooldown"), &json!(2), &json!(0.75))
    );
}

#[test]
fn that_there_are_more_decisions_is_said_only_where_there_are() {
    let world = world();
    let told = |limit: &str| world.run(&["decisions", "--limit", limit]);
    for (limit, shown, note) in [
        ("2", 2, "note: only the latest 2 are shown; --limit N shows more\n"),
        ("3", 3, ""),
        ("4", 3, ""),
        ("4294967295", 3, ""),
    ] {
        assert_eq!(told(limit).stderr, note, "{limit}");
        assert_eq!(ids(&world.run(&["decisions", "-o", "json", "--limit", limit])).len(), shown, "{limit}");
    }
}

#[test]
fn the_numbers_of_the_log_are_the_same_by_object_and_altogether() {
    let world = world();
    let all = world.run(&["decisions", "--stats", "-o", "json"]).json();
    let of_web = world.run(&["decisions", "--stats", "--target", "container/web", "-o", "json"]).json();
    assert_eq!(all, of_web);
    let numbers = &all["statistics"];
    assert_eq!(
        (&numbers["decisions"], &numbers["times"], &numbers["attempted"], &numbers["success_rate"]),
        (&json!(3), &json!(4), &json!(1), &json!(0.0))
    );
    assert_eq!(numbers["withheld_by"], json!({ "cooldown": 1 }));
    assert_eq!(numbers["average_confidence"], json!(0.75));
}

#[test]
fn a_no_is_written_without_podman_and_is_final() {
    let world = world();
    let no = world.run(&["reject", "1", "--reason", "not tonight", "-o", "json"]);
    assert_eq!(no.code, 0, "{}", no.stderr);
    let told = &no.json()["approvals"][0];
    assert_eq!(
        (&told["state"], &told["by"], &told["answer"]),
        (&json!("rejected"), &json!("ada"), &json!("not tonight"))
    );
    for command in [&["approve", "1"][..], &["reject", "1"], &["execute", "--action-id", "1"]] {
        let done = world.run(command);
        assert_eq!(done.code, 3, "{command:?}");
        assert!(done.stderr.contains("approval 1 was rejected by ada"), "{}", done.stderr);
        assert!(done.stderr.contains(": not tonight\n"), "{}", done.stderr);
    }
    assert_eq!(ids(&world.run(&["decisions", "--outcome", "rejected", "-o", "json"])), [3]);
}

#[test]
fn while_stopped_a_yes_is_refused_and_a_no_is_not() {
    let world = world();
    assert_eq!(world.run(&["stop", "--reason", "moving disks"]).code, 0);
    for command in [&["approve", "1"][..], &["execute", "--action-id", "1"]] {
        let done = world.run(command);
        assert_eq!((done.code, done.stdout.as_str()), (3, ""), "{command:?}");
        assert!(
            done.stderr.contains("podsteward is stopped by ada (moving disks): new approvals are refused"),
            "{}",
            done.stderr
        );
    }
    assert_eq!(world.run(&["reject", "1"]).code, 0);
}

#[test]
fn what_became_of_an_approval_is_told_to_whoever_answers_too_late() {
    for (state, told) in [
        (ApprovalState::Expired, "approval 1 is over: nobody answered in time"),
        (
            ApprovalState::Closed { why: "the plan is another one now".to_owned() },
            "over: the plan is another one now",
        ),
    ] {
        let world = world();
        let store = store(&world.path("state"));
        store.end_approvals(&[(podsteward_domain::approval::ApprovalId(1), state)], now()).unwrap();
        let done = world.run(&["approve", "1"]);
        assert_eq!(done.code, 3, "{}", done.stderr);
        assert!(done.stderr.contains(told), "{}", done.stderr);
        assert!(
            done.stderr.contains("`podsteward why container/web` tells what holds now"),
            "{}",
            done.stderr
        );
    }
    let world = world();
    answer(&store(&world.path("state")), podsteward_domain::approval::ApprovalId(1), yes());
    let twice = world.run(&["approve", "1"]);
    assert_eq!(twice.code, 3);
    assert!(twice.stderr.contains("approval 1 was given already, by bob"), "{}", twice.stderr);
}

#[test]
fn a_yes_is_not_written_while_the_present_cannot_be_seen() {
    let world = world();
    let done = world.run(&["approve", "1"]);
    assert_eq!((done.code, done.stdout.as_str()), (4, ""), "{}", done.stderr);
    assert_eq!(world.run(&["approvals", "-o", "json"]).json()["approvals"][0]["state"], "pending");
}

#[test]
fn approvals_tell_everything_that_an_answer_needs() {
    let listed = world().run(&["approvals"]);
    assert_eq!(listed.code, 0);
    for told in [
        "1  service-restart of container/web\n",
        "its healthcheck failed",
        "1. stop container web (grace 10 s)",
        "nothing to take back",
        "`podsteward approve 1` or `podsteward reject 1`",
    ] {
        assert!(listed.stdout.contains(told), "{told} is missing in\n{}", listed.stdout);
    }
}

#[test]
fn status_tells_of_breakers_budgets_approvals_and_that_nobody_is_notified() {
    let world = world();
    let json = world.run(&["status", "-o", "json"]).json();
    assert_eq!(json["breakers"][0]["action"], "service-restart");
    assert_eq!(json["breakers"][0]["target"], "container/web");
    assert_eq!(json["breakers"][0]["state"], "open");
    assert_eq!(json["budgets"], json!([{ "target": "container/web", "restarts": 1, "limit": 5 }]));
    assert_eq!((&json["approvals_waiting"], &json["last_drill"]), (&json!(1), &Value::Null));
    assert_eq!(json["health_score"], Value::Null, "nothing was ever read completely");
    let text = world.run(&["status"]).stdout;
    assert!(text.contains("Notified:   nobody: no channel is declared"), "{text}");
    assert!(text.contains("Last drill: never: `podsteward drill --wait` tries one\n"), "{text}");
}

#[test]
fn resume_closes_every_breaker_and_with_an_object_its_own() {
    for (command, told) in [
        (&["resume"][..], "note: 1 breaker closed\n"),
        (&["resume", "container/web"], "note: what was learned about container/web begins anew\n"),
    ] {
        let world = world();
        let done = world.run(command);
        assert_eq!((done.code, done.stdout.as_str()), (0, "running\n"), "{}", done.stderr);
        assert!(done.stderr.contains(told), "{}", done.stderr);
        assert_eq!(world.run(&["status", "-o", "json"]).json()["breakers"], json!([]), "{command:?}");
        assert!(!world.run(command).stderr.contains(told), "there is nothing left to close");
    }
}
