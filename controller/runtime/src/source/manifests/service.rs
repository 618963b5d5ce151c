//! The manifests source: reads after every change and hands out views.
//!
//! Owns when to read: at the start, when the directory changed, when somebody asks, when a deletion is to be
//! confirmed, and now and then in case a change was missed. Never decides what is in force (see [`super::merge`]).
//! Started once by the wiring; the handle goes to the world store.

use std::collections::BTreeSet;
use std::future::pending;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use podsteward_domain::decide::gates::{DELETION_CERTAIN_AFTER, DELETION_CERTAIN_READS};
use podsteward_domain::time::Moment;
use podsteward_specs::key::Key;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use super::fresh::Cache;
use super::merge::merge;
use super::read::ManifestReader;
use super::settle::Settle;
use super::view::{ManifestView, Vanishing};
use super::watch::DirectoryWatch;
use crate::clock::Clock;

/// How the manifests are read.
#[derive(Debug, Clone)]
pub struct Options {
    /// The directory to watch; none where the handle alone says when to read, as in the simulation.
    pub watch: Option<PathBuf>,
    /// The longest time without a read, in case a change was missed.
    pub poll: Duration,
    /// The same while there is nothing to watch.
    pub poll_unwatched: Duration,
    /// How long a new problem must last before it is told.
    pub settle: Duration,
}

impl Default for Options {
    /// A file that is half written is whole within 300 ms, unless somebody types it in place.
    fn default() -> Self {
        Self {
            watch: None,
            poll: Duration::from_secs(30),
            poll_unwatched: Duration::from_secs(2),
            settle: Duration::from_millis(300),
        }
    }
}

/// Says when to read, and what is no longer to be kept. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct ManifestHandle {
    asked: Arc<Asked>,
}

#[derive(Debug, Default)]
struct Asked {
    forgotten: Mutex<BTreeSet<Key>>,
    woken: Notify,
}

impl ManifestHandle {
    /// Reads now.
    pub fn rescan(&self) {
        self.asked.woken.notify_one();
    }

    /// The object of a vanished document was removed: the document is no longer kept.
    pub fn forget(&self, key: Key) {
        self.asked.forgotten.lock().unwrap_or_else(PoisonError::into_inner).insert(key);
        self.rescan();
    }

    fn take_forgotten(&self) -> BTreeSet<Key> {
        std::mem::take(&mut self.asked.forgotten.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The source before it runs.
pub struct ManifestSource {
    options: Options,
    reader: Arc<dyn ManifestReader>,
    clock: Arc<dyn Clock>,
    handle: ManifestHandle,
    /// What is in force, with all its problems.
    view: ManifestView,
}

impl ManifestSource {
    /// A source that begins with what was in force when the controller ended. Reads from before prove nothing: the
    /// count of what is gone begins anew. That too many went together stays.
    pub fn new(
        options: Options,
        reader: Arc<dyn ManifestReader>,
        clock: Arc<dyn Clock>,
        last: ManifestView,
    ) -> (ManifestHandle, Self) {
        let (mut view, now) = (last, clock.now());
        for vanishing in view.vanished.values_mut() {
            (vanishing.since, vanishing.reads) = (now, 0);
        }
        let handle = ManifestHandle::default();
        (handle.clone(), Self { options, reader, clock, handle, view })
    }

    /// Hands every view that differs from the one before to `sink`, until `shutdown`.
    pub async fn run(mut self, mut sink: impl FnMut(ManifestView) + Send, shutdown: CancellationToken) {
        let mut watch = self.options.watch.as_deref().map(DirectoryWatch::new);
        let mut cache = Cache::default();
        let mut settle = Settle::new(self.options.settle);
        let mut told = None;
        loop {
            let unwatched = match &mut watch {
                Some(watch) => watch.refresh().await.err().map(|error| chain(&error)),
                None => None,
            };
            let now = self.read(&mut cache).await;
            self.view.unwatched = unwatched;
            let mut view = self.view.clone();
            let settles = settle.filter(&mut view, Instant::now());
            if told.as_ref() != Some(&view) {
                told = Some(view.clone());
                sink(view);
            }
            let next = self.next_read(now);
            let again = settles.map_or(next, |settles| settles.min(next));
            tokio::select! {
                biased;
                () = shutdown.cancelled() => return,
                () = self.handle.asked.woken.notified() => {}
                () = changed(watch.as_ref()) => {}
                () = sleep_until(again) => {}
            }
        }
    }

    /// Reads everything and merges it with what is in force. What was read is not kept.
    async fn read(&mut self, cache: &mut Cache) -> Moment {
        let fresh = cache.load(self.reader.read().await);
        for key in self.handle.take_forgotten() {
            self.view.vanished.remove(&key);
        }
        let now = self.clock.now();
        self.view = merge(&self.view, &fresh, now);
        now
    }

    /// When to read again although nothing happens.
    fn next_read(&self, now: Moment) -> Instant {
        let poll =
            if self.view.unwatched.is_some() { self.options.poll_unwatched } else { self.options.poll };
        let vanishing = self.view.vanished.values().filter_map(|vanishing| confirms_in(vanishing, now));
        Instant::now() + vanishing.min().map_or(poll, |wait| wait.min(poll))
    }
}

/// When the read is due that makes a deletion certain.
fn confirms_in(vanishing: &Vanishing, now: Moment) -> Option<Duration> {
    let left = now.left_of(vanishing.since, DELETION_CERTAIN_AFTER);
    let certain = left.is_zero() && vanishing.reads >= DELETION_CERTAIN_READS;
    // A read at the very moment may come a hair too early for whoever compares in whole milliseconds.
    (!certain).then(|| left.max(Duration::from_millis(1)))
}

/// Returns when the directory changed; never, where none is watched.
async fn changed(watch: Option<&DirectoryWatch>) {
    match watch {
        Some(watch) => watch.changed().await,
        None => pending().await,
    }
}

/// An error with everything behind it.
fn chain(error: &dyn std::error::Error) -> String {
    let sources = std::iter::successors(Some(error), |error| error.source());
    sources.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

#[cfg(test)]
mod tests;
