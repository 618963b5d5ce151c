//! The binary as a shell sees it: exit codes, what goes to stdout and what to stderr, and errors that say what to
//! do next. No Podman and no running controller are needed.
#![expect(clippy::unwrap_used, reason = "what a helper cannot do fails the test that asked for it")]

mod filled;
mod imported;
mod judged;
mod silent;
mod unknown;
mod unread;
mod world;

use std::fs;
use std::path::Path;

use serde_json::Value;
use world::World;

const NETWORK: &str = "apiVersion: podsteward.dev/v1alpha1\nkind: Network\nmetadata:\n  name: front\n";

#[test]
fn help_of_run_names_every_option() {
    let help = World::new().run(&["run", "--help"]);
    assert_eq!((help.code, help.stderr.as_str()), (0, ""));
    let run = ["--listen", "--token-file", "--allow-commands", "--once", "--timeout"];
    let global =
        ["--manifests", "--state", "--podman", "--instance", "--output", "--log-format", "--verbose"];
    for option in run.iter().chain(&global) {
        assert!(help.stdout.contains(option), "{option} is missing in\n{}", help.stdout);
    }
}

#[test]
fn a_wrong_command_line_ends_with_2_and_says_what_is_allowed() {
    let world = World::new();
    for (args, expected) in [
        (&["frobnicate"][..], "unrecognized subcommand"),
        (&["get", "-o", "xml"], "possible values: table, json, yaml"),
        (&["get", "pods"], "network, volume, container"),
        (&["describe", "web"], "KIND/NAME, for example container/web"),
        (&["pause", "--for", "5"], "a duration such as 30s"),
        (&["run", "--timeout", "1m"], "--once"),
        (&["run", "--listen", "9920"], "HOST:PORT"),
        (&["plan", "--podman", "ssh://host/run/podman.sock"], "podsteward runs beside Podman"),
        (&["plan", "--instance", "A_B"], "is not a name"),
        (
            &["decisions", "--type", "reboot"],
            "apply, start, liveness-restart, snapshot-restore, service-restart",
        ),
        (&["decisions", "--outcome", "fine"], "success, warning, failure, rolled-back, withheld, queued"),
        (&["decisions", "--last", "7"], "a duration such as 30s"),
        (&["decisions", "--limit", "0"], "a whole number from 1"),
        (&["approve"], "<ID>..."),
        (&["approve", "web"], "the number of an approval"),
        (&["execute", "--action-id", "web"], "ACTION:KIND/NAME such as service-restart:container/web"),
    ] {
        let done = world.run(args);
        assert_eq!((done.code, done.stdout.as_str()), (2, ""), "{args:?}: {}", done.stderr);
        assert!(done.stderr.contains(expected), "{args:?}: {}", done.stderr);
    }
}

#[test]
fn validate_lists_all_problems_on_stdout_and_ends_with_1() {
    let world = World::new();
    world.manifest("a.yaml", NETWORK);
    world.manifest("b.yaml", &NETWORK.replace("name: front", "name: Back\n  nmae: x"));
    let done = world.run(&["validate"]);
    assert_eq!(done.code, 1);
    assert!(done.stdout.lines().all(|line| line.starts_with("b.yaml:")), "{}", done.stdout);
    assert!(done.stdout.lines().count() >= 2, "{}", done.stdout);
    assert!(done.stderr.contains("1 sound document in 2 files"), "{}", done.stderr);
    let json = world.run(&["validate", "-o", "json"]).json();
    let problems = json["problems"].as_array().unwrap();
    assert_eq!(problems.len(), done.stdout.lines().count());
    assert!(problems.iter().all(|problem| problem["line"].as_u64() > Some(0)), "{json}");
}

#[test]
fn who_depends_on_a_refused_document_is_not_told_that_it_is_missing() {
    let world = World::new();
    let container = NETWORK.replace("Network", "Container");
    let needs = |name: &str| format!("spec:\n  image: x\n  dependsOn: [{name}]\n");
    world.manifest("a.yaml", &(container.replace("front", "app") + "spec:\n  imgae: x\n"));
    world.manifest("b.yaml", &(container.replace("front", "web") + &needs("app")));
    let done = world.run(&["validate"]);
    assert!(done.stdout.lines().all(|line| line.starts_with("a.yaml:")), "{}", done.stdout);
    world.manifest("b.yaml", &(container.replace("front", "web") + &needs("db")));
    let done = world.run(&["validate"]);
    assert!(
        done.stdout.contains("b.yaml:7:15: spec.dependsOn[0]: container/db is not declared"),
        "{}",
        done.stdout
    );
}

#[test]
fn validate_of_sound_manifests_prints_nothing_on_stdout() {
    let world = World::new();
    world.manifest("a.yaml", NETWORK);
    let done = world.run(&["validate"]);
    assert_eq!((done.code, done.stdout.as_str()), (0, ""));
    assert_eq!(done.stderr, "1 sound document in 1 file: no problem\n");
}

#[test]
fn a_missing_manifests_directory_is_named_with_the_way_out() {
    let world = World::new();
    fs::remove_dir(world.path("manifests")).unwrap();
    for command in [&["validate"][..], &["plan"], &["run"], &["run", "--once"]] {
        let done = world.run(command);
        assert_eq!(done.code, 1, "{command:?}");
        assert_eq!(
            done.told(&world),
            "error: there is no manifests directory DIR/manifests\n  \
             next: create it with `mkdir -p DIR/manifests`, or name another with --manifests DIR\n"
        );
    }
}

#[test]
fn without_podman_plan_and_once_end_with_4_and_say_how_to_start_it() {
    let world = World::new();
    world.manifest("a.yaml", NETWORK);
    for command in [
        &["plan"][..],
        &["run", "--once", "--timeout", "5s"],
        &["check"],
        &["why", "network/front"],
        &["execute", "--dry-run"],
    ] {
        let done = world.run(command);
        assert_eq!(done.code, 4, "{command:?}: {}", done.stderr);
        // Whoever only wants to know is told what is known.
        let asks = matches!(command, ["check"] | ["why", _]);
        assert_eq!(done.stdout.is_empty(), !asks, "{command:?}: {}", done.stdout);
        assert!(done.stderr.contains("podman is not reachable"), "{}", done.stderr);
        assert!(
            done.stderr.contains("start podman.socket`, or name another with --podman URL"),
            "{}",
            done.stderr
        );
    }
}

#[test]
fn before_the_first_run_there_is_nothing_to_see_and_that_is_no_error() {
    let world = World::new();
    let done = world.run(&["get"]);
    assert_eq!((done.code, done.stdout.as_str()), (0, ""));
    assert!(done.stderr.contains("nothing is known yet"), "{}", done.stderr);
    assert_eq!(world.run(&["get", "-o", "json"]).json(), serde_json::json!({ "objects": [] }));
    assert_eq!(world.run(&["status", "-o", "json"]).json()["controller"]["running"], Value::Bool(false));
    assert!(!world.path("state").exists(), "looking must leave nothing behind");
}

#[test]
fn an_object_that_is_not_there_ends_with_1() {
    let world = World::new();
    for command in
        [&["describe", "container/web"][..], &["get", "container", "web"], &["retry", "container/web"]]
    {
        let done = world.run(command);
        assert_eq!((done.code, done.stdout.as_str()), (1, ""), "{command:?}");
        assert_eq!(
            done.stderr,
            "error: there is no object container/web\n  next: `podsteward get` lists all objects\n"
        );
    }
}

#[test]
fn a_pause_without_a_controller_holds_until_resume() {
    let world = World::new();
    let paused = world.run(&["pause", "--reason", "backup", "--for", "30m", "-o", "json"]);
    assert_eq!(paused.code, 0, "{}", paused.stderr);
    let status = world.run(&["status", "-o", "json"]).json();
    assert_eq!(status["switch"]["state"], "paused");
    assert_eq!(status["switch"]["reason"], "backup");
    assert_eq!(status["switch"]["by"], "ada");
    assert_eq!(status["switch"]["until"], paused.json()["until"]);
    assert_eq!(world.run(&["resume"]).stdout, "running\n");
    assert_eq!(world.run(&["status", "-o", "json"]).json()["switch"]["state"], "running");
}

#[test]
fn one_object_is_paused_and_resumed_by_itself() {
    let world = World::new();
    let paused = world.run(&["pause", "container/db", "-o", "json"]).json();
    assert_eq!(paused["state"], "running");
    assert_eq!(paused["objects"][0]["key"], "container/db");
    let resumed = world.run(&["resume", "container/db", "-o", "json"]).json();
    assert_eq!(resumed["objects"], serde_json::json!([]));
    assert!(world.run(&["resume", "container/db"]).stderr.contains("was not paused"));
}

#[test]
fn a_pause_never_loosens_a_stop() {
    let world = World::new();
    assert_eq!(world.run(&["stop"]).code, 0);
    let done = world.run(&["pause", "--for", "1m"]);
    assert_eq!((done.code, done.stdout.as_str()), (3, ""));
    assert_eq!(world.run(&["status", "-o", "json"]).json()["switch"]["state"], "stopped");
}

#[test]
fn with_a_store_that_cannot_be_read_pausing_still_works() {
    let world = World::new();
    assert_eq!(world.run(&["resume"]).code, 0);
    damage(&world.path("state"));
    let paused = world.run(&["pause"]);
    assert_eq!(paused.code, 0, "{}", paused.stderr);
    assert!(paused.stdout.starts_with("paused since"), "{}", paused.stdout);
    assert!(paused.stderr.contains("pause marker"), "{}", paused.stderr);
    let status = world.run(&["status", "-o", "json"]).json();
    assert_eq!(status["switch"]["state"], "paused");
    assert!(status["store"]["problem"].as_str().unwrap().contains("damaged"), "{status}");
    assert_eq!(world.run(&["resume"]).stdout, "running\n");
    assert_eq!(world.run(&["get"]).code, 1);
}

fn damage(state: &Path) {
    for entry in fs::read_dir(state).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "db") {
            fs::write(&path, "this was a database ".repeat(500)).unwrap();
        }
    }
}

#[test]
fn files_that_must_be_private_are_checked_before_anything_runs() {
    let world = World::new();
    fs::write(world.path("token"), "secret").unwrap();
    let done = world.run(&["run", "--token-file", world.path("token").to_str().unwrap()]);
    assert_eq!(done.code, 1);
    assert!(done.told(&world).ends_with("next: chmod 600 DIR/token\n"), "{}", done.stderr);
}

#[test]
fn the_schema_is_json_and_completions_know_the_commands() {
    let world = World::new();
    assert!(world.run(&["schema"]).json().is_object());
    assert!(world.run(&["schema", "Container"]).json().is_object());
    let script = world.run(&["completions", "bash"]).stdout;
    assert!(["describe", "validate", "--log-format"].iter().all(|word| script.contains(word)), "{script}");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "assert_cmd cannot hand a closed pipe to a program")]
fn a_reader_that_went_away_is_no_error() {
    for args in [&["schema"][..], &["completions", "zsh"], &["status"]] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let world = World::new();
        let output = std::process::Command::new(assert_cmd::cargo::cargo_bin!("podsteward"))
            .args(args)
            .env("PODSTEWARD_STATE", world.path("state"))
            .stdout(writer)
            .stderr(std::process::Stdio::piped())
            .spawn()
            .and_then(std::process::Child::wait_with_output)
            .unwrap();
        assert_eq!(output.status.code(), Some(0), "{args:?}");
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "", "{args:?}");
    }
}
