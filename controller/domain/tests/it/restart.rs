//! Restarts by Kubernetes' rules, and the state of a crash loop.

use std::time::Duration;

use expect_test::expect;
use podsteward_domain::memory::Restarts;
use podsteward_domain::restart;

use crate::story::story;

#[test]
fn ends_are_followed_by_starts_at_once_then_after_ten_seconds_doubling() {
    let told = story(
        "Container web {image: app:1}
         live running
         applied
         last-start 1h
         ---
         lives 1s 1
         dies 1
         wait 40m
         lives for ever
         wait 20m",
    );
    let starts: Vec<&str> = told.lines().filter(|line| line.contains("start container")).collect();
    expect![[r#"
        +0.0s   start container web
        +11.0s   start container web
        +32.0s   start container web
        +73.0s   start container web
        +154.0s   start container web
        +324.6s   start container web
        +625.6s   start container web
        +926.6s   start container web
        +1227.6s   start container web
        +1528.6s   start container web
        +1829.6s   start container web
        +2130.6s   start container web
        +2431.6s   start container web
    "#]]
    .assert_eq(&(starts.join("\n") + "\n"));
}

#[test]
fn a_crash_loop_is_one_from_the_third_end_until_it_was_up_for_ten_minutes() {
    expect![[r#"
        +0.0s -- dies 1
        +0.0s DRIFT not_running
        +0.0s start because not_running
        +0.0s   start container web
        +0.0s MATCH
        +10.0s passed
        +10.0s closed: success
        +20.0s -- dies 137
        +20.0s DRIFT not_running
        +20.0s    start held by backoff: back-off after 1 restart
        +30.0s start because not_running
        +30.0s   start container web
        +30.0s MATCH
        +40.0s passed
        +40.0s closed: success
        +45.0s -- dies 1
        +45.0s CrashLoopBackOff not_running crash_loop
        +45.0s    start held by backoff: back-off after 2 restarts in a row
        +65.0s start because not_running
        +65.0s   start container web
        +65.0s WARNING crash_loop
        +75.0s passed
        +75.0s closed: success
        +665.0s MATCH
    "#]]
    .assert_eq(&story(
        "Container web {image: app:1}
         live running
         applied
         ---
         dies 1
         wait 20s
         dies 137
         wait 25s
         dies 1
         wait 15m",
    ));
}

#[test]
fn the_states_of_a_crash_loop_go_on_while_the_waits_are_longest() {
    let told = story(
        "Container web {image: app:1}
         live running
         applied
         ---
         lives 1s 1
         dies 1
         wait 2h",
    );
    let lost: Vec<&str> = told.lines().filter(|line| line.contains("DRIFT")).collect();
    assert_eq!(
        lost,
        ["+0.0s DRIFT not_running", "+1.0s DRIFT not_running"],
        "the third end makes it a crash loop"
    );
}

#[test]
fn ten_minutes_up_make_the_next_end_the_first_again() {
    expect![[r#"
        +0.0s -- dies 1
        +0.0s DRIFT not_running
        +0.0s start because not_running
        +0.0s   start container web
        +0.0s MATCH
        +10.0s passed
        +10.0s closed: success
        +20.0s -- dies 1
        +20.0s DRIFT not_running
        +20.0s    start held by backoff: back-off after 1 restart
        +30.0s start because not_running
        +30.0s   start container web
        +30.0s MATCH
        +40.0s passed
        +40.0s closed: success
        +560.0s -- dies 1
        +560.0s CrashLoopBackOff not_running crash_loop
        +560.0s    start held by backoff: back-off after 2 restarts in a row
        +580.0s start because not_running
        +580.0s   start container web
        +580.0s WARNING crash_loop
        +590.0s passed
        +590.0s closed: success
        +1180.0s MATCH
        +1220.0s -- dies 1
        +1220.0s DRIFT not_running
        +1220.0s start because not_running
        +1220.0s   start container web
        +1220.0s MATCH
    "#]]
    .assert_eq(&story(
        "Container web {image: app:1}
         live running
         applied
         ---
         dies 1
         wait 20s
         dies 1
         wait 9m
         dies 1
         wait 11m
         dies 1",
    ));
}

#[test]
fn a_start_by_hand_does_not_end_a_crash_loop_sooner() {
    let told = |last_exit: &str| {
        crate::told::look(&format!(
            "Container web {{image: app:1}}
             live running
             applied
             restarts 4 4
             looping
             last-start 20m
             last-exit {last_exit}"
        ))
    };
    assert!(told("1m").contains("crash_loop") && told("1m").ends_with("look again in 540s\n"));
    assert_eq!(told("10m"), "MATCH\nnothing to do\n");
}

proptest::proptest! {
    #[test]
    fn a_wait_is_ten_seconds_doubling_with_at_most_a_tenth_of_jitter_and_never_above_five_minutes(
        streak in 1..100u32, total in proptest::prelude::any::<u64>(), name in "[a-z]{1,8}"
    ) {
        let key: podsteward_specs::key::Key = format!("container/{name}").parse().unwrap();
        let restarts = Restarts { streak, total, ..Restarts::default() };
        let plain = (10_000u64 << (streak - 1).min(5)).min(300_000);
        let waited = u64::try_from(restart::wait(&key, &restarts).as_millis()).unwrap();
        proptest::prop_assert!(waited >= plain && waited <= (plain + plain / 10).min(300_000), "{waited}");
        proptest::prop_assert_eq!(restart::wait(&key, &Restarts { streak: 0, ..restarts }), Duration::ZERO);
    }
}
