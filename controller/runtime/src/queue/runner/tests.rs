//! The queue as it runs, under virtual time.

use std::cell::{Cell, RefCell};
use std::future::pending;
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::FutureExt as _;
use podsteward_specs::key::Key;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::{Options, Queue};
use crate::queue::observer::QueueObserver;
use crate::queue::request::{Reason, Request, RunResult};

const DONE: RunResult = RunResult::Done { again: None };

fn request(name: &str, reason: Reason) -> Request {
    Request::new(key(name), reason)
}

fn key(name: &str) -> Key {
    format!("container/{name}").parse().unwrap()
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Stops the queue after a virtual time, so that `run` returns.
fn stop_after(time: Duration) -> CancellationToken {
    let shutdown = CancellationToken::new();
    let stop = shutdown.clone();
    tokio::spawn(async move {
        sleep(time).await;
        stop.cancel();
    });
    shutdown
}

#[tokio::test(start_paused = true)]
async fn a_request_runs_when_it_is_due_and_not_before() {
    let (handle, queue) = Queue::new(Options::default(), Arc::new(()));
    let start = Instant::now();
    let log = RefCell::new(Vec::new());
    handle.add(request("later", Reason::Due).after(seconds(3)));
    handle.add(request("now", Reason::Due));
    let worker = async |request: Request| {
        log.borrow_mut().push((request.key.to_string(), start.elapsed().as_secs()));
        DONE
    };
    queue.run(worker, stop_after(seconds(10))).await;
    assert_eq!(log.into_inner(), [("container/now".to_owned(), 0), ("container/later".to_owned(), 3)]);
}

#[tokio::test(start_paused = true)]
async fn a_request_that_comes_while_the_queue_sleeps_wakes_it() {
    let (handle, queue) = Queue::new(Options::default(), Arc::new(()));
    handle.add(request("later", Reason::Due).after(seconds(5)));
    tokio::spawn(async move {
        sleep(seconds(1)).await;
        handle.add(request("now", Reason::Died));
    });
    let start = Instant::now();
    let log = RefCell::new(Vec::new());
    let worker = async |request: Request| {
        log.borrow_mut().push((request.key.name.to_string(), start.elapsed().as_secs()));
        DONE
    };
    queue.run(worker, stop_after(seconds(3))).await;
    assert_eq!(log.into_inner(), [("now".to_owned(), 1)]);
}

#[tokio::test(start_paused = true)]
async fn no_more_runs_at_once_than_there_are_workers() {
    let (handle, queue) = Queue::new(Options { workers: 4, ..Options::default() }, Arc::new(()));
    (0..20).for_each(|index| handle.add(request(&format!("c{index}"), Reason::Resync)));
    let (at_once, most) = (Cell::new(0), Cell::new(0));
    let worker = async |_| {
        at_once.set(at_once.get() + 1);
        most.set(most.get().max(at_once.get()));
        sleep(seconds(1)).await;
        at_once.set(at_once.get() - 1);
        DONE
    };
    queue.run(worker, stop_after(seconds(60))).await;
    assert_eq!((most.get(), handle.len(), handle.is_idle()), (4, 0, true));
}

#[tokio::test(start_paused = true)]
async fn on_shutdown_nothing_new_begins_and_what_runs_may_finish() {
    let (handle, queue) = Queue::new(Options { workers: 1, ..Options::default() }, Arc::new(()));
    handle.add(request("running", Reason::Died));
    handle.add(request("waiting", Reason::Died));
    let log = RefCell::new(Vec::new());
    let worker = async |request: Request| {
        sleep(seconds(3)).await;
        log.borrow_mut().push(request.key.name.to_string());
        DONE
    };
    let unfinished = queue.run(worker, stop_after(seconds(1))).await;
    assert_eq!((log.into_inner(), unfinished), (vec!["running".to_owned()], Vec::new()));
    handle.drained().await;
    assert_eq!(handle.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_run_that_outlasts_the_drain_is_named_and_dropped() {
    let (handle, queue) = Queue::new(Options { drain: seconds(10), ..Options::default() }, Arc::new(()));
    handle.add(request("stuck", Reason::Died));
    let start = Instant::now();
    let unfinished = queue.run(async |_| pending().await, stop_after(seconds(1))).await;
    assert_eq!((unfinished, start.elapsed()), (vec![key("stuck")], seconds(11)));
    handle.drained().await;
}

#[tokio::test(start_paused = true)]
async fn a_run_that_panics_has_failed_and_the_others_go_on() {
    let (handle, queue) = Queue::new(Options::default(), Arc::new(()));
    handle.add(request("bad", Reason::Died));
    handle.add(request("good", Reason::Died));
    let log = RefCell::new(Vec::new());
    let worker = async |request: Request| {
        log.borrow_mut().push(format!("{} {}", request.key.name, request.reason));
        assert!(request.key.name.as_str() != "bad" || request.reason == Reason::Retry, "a bug");
        DONE
    };
    queue.run(worker, stop_after(seconds(10))).await;
    assert_eq!(log.into_inner(), ["bad died", "good died", "bad retry"]);
}

#[tokio::test(start_paused = true)]
async fn the_heartbeat_answers_while_the_queue_is_idle_and_while_it_is_busy() {
    let (handle, queue) = Queue::new(Options::default(), Arc::new(()));
    assert!(handle.heartbeat().now_or_never().is_none(), "nobody turns the loop yet");
    let shutdown = CancellationToken::new();
    let asking = {
        let (handle, shutdown) = (handle.clone(), shutdown.clone());
        async move {
            handle.heartbeat().await;
            handle.add(request("busy", Reason::Died));
            handle.heartbeat().await;
            handle.heartbeat().await;
            shutdown.cancel();
        }
    };
    let worker = async |_| {
        sleep(seconds(1)).await;
        DONE
    };
    let both = futures::future::join(queue.run(worker, shutdown), asking);
    tokio::time::timeout(seconds(5), both).await.expect("the loop turns");
    handle.heartbeat().await;
}

#[tokio::test(start_paused = true)]
async fn the_state_shows_what_waits_and_how_long_runs_take() {
    let (handle, queue) = Queue::new(Options { workers: 1, ..Options::default() }, Arc::new(()));
    handle.add(request("a", Reason::Died));
    handle.add(request("b", Reason::Died));
    handle.add(request("c", Reason::Due).after(seconds(60)));
    let seen = Rc::new(Cell::new(None));
    let worker = async |_| {
        sleep(seconds(2)).await;
        seen.set(seen.get().or(Some(handle.state())));
        DONE
    };
    queue.run(worker, stop_after(seconds(1))).await;
    let state = seen.get().unwrap();
    assert_eq!((state.pending, state.due, state.running), (2, 1, 1));
    assert_eq!((state.longest_running, state.unfinished), (seconds(2), seconds(2)));
}

#[derive(Default)]
struct Log(Mutex<Vec<String>>);

impl Log {
    fn push(&self, line: String) {
        self.0.lock().unwrap().push(line);
    }
}

impl QueueObserver for Log {
    fn added(&self, request: &Request) {
        self.push(format!("added {}", request.reason));
    }

    fn began(&self, request: &Request, waited: Duration) {
        self.push(format!("began {} after {waited:?}", request.reason));
    }

    fn ended(&self, _: &Request, worked: Duration, result: RunResult) {
        self.push(format!("ended after {worked:?}: {result:?}"));
    }

    fn retried(&self, _: &Request, delay: Duration) {
        self.push(format!("retried after {}s", delay.as_secs()));
    }
}

#[tokio::test(start_paused = true)]
async fn the_observer_is_told_each_moment_in_order() {
    let log = Arc::new(Log::default());
    let (handle, queue) = Queue::new(Options::default(), log.clone());
    handle.add(request("web", Reason::Died));
    let worker = |request: Request| async move {
        sleep(seconds(1)).await;
        if request.reason == Reason::Died { RunResult::Failed } else { DONE }
    };
    // As the wiring does it: a worker that may move between threads makes a queue that may.
    tokio::spawn(queue.run(worker, stop_after(seconds(5)))).await.unwrap();
    let log = log.0.lock().unwrap();
    let wanted = [
        "added died",
        "began died after 0ns",
        "ended after 1s: Failed",
        "retried after 1s",
        "began retry after 0ns",
        "ended after 1s: Done { again: None }",
    ];
    assert_eq!(log.as_slice(), wanted);
}
