//! The ends of programs, and of what they began.

use std::time::Duration;

use super::{Ended, Error, run};

const LONG: Duration = Duration::from_mins(1);

async fn shell(script: &str, deadline: Duration) -> Result<Ended, Error> {
    run(&["/bin/sh".to_owned(), "-c".to_owned(), script.to_owned()], deadline).await
}

#[tokio::test]
async fn what_cannot_be_run_is_told() {
    let failed = run(&["/nowhere/borg".to_owned()], LONG).await.unwrap_err();
    assert_eq!(failed.to_string(), "/nowhere/borg cannot be run");
    assert_eq!(run(&[], LONG).await.unwrap_err().to_string(), "no program is named");
}

#[tokio::test]
async fn the_end_is_told_with_the_last_words() {
    let ended = shell("echo one; echo two; echo bad >&2; exit 3", LONG).await.unwrap();
    let expected = Ended { code: Some(3), output: "one\ntwo\n".to_owned(), complaint: "bad\n".to_owned() };
    assert_eq!(ended, expected);
    assert_eq!(shell("kill -9 $$", LONG).await.unwrap().code, None);
    let much =
        shell("i=0; while [ $i -lt 4000 ]; do echo 0123456789; i=$((i+1)); done; echo end", LONG).await;
    let output = much.unwrap().output;
    assert!(output.len() <= super::KEPT_BYTES && output.ends_with("end\n"));
}

#[tokio::test]
async fn arguments_reach_the_program_as_they_are() {
    let argv = ["/bin/sh", "-c", "printf '%s|' \"$@\"", "sh", "a b", "$HOME", "; rm -rf x"];
    let argv: Vec<String> = argv.map(str::to_owned).to_vec();
    assert_eq!(run(&argv, LONG).await.unwrap().output, "a b|$HOME|; rm -rf x|");
}

#[tokio::test]
async fn one_that_does_not_end_is_ended_with_all_that_it_began() {
    let dir = tempfile::tempdir().unwrap();
    let pid = dir.path().join("pid");
    let script = format!("sleep 600 & echo $! > {}.new; mv {0}.new {0}; wait", pid.display());
    let failed = shell(&script, Duration::from_secs(2)).await.unwrap_err();
    assert_eq!(failed.to_string(), "/bin/sh did not end within 2 s");
    let pid = std::fs::read_to_string(pid).unwrap();
    let status = format!("/proc/{}/stat", pid.trim());
    // Its parent is gone, so whoever takes it in may be slow to take note of its end.
    let lives = || std::fs::read_to_string(&status).is_ok_and(|stat| !stat.contains(") Z"));
    for _ in 0..200 {
        if !lives() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("what it began still runs");
}
