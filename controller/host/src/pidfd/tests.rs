//! Watching processes, with real ones.

use std::future::Future;
use std::process::{Child, Command};
use std::time::Duration;

use tokio::task::JoinSet;

use super::*;
use crate::clock::HostClock;

/// A process that lives until it is killed, or the test ends.
struct Sleeper(Child);

impl Sleeper {
    #[expect(clippy::disallowed_methods, reason = "a real process is what is watched")]
    fn spawn() -> Self {
        Self(Command::new("sleep").arg("1000").spawn().unwrap())
    }

    fn pid(&self) -> u32 {
        self.0.id()
    }

    /// Kills it. It stays a zombie, as under a parent that died or is busy.
    fn kill(&mut self) {
        self.0.kill().unwrap();
    }

    /// Kills and reaps it: its pid means nothing any more.
    fn reap(mut self) -> u32 {
        let pid = self.pid();
        self.kill();
        self.0.wait().unwrap();
        pid
    }
}

impl Drop for Sleeper {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn now() -> Moment {
    HostClock::new().unwrap().now()
}

/// A container that started when its process did, just now.
fn fresh() -> Identity<'static> {
    Identity { container: "c0ffee", started_ms: Some(now().wall_ms) }
}

fn watch(pidfds: &Pidfds, pid: u32) -> Result<Process, Error> {
    pidfds.watch(pid, &fresh(), now())
}

/// Fails the test instead of hanging it.
async fn within<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(30), future).await.expect("no end within 30 s")
}

#[tokio::test]
async fn the_end_of_a_process_is_seen_also_while_it_is_a_zombie() {
    let mut sleeper = Sleeper::spawn();
    let process = watch(&Pidfds::new(true), sleeper.pid()).unwrap();
    assert!(!process.has_ended().unwrap());
    sleeper.kill();
    within(process.ended()).await.unwrap();
    assert!(process.has_ended().unwrap());
    within(process.ended()).await.unwrap();
}

#[tokio::test]
async fn a_process_that_lives_is_waited_for() {
    let sleeper = Sleeper::spawn();
    let process = watch(&Pidfds::new(true), sleeper.pid()).unwrap();
    let ended = tokio::select! {
        biased;
        _ = process.ended() => true,
        () = tokio::task::yield_now() => false,
    };
    assert!(!ended);
}

#[tokio::test]
async fn a_hundred_ends_at_once_are_all_seen() {
    let pidfds = Pidfds::new(true);
    let mut sleepers: Vec<Sleeper> = (0..100).map(|_| Sleeper::spawn()).collect();
    let mut ends = JoinSet::new();
    for sleeper in &sleepers {
        let process = watch(&pidfds, sleeper.pid()).unwrap();
        ends.spawn(async move { process.ended().await.map(|()| process.pid()) });
    }
    tokio::task::yield_now().await;
    assert!(ends.try_join_next().is_none(), "an end before the first kill");
    sleepers.iter_mut().for_each(Sleeper::kill);
    let mut seen = Vec::new();
    while let Some(end) = within(ends.join_next()).await {
        seen.push(end.unwrap().unwrap());
    }
    let mut pids: Vec<u32> = sleepers.iter().map(Sleeper::pid).collect();
    pids.sort_unstable();
    seen.sort_unstable();
    assert_eq!(seen, pids);
}

#[tokio::test]
async fn the_end_of_a_zombie_is_there_at_once() {
    let mut sleeper = Sleeper::spawn();
    let first = watch(&Pidfds::new(true), sleeper.pid()).unwrap();
    sleeper.kill();
    within(first.ended()).await.unwrap();
    let second = watch(&Pidfds::new(true), sleeper.pid()).unwrap();
    within(second.ended()).await.unwrap();
}

#[tokio::test]
async fn a_pid_without_process_has_ended_where_pids_are_known_to_be_shared() {
    let process = watch(&Pidfds::new(true), Sleeper::spawn().reap()).unwrap();
    assert!(process.has_ended().unwrap());
    within(process.ended()).await.unwrap();
}

#[tokio::test]
async fn a_pid_without_process_says_nothing_until_a_first_process_was_watched() {
    let pidfds = Pidfds::new(false);
    let gone = Sleeper::spawn().reap();
    assert!(matches!(watch(&pidfds, gone), Err(Error::NotVisible(pid)) if pid == gone));
    let sleeper = Sleeper::spawn();
    watch(&pidfds, sleeper.pid()).unwrap();
    assert!(watch(&pidfds, gone).unwrap().has_ended().unwrap());
}

#[tokio::test]
async fn a_pid_that_was_given_to_a_later_process_is_not_watched() {
    let sleeper = Sleeper::spawn();
    let pidfds = Pidfds::new(false);
    let hour_ago = Identity { container: "c0ffee", started_ms: Some(now().wall_ms - 3_600_000) };
    let error = pidfds.watch(sleeper.pid(), &hour_ago, now()).unwrap_err();
    assert!(matches!(error, Error::StartDiffers { pid, .. } if pid == sleeper.pid()), "{error}");
    let gone = Sleeper::spawn().reap();
    assert!(matches!(watch(&pidfds, gone), Err(Error::NotVisible(_))), "a stranger proves nothing");
}

#[tokio::test]
async fn a_stranger_that_has_ended_is_an_end_too() {
    let mut sleeper = Sleeper::spawn();
    let first = watch(&Pidfds::new(true), sleeper.pid()).unwrap();
    sleeper.kill();
    within(first.ended()).await.unwrap();
    let hour_ago = Identity { container: "c0ffee", started_ms: Some(now().wall_ms - 3_600_000) };
    let process = Pidfds::new(true).watch(sleeper.pid(), &hour_ago, now()).unwrap();
    assert!(process.has_ended().unwrap());
}

#[tokio::test]
async fn a_container_without_a_known_start_is_watched_by_its_pid_alone() {
    let sleeper = Sleeper::spawn();
    let identity = Identity { container: "c0ffee", started_ms: None };
    assert!(!Pidfds::new(true).watch(sleeper.pid(), &identity, now()).unwrap().has_ended().unwrap());
}

#[tokio::test]
async fn what_cannot_be_a_pid_is_refused() {
    for pid in [0, u32::MAX] {
        assert!(matches!(watch(&Pidfds::new(true), pid), Err(Error::NotAPid(refused)) if refused == pid));
    }
}

#[test]
fn alive_is_what_exists_and_has_not_ended() {
    let mut sleeper = Sleeper::spawn();
    assert!(is_alive(sleeper.pid()));
    sleeper.kill();
    while sleeper.0.try_wait().unwrap().is_none() {
        std::thread::yield_now();
    }
    assert!(!is_alive(sleeper.pid()));
    assert!(!is_alive(0));
}

#[tokio::test]
async fn a_zombie_is_not_alive() {
    let mut sleeper = Sleeper::spawn();
    let process = watch(&Pidfds::new(true), sleeper.pid()).unwrap();
    sleeper.kill();
    within(process.ended()).await.unwrap();
    assert!(!is_alive(sleeper.pid()));
}

#[tokio::test]
async fn a_socket_of_the_same_namespace_shares_pids_and_a_missing_one_does_not() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("engine.sock");
    assert!(!shares_pids(&path).await);
    let _listener = tokio::net::UnixListener::bind(&path).unwrap();
    assert!(shares_pids(&path).await);
}
