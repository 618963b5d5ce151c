//! The rules of the queue, one sentence a test.

use std::time::Duration;

use podsteward_specs::key::Key;
use tokio::time::Instant;

use super::{Core, FARTHEST, Limits, Next};
use crate::queue::request::{Priority, Reason, Request, RunResult};

mod backing_off;
mod random;

const DONE: RunResult = RunResult::Done { again: None };

/// A queue at a time that moves by hand.
struct Table {
    core: Core,
    start: Instant,
    now: Instant,
}

impl Table {
    fn new(limits: Limits) -> Self {
        let start = Instant::now();
        Self { core: Core::new(limits, start), start, now: start }
    }

    fn at(&mut self, millis: u64) -> &mut Self {
        self.now = self.start + Duration::from_millis(millis);
        self
    }

    fn add(&mut self, key: &str, reason: Reason, delay_millis: u64) -> &mut Self {
        let request = Request::new(self::key(key), reason).after(Duration::from_millis(delay_millis));
        self.core.add(self.now, request);
        self
    }

    /// Begins all that may begin now, and names it.
    fn begin(&mut self) -> String {
        let mut begun = Vec::new();
        while let Next::Run(run) = self.core.next(self.now) {
            begun.push(format!("{} {}", run.request.key.name, run.request.reason));
        }
        begun.join(", ")
    }

    fn finish(&mut self, key: &str, result: RunResult) -> &mut Self {
        self.core.finish(self.now, &self::key(key), result);
        self
    }

    /// In how many milliseconds to ask again, when nothing begins now.
    fn wakes_in(&mut self) -> Option<u128> {
        match self.core.next(self.now) {
            Next::Wait(at) => at.map(|at| at.saturating_duration_since(self.now).as_millis()),
            Next::Run(run) => panic!("{} begins", run.request.key),
        }
    }
}

fn key(name: &str) -> Key {
    format!("container/{name}").parse().unwrap()
}

#[tokio::test(start_paused = true)]
async fn two_requests_of_one_key_are_one_run() {
    let mut table = Table::new(Limits::default());
    table.add("web", Reason::Resync, 0).add("web", Reason::Died, 0);
    assert_eq!(table.begin(), "web died");
    table.finish("web", DONE);
    assert_eq!(table.begin(), "");
    assert_eq!(table.core.pending(), 0);
}

#[tokio::test(start_paused = true)]
async fn the_earliest_request_of_a_key_wins_in_either_order() {
    let mut table = Table::new(Limits::default());
    table.add("web", Reason::Due, 5_000).add("web", Reason::Due, 1_000).add("web", Reason::Due, 9_000);
    assert_eq!(table.wakes_in(), Some(1_000));
    assert_eq!(table.at(1_000).begin(), "web due");
    table.finish("web", DONE);
    assert_eq!(table.wakes_in(), None);
}

#[tokio::test(start_paused = true)]
async fn the_highest_priority_of_merged_requests_wins_with_its_reason() {
    let mut table = Table::new(Limits::default());
    table.add("a", Reason::LiveChanged, 0);
    table.add("b", Reason::Resync, 0).add("b", Reason::ManifestEdited, 0).add("b", Reason::Died, 0);
    assert_eq!(table.begin(), "b manifest_edited, a live_changed");
}

#[tokio::test(start_paused = true)]
async fn a_key_never_runs_twice_at_once() {
    let mut table = Table::new(Limits::default());
    table.add("web", Reason::Died, 0);
    assert_eq!(table.begin(), "web died");
    table.add("web", Reason::ManifestEdited, 0);
    assert_eq!(table.begin(), "");
}

#[tokio::test(start_paused = true)]
async fn requests_during_a_run_lead_to_exactly_one_more() {
    let mut table = Table::new(Limits::default());
    table.add("web", Reason::Died, 0).begin();
    table.add("web", Reason::HealthChanged, 0).add("web", Reason::LiveChanged, 0).finish("web", DONE);
    assert_eq!(table.begin(), "web health_changed");
    table.finish("web", DONE);
    assert_eq!(table.begin(), "");
}

#[tokio::test(start_paused = true)]
async fn a_run_that_asks_to_look_again_is_looked_at_again_then() {
    let mut table = Table::new(Limits::default());
    table.add("web", Reason::Died, 0).begin();
    table.finish("web", RunResult::Done { again: Some(Duration::from_secs(10)) });
    assert_eq!(table.wakes_in(), Some(10_000));
    assert_eq!(table.at(10_000).begin(), "web due");
}

#[tokio::test(start_paused = true)]
async fn priorities_go_before_age_and_age_before_nothing() {
    let mut table = Table::new(Limits::default());
    table.add("z", Reason::Resync, 0).at(1).add("y", Reason::Resync, 0);
    table.add("d", Reason::LiveChanged, 0).add("h2", Reason::Died, 0).add("h1", Reason::Died, 0);
    table.add("u", Reason::ManifestEdited, 0);
    let begun = table.begin();
    assert_eq!(begun, "u manifest_edited, h2 died, h1 died, d live_changed, z resync, y resync");
}

#[tokio::test(start_paused = true)]
async fn an_earlier_due_time_goes_first_within_a_priority() {
    let mut table = Table::new(Limits::default());
    table.add("late", Reason::Due, 20).add("early", Reason::Due, 10);
    assert_eq!(table.at(50).begin(), "early due, late due");
}

#[tokio::test(start_paused = true)]
async fn resync_takes_no_token_that_a_user_edit_or_a_start_may_need() {
    let mut table = Table::new(Limits { burst: 5, reserve: 2, ..Limits::default() });
    for name in ["a", "b", "c", "d", "e"] {
        table.add(name, Reason::Resync, 0);
    }
    assert_eq!(table.begin(), "a resync, b resync, c resync");
    table.add("edit", Reason::ManifestEdited, 0).add("start", Reason::Died, 0);
    assert_eq!(table.begin(), "edit manifest_edited, start died");
    assert_eq!(table.wakes_in(), Some(150));
    assert_eq!(table.at(150).begin(), "d resync");
}

#[tokio::test(start_paused = true)]
async fn a_wait_for_a_token_ends_early_for_what_comes_due_before() {
    let mut table = Table::new(Limits { burst: 5, reserve: 4, ..Limits::default() });
    table.add("a", Reason::Resync, 0).add("b", Reason::Resync, 0).add("start", Reason::Due, 30);
    assert_eq!(table.begin(), "a resync");
    assert_eq!(table.wakes_in(), Some(30));
    assert_eq!(table.at(30).begin(), "start due");
}

#[tokio::test(start_paused = true)]
async fn a_request_for_the_far_future_is_brought_within_reach() {
    let mut table = Table::new(Limits::default());
    let request = Request::new(key("web"), Reason::Due).after(Duration::MAX);
    table.core.add(table.now, request);
    assert_eq!(table.wakes_in(), Some(FARTHEST.as_millis()));
}

#[tokio::test(start_paused = true)]
async fn it_is_idle_when_nothing_runs_and_nothing_is_due() {
    let mut table = Table::new(Limits::default());
    assert!(table.core.is_idle(table.now));
    table.add("web", Reason::Due, 100);
    assert!(table.core.is_idle(table.now), "a request for later is not work");
    table.at(100);
    assert!(!table.core.is_idle(table.now), "it is due, although nobody asked for it yet");
    table.begin();
    assert!(!table.core.is_idle(table.now), "it runs");
    table.finish("web", DONE);
    assert!(table.core.is_idle(table.now));
}

#[tokio::test(start_paused = true)]
async fn a_run_knows_how_long_it_was_due() {
    let mut table = Table::new(Limits::default());
    table.add("web", Reason::Due, 100).at(130);
    let Next::Run(run) = table.core.next(table.now) else { panic!("nothing begins") };
    assert_eq!(run.waited, Duration::from_millis(30));
    assert_eq!(run.request.priority, Priority::Health);
}
