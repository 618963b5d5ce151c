//! How an end is understood: every branch of the judgement.

use expect_test::expect;

use crate::story::story;
use crate::told::finds;

fn end(facts: &str) -> String {
    let found = finds(&format!("Container web {{image: app:1}}\n live exited\n applied\n {facts}"));
    if found.is_empty() { "not told yet".to_owned() } else { found.trim_end().to_owned() }
}

const BRANCHES: [&str; 25] = [
    "end 0ms running",
    "end 0ms paused",
    "end 0ms asked",
    "end 10s asked",
    "end 0ms not-asked",
    "end 299ms not-asked",
    "end 300ms not-asked",
    "end 0ms not-asked stopped",
    "end 0ms not-asked killed",
    "end 0ms exited ours",
    "end 0ms running ours stopped",
    "end 0ms exited stopped",
    "end 0ms exited killed",
    "end 0ms exited killed stopped",
    "end 0ms exited by-itself",
    "end 0ms stopping",
    "end 300ms stopping",
    "end 299ms stopped by-user",
    "end 300ms stopped by-user",
    "end 300ms exited by-user killed",
    "end 1s exited",
    "end 2s exited",
    "end 1s exited cleanups 1 299ms",
    "end 1s exited cleanups 1 300ms",
    "end 1s exited cleanups 2 0ms",
];

#[test]
fn every_branch() {
    let told = BRANCHES.map(|facts| format!("{facts}\n    {}\n", end(facts))).concat();
    expect![[r#"
        end 0ms running
            warning not_running: it should run; it ended with 0
        end 0ms paused
            warning not_running: it should run; it ended with 0
        end 0ms asked
            not told yet
        end 10s asked
            not told yet
        end 0ms not-asked
            not told yet
        end 299ms not-asked
            not told yet
        end 300ms not-asked
            warning not_running: it should run; it ended with 0
        end 0ms not-asked stopped
            info hand_stopped: it was stopped by hand; it is left alone for 15m after that
        end 0ms not-asked killed
            warning not_running: it should run; it ended with 0
        end 0ms exited ours
            warning not_running: it should run; it ended with 0
        end 0ms running ours stopped
            warning not_running: it should run; it ended with 0
        end 0ms exited stopped
            info hand_stopped: it was stopped by hand; it is left alone for 15m after that
        end 0ms exited killed
            warning not_running: it should run; it ended with 0
        end 0ms exited killed stopped
            info hand_stopped: it was stopped by hand; it is left alone for 15m after that
        end 0ms exited by-itself
            warning not_running: it should run; it ended with 0
        end 0ms stopping
            not told yet
        end 300ms stopping
            info hand_stopped: it was stopped by hand; it is left alone for 15m after that
        end 299ms stopped by-user
            not told yet
        end 300ms stopped by-user
            info hand_stopped: it was stopped by hand; it is left alone for 15m after that
        end 300ms exited by-user killed
            warning not_running: it should run; it ended with 0
        end 1s exited
            not told yet
        end 2s exited
            warning not_running: it should run; it ended with 0
        end 1s exited cleanups 1 299ms
            not told yet
        end 1s exited cleanups 1 300ms
            warning not_running: it should run; it ended with 0
        end 1s exited cleanups 2 0ms
            info hand_stopped: it was stopped by hand; it is left alone for 15m after that
    "#]]
    .assert_eq(&told);
}

#[test]
fn an_end_while_nobody_watched_is_a_death() {
    expect!["warning not_running: it should run; it ended with 143 (signal 15)"].assert_eq(&end("code 143"));
}

#[test]
fn an_end_that_is_understood_stays_so_when_an_event_comes_late() {
    expect!["warning not_running: it should run; it ended with 1"]
        .assert_eq(&end("exit death 1 1s\n end 1s exited stopped"));
}

#[test]
fn an_end_of_another_start_says_nothing() {
    expect!["warning not_running: it should run; it ended with 0"]
        .assert_eq(&end("exit hand-stop 0 1s\n end 1s exited stopped\n started 1s"));
}

#[test]
fn by_the_kernels_word_it_is_dead_while_podman_says_running() {
    expect![[r#"
        warning not_running: it should run; its main process ended
    "#]]
    .assert_eq(&finds(
        "Container web {image: app:1}
         live running
         applied
         kernel dead
         end 0ms running",
    ));
}

#[test]
fn while_an_event_may_still_come_it_is_looked_at_again_soon_and_nothing_is_started() {
    let told = crate::told::look("Container web {image: app:1}\n live exited\n applied\n end 0ms stopping");
    expect![[r#"
        DRIFT: it ended; why is not known yet
        look again in 150ms
    "#]]
    .assert_eq(&told);
}

#[test]
fn a_container_stopped_by_hand_and_started_by_hand_that_then_dies_is_started() {
    expect![[r#"
        +0.0s -- look
        +0.0s DRIFT not_running
        +0.0s start because not_running
        +0.0s   start container web
        +0.0s MATCH
    "#]]
    .assert_eq(&story(
        "Container web {image: app:1}
         live exited
         applied
         exit death 1 1s
         hand-stopped 5m
         started 2m
         ---
         look",
    ));
}
