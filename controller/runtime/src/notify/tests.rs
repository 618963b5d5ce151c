//! What the service manager is told, and when.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use super::*;

/// A service manager that writes down what it is told.
fn supervisor(watchdog: Option<Duration>) -> (Supervisor, Arc<Mutex<Vec<String>>>) {
    let told = Arc::new(Mutex::new(Vec::new()));
    let written = Arc::clone(&told);
    let tell = move |states: &[NotifyState<'_>]| {
        written.lock().unwrap().extend(states.iter().map(ToString::to_string));
    };
    (Supervisor { tell: Box::new(tell), watchdog }, told)
}

#[test]
fn each_turn_of_life_is_told_with_a_line_of_status() {
    let (supervisor, told) = supervisor(None);
    supervisor.ready("12 objects");
    supervisor.status("12 objects, 1 finding");
    supervisor.stopping("waiting for 1 object");
    let lines: Vec<String> = told.lock().unwrap().iter().map(|line| line.trim().to_owned()).collect();
    assert_eq!(
        lines,
        [
            "READY=1",
            "STATUS=12 objects",
            "STATUS=12 objects, 1 finding",
            "STOPPING=1",
            "STATUS=waiting for 1 object"
        ]
    );
}

/// How often the watchdog is fed within a minute.
async fn fed_within_a_minute(watchdog: Option<Duration>, moves: Arc<AtomicBool>) -> usize {
    let (supervisor, told) = supervisor(watchdog);
    let feeding = supervisor.feed_watchdog(move || moves.load(Ordering::Relaxed));
    let _ = tokio::time::timeout(Duration::from_secs(59), feeding).await;
    told.lock().unwrap().len()
}

#[tokio::test(start_paused = true)]
async fn the_watchdog_is_fed_twice_in_its_period() {
    let moves = Arc::new(AtomicBool::new(true));
    assert_eq!(fed_within_a_minute(Some(Duration::from_secs(30)), moves).await, 4);
}

#[tokio::test(start_paused = true)]
async fn a_main_loop_that_hangs_is_left_to_the_watchdog() {
    let moves = Arc::new(AtomicBool::new(true));
    let stalled = Arc::clone(&moves);
    let stall = async move {
        tokio::time::sleep(Duration::from_secs(20)).await;
        stalled.store(false, Ordering::Relaxed);
    };
    let (fed, ()) = tokio::join!(fed_within_a_minute(Some(Duration::from_secs(30)), moves), stall);
    assert_eq!(fed, 2, "at once and after 15 s");
}

#[tokio::test(start_paused = true)]
async fn without_a_watchdog_nothing_is_told() {
    assert_eq!(fed_within_a_minute(None, Arc::new(AtomicBool::new(true))).await, 0);
}
