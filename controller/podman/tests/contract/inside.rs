//! What a container says and writes: its log and its own layer.

use std::time::Duration;

use podsteward_domain::live::LiveContainer;
use podsteward_podman::Error;
use podsteward_podman::fake::Script;

use super::bench::{Bench, START, contracts, eventually};

contracts!(
    a_log_tells_both_streams_since_a_time,
    a_log_is_bounded_in_lines_and_bytes,
    a_log_outlives_the_process,
    a_driver_that_keeps_nothing_gives_an_empty_log,
    changes_are_those_of_the_containers_own_layer,
    a_name_is_never_taken_for_the_beginning_of_an_images_id,
    what_was_never_started_said_and_changed_nothing,
    the_inside_of_a_missing_container_is_not_found,
);

/// More lines than any of these containers says.
const ALL: usize = 10_000;

async fn log(bench: &Bench, name: &str, since_ms: i64, lines_max: usize) -> Vec<String> {
    bench.engine.container_log(name, since_ms, lines_max).await.unwrap()
}

async fn changes(bench: &Bench, name: &str, max: usize) -> Vec<String> {
    bench.engine.container_changes(name, max).await.unwrap()
}

/// Waits until a log tells this line.
async fn until_said(bench: &Bench, name: &str, line: &str) {
    eventually("said", || async {
        match bench.engine.container_log(name, 0, ALL).await {
            // Podman stumbles over a line that its monitor is just writing.
            Err(Error::Failed { .. }) => None,
            answer => answer.unwrap().iter().any(|told| told == line).then_some(()),
        }
    })
    .await;
}

fn started_ms(live: &LiveContainer) -> i64 {
    live.started_ms.unwrap()
}

async fn a_log_tells_both_streams_since_a_time(bench: &Bench) {
    let script = "echo one; echo two >&2; printf \"\\377\\n\"; sleep 2; echo three; sleep inf";
    let name = bench.run("a", &format!("  command: [sh, -c, '{script}']\n")).await;
    bench.says(&name, &["one", "two", "\u{fffd}"]);
    bench.pass(Duration::from_secs(2)).await;
    bench.says(&name, &["three"]);
    until_said(bench, &name, "three").await;
    let started = started_ms(&bench.look(&name).await);

    let mut first = log(bench, &name, started - 1000, ALL).await;
    assert_eq!(first.pop().unwrap(), "three", "the newest is the last");
    // Two pipes have no order between them.
    first.sort();
    assert_eq!(first, ["one", "two", "\u{fffd}"]);
    assert_eq!(log(bench, &name, started + 1500, ALL).await, ["three"]);
    assert_eq!(log(bench, &name, started + 3_600_000, ALL).await, Vec::<String>::new());
    assert_eq!(log(bench, &name, -1, ALL).await.len(), 4, "before all times is since the beginning");
}

async fn a_log_is_bounded_in_lines_and_bytes(bench: &Bench) {
    let row = |number: u32| format!("line {number} of a log that is longer than what anybody wants to read");
    let rows: Vec<String> = (0..2000).map(row).collect();
    let many = format!("for i in $(seq 0 1999); do echo \"{}\"; done", row(0).replace('0', "$i"));
    let script = format!("{many}; sleep 0.3; echo one; echo two; echo three; sleep inf");
    let name = bench.run("a", &format!("  command: [sh, -c, '{script}']\n")).await;
    bench.says(&name, &rows.iter().map(String::as_str).collect::<Vec<_>>());
    bench.says(&name, &["one", "two", "three"]);
    until_said(bench, &name, "three").await;

    assert_eq!(log(bench, &name, 0, 2).await, ["two", "three"]);
    assert_eq!(log(bench, &name, 0, 0).await, Vec::<String>::new());
    let told = log(bench, &name, 0, ALL).await;
    let bytes: usize = told.iter().map(|line| line.len() + 1).sum();
    assert!((60_000..=65_536).contains(&bytes), "{bytes}");
    // Where the lines end is not compared: Podman 4.3 mistakes it for a line that its monitor got in pieces.
    let whole = rows.concat() + "onetwothree";
    assert!(whole.ends_with(&told.concat()), "the newest are told, in their order");
}

async fn a_log_outlives_the_process(bench: &Bench) {
    bench.script("a", Script { ends: Some((Duration::from_secs(1), 0)), ..Script::default() });
    // What is said at once may be older than the start that Podman writes down.
    let name = bench.run("a", "  command: [sh, -c, \"sleep 1; echo hello; echo bye\"]\n").await;
    bench.says(&name, &["hello", "bye"]);
    bench.until_exited(&name).await;
    assert_eq!(log(bench, &name, 0, ALL).await, ["hello", "bye"]);
    bench.engine.start_container(&name, START).await.unwrap();
    bench.says(&name, &["hello", "bye"]);
    bench.until_exited(&name).await;
    let told = log(bench, &name, 0, ALL).await;
    assert_eq!(told.len(), 4, "a start begins no new log: {told:?}");
    let started = started_ms(&bench.look(&name).await);
    assert_eq!(log(bench, &name, started, ALL).await, ["hello", "bye"], "since its start it tells one run");
}

async fn a_driver_that_keeps_nothing_gives_an_empty_log(bench: &Bench) {
    let name = bench.run("a", "  logDriver: none\n  command: [sh, -c, \"echo hello; sleep inf\"]\n").await;
    bench.says(&name, &["hello"]);
    assert_eq!(log(bench, &name, 0, ALL).await, Vec::<String>::new());
}

async fn changes_are_those_of_the_containers_own_layer(bench: &Bench) {
    let script = "mkdir /new; echo x >/new/file; rm /bin/cat; echo x >/scratch/file; echo done; sleep inf";
    let mounts = "  mounts: [{type: tmpfs, target: /scratch}]\n";
    let name = bench.run("a", &format!("  command: [sh, -c, '{script}']\n{mounts}")).await;
    bench.writes(&name, &["A /new/file", "A /new", "D /bin/cat", "C /bin", "A /scratch"]);
    bench.says(&name, &["done"]);
    until_said(bench, &name, "done").await;

    let told = changes(bench, &name, ALL).await;
    // Podman itself touches /etc.
    let ours: Vec<&str> = told.iter().map(String::as_str).filter(|told| !told.contains("/etc")).collect();
    assert_eq!(ours, ["C /bin", "D /bin/cat", "A /new", "A /new/file", "A /scratch"]);
    assert_eq!(changes(bench, &name, 2).await, ["C /bin", "D /bin/cat"]);
}

async fn a_name_is_never_taken_for_the_beginning_of_an_images_id(bench: &Bench) {
    let image = bench.engine.inspect_image(&bench.image).await.unwrap().unwrap();
    let name = image.id[..8].to_owned();
    let request = podsteward_domain::engine::ContainerCreate { name: name.clone(), ..bench.request("a", "") };
    bench.engine.create_container(&request).await.unwrap();
    let told = changes(bench, &name, ALL).await;
    bench.engine.remove_container(&name, true).await.unwrap();
    assert_eq!(told, Vec::<String>::new());
    let error = bench.engine.container_changes(&name, ALL).await.unwrap_err();
    assert!(matches!(error, Error::NotFound { .. }), "{error}");
}

async fn what_was_never_started_said_and_changed_nothing(bench: &Bench) {
    let name = bench.create("a", "").await;
    assert_eq!(log(bench, &name, 0, ALL).await, Vec::<String>::new());
    assert_eq!(changes(bench, &name, ALL).await, Vec::<String>::new());
}

async fn the_inside_of_a_missing_container_is_not_found(bench: &Bench) {
    let name = bench.name("missing");
    let answers = [
        ("log", bench.engine.container_log(&name, 0, ALL).await),
        ("changes", bench.engine.container_changes(&name, ALL).await),
    ];
    for (verb, answer) in answers {
        assert!(matches!(answer, Err(Error::NotFound { .. })), "{verb}: {answer:?}");
    }
}
