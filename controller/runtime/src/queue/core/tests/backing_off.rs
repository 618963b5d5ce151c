//! How a failing key waits, and what does not change that.

use super::{DONE, Duration, Limits, Reason, RunResult, Table, key};

/// A queue whose key `web` failed once at 0: it waits until the time that is given.
fn failed_once() -> (Table, u64) {
    let mut table = Table::new(Limits::default());
    table.add("web", Reason::Died, 0).begin();
    table.finish("web", RunResult::Failed);
    let wait = table.wakes_in().expect("a retry is pending");
    let wait = u64::try_from(wait).unwrap();
    assert!((1_000..=1_100).contains(&wait), "{wait}");
    (table, wait)
}

#[tokio::test(start_paused = true)]
async fn a_failed_run_is_tried_again_after_its_delay() {
    let (mut table, wait) = failed_once();
    assert_eq!(table.at(wait - 1).begin(), "");
    assert_eq!(table.at(wait).begin(), "web retry");
    let delay = table.core.finish(table.now, &key("web"), RunResult::Failed);
    assert!(delay.is_some_and(|delay| delay >= Duration::from_secs(2)), "{delay:?}");
}

#[tokio::test(start_paused = true)]
async fn a_spurious_trigger_waits_for_the_end_of_the_back_off() {
    let (mut table, wait) = failed_once();
    table.add("web", Reason::Died, 0).add("web", Reason::Resync, 0).add("web", Reason::Due, 500);
    table.add("web", Reason::HostChanged, 0);
    assert_eq!(table.begin(), "");
    assert_eq!(table.wakes_in(), Some(u128::from(wait)));
    assert_eq!(table.at(wait).begin(), "web retry");
}

#[tokio::test(start_paused = true)]
async fn a_new_fact_runs_at_once() {
    for reason in
        [Reason::ManifestEdited, Reason::Asked, Reason::ConfigFileChanged, Reason::DependencyChanged]
    {
        let (mut table, _) = failed_once();
        assert_eq!(table.at(10).add("web", reason, 0).begin(), format!("web {reason}"));
    }
}

#[tokio::test(start_paused = true)]
async fn an_early_run_that_fails_neither_inflates_nor_shortens_the_back_off() {
    let (mut table, wait) = failed_once();
    for at in [100, 200, 300, 400] {
        table.at(at).add("web", Reason::ManifestEdited, 0);
        assert_eq!(table.begin(), "web manifest_edited");
        table.finish("web", RunResult::Failed);
        assert_eq!(table.wakes_in(), Some(u128::from(wait - at)));
    }
    assert_eq!(table.at(wait).begin(), "web retry");
    let delay = table.core.finish(table.now, &key("web"), RunResult::Failed).unwrap();
    assert!(delay < Duration::from_millis(2_201), "it counts two failures, not six: {delay:?}");
}

#[tokio::test(start_paused = true)]
async fn a_success_resets_the_back_off() {
    let (mut table, _) = failed_once();
    table.at(100).add("web", Reason::ManifestEdited, 0).begin();
    table.finish("web", DONE);
    assert_eq!(table.wakes_in(), None);
    assert_eq!(table.add("web", Reason::Died, 0).begin(), "web died");
    let delay = table.core.finish(table.now, &key("web"), RunResult::Failed).unwrap();
    assert!(delay < Duration::from_millis(1_101), "{delay:?}");
}

#[tokio::test(start_paused = true)]
async fn a_spurious_trigger_during_the_failing_run_waits_too() {
    let mut table = Table::new(Limits::default());
    table.add("web", Reason::Died, 0).begin();
    table.add("web", Reason::LiveChanged, 0).finish("web", RunResult::Failed);
    assert_eq!(table.begin(), "");
}

#[tokio::test(start_paused = true)]
async fn an_edit_during_the_failing_run_is_tried_at_once() {
    let mut table = Table::new(Limits::default());
    table.add("web", Reason::Died, 0).begin();
    table.add("web", Reason::ManifestEdited, 0).finish("web", RunResult::Failed);
    assert_eq!(table.begin(), "web manifest_edited");
}

#[tokio::test(start_paused = true)]
async fn one_key_that_backs_off_holds_up_no_other() {
    let (mut table, _) = failed_once();
    assert_eq!(table.add("db", Reason::Resync, 0).begin(), "db resync");
}

#[tokio::test(start_paused = true)]
async fn nothing_is_kept_of_a_key_that_is_done() {
    let (mut table, wait) = failed_once();
    table.at(wait).begin();
    table.finish("web", DONE);
    assert!(table.core.entries.is_empty());
}
