//! Commands inside a container.

use std::time::Duration;

use podsteward_podman::Error;
use podsteward_podman::api::Executed;
use podsteward_podman::fake::FakeCommand;

use super::bench::{Bench, contracts};

contracts!(
    a_command_tells_how_it_ended_and_what_it_said,
    a_program_that_is_not_there_or_cannot_be_run_ends_with_127_or_126,
    a_command_that_outlives_its_deadline_still_runs,
    a_command_in_what_does_not_run_is_a_conflict,
    an_empty_command_is_refused,
);

/// Long enough for any command that ends.
const DEADLINE: Duration = Duration::from_secs(20);

async fn run(bench: &Bench, name: &str, words: &[&str]) -> Result<Executed, Error> {
    let command: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    bench.engine.exec_container(name, &command, DEADLINE).await
}

/// The exit code, and whether a line of what was said has this text.
async fn ended(bench: &Bench, name: &str, words: &[&str], text: &str) -> (i32, bool) {
    match run(bench, name, words).await.unwrap() {
        Executed::Ended { code, output } => (code, output.iter().any(|line| line.contains(text))),
        Executed::StillRuns { .. } => panic!("it still runs"),
    }
}

async fn a_command_tells_how_it_ended_and_what_it_said(bench: &Bench) {
    let name = bench.run("a", "").await;
    let script = "echo one; echo two >&2; exit 3";
    let output = vec!["one".to_owned(), "two".to_owned()];
    bench.command(
        &name,
        &format!("sh -c {script}"),
        FakeCommand { code: 3, output, ..FakeCommand::default() },
    );
    assert_eq!(ended(bench, &name, &["sh", "-c", script], "two").await, (3, true));
    assert_eq!(ended(bench, &name, &["true"], "two").await, (0, false));
}

async fn a_program_that_is_not_there_or_cannot_be_run_ends_with_127_or_126(bench: &Bench) {
    let name = bench.run("a", "").await;
    for (program, code) in [("/nope", 127), ("/etc", 126)] {
        let output = vec![format!("runtime: {program}: no")];
        bench.command(&name, program, FakeCommand { code, output, ..FakeCommand::default() });
        assert_eq!(ended(bench, &name, &[program], program).await, (code, true));
    }
}

async fn a_command_that_outlives_its_deadline_still_runs(bench: &Bench) {
    let name = bench.run("a", "").await;
    let takes = Duration::from_mins(10);
    bench.command(&name, "sleep 600", FakeCommand { takes, ..FakeCommand::default() });
    let command = ["sleep".to_owned(), "600".to_owned()];
    let answer = bench.engine.exec_container(&name, &command, Duration::from_secs(1)).await.unwrap();
    assert!(matches!(answer, Executed::StillRuns { pid: Some(_) }), "{answer:?}");
}

async fn a_command_in_what_does_not_run_is_a_conflict(bench: &Bench) {
    let name = bench.create("a", "").await;
    let error = run(bench, &name, &["true"]).await.unwrap_err();
    assert!(matches!(error, Error::Conflict { .. }), "{error}");
    let error = run(bench, &bench.name("missing"), &["true"]).await.unwrap_err();
    assert!(matches!(error, Error::NotFound { .. }), "{error}");
}

async fn an_empty_command_is_refused(bench: &Bench) {
    let name = bench.run("a", "").await;
    let error = run(bench, &name, &[]).await.unwrap_err();
    assert!(matches!(error, Error::Refused { .. }), "{error}");
}
