//! The side of the queue that everybody else holds.
//!
//! Owns what the handle and the runner share. Never runs anything. Cloned into every source, the HTTP pages and
//! the watchdog.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::task::AtomicWaker;
use tokio::sync::{Notify, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::queue::core::Core;
use crate::queue::observer::QueueObserver;
use crate::queue::request::Request;

/// Adds requests and tells how the queue is doing. Cheap to clone.
#[derive(Clone)]
pub struct QueueHandle {
    shared: Arc<Shared>,
}

/// The state of the queue at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct QueueState {
    /// Keys with a request, due or not.
    pub pending: usize,
    /// Keys that are due and not begun.
    pub due: usize,
    /// Runs that are going on.
    pub running: usize,
    /// How long the longest of them has been going on.
    pub longest_running: Duration,
    /// How long all of them together have been going on.
    pub unfinished: Duration,
}

impl QueueHandle {
    /// Asks for a run.
    pub fn add(&self, request: Request) {
        let told = request.clone();
        self.shared.lock().add(Instant::now(), request);
        self.shared.waker.wake();
        self.shared.observer.added(&told);
    }

    /// How many keys have a request, due or not.
    pub fn len(&self) -> usize {
        self.shared.lock().pending()
    }

    /// Whether no key has a request. Runs may still be going on: see [`Self::is_idle`].
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Nothing is due now and nothing runs. Requests for later do not count.
    pub fn is_idle(&self) -> bool {
        self.shared.lock().is_idle(Instant::now())
    }

    /// How the queue is doing.
    pub fn state(&self) -> QueueState {
        let now = Instant::now();
        let core = self.shared.lock();
        let running: Vec<Duration> = core.running(now).collect();
        QueueState {
            pending: core.pending(),
            due: core.due(now),
            running: running.len(),
            longest_running: running.iter().max().copied().unwrap_or_default(),
            unfinished: running.iter().sum(),
        }
    }

    /// Returns once the runner's loop has turned, or has ended. A watchdog puts a deadline on it: a loop that is
    /// stuck does not answer, and an idle one is not woken otherwise.
    pub async fn heartbeat(&self) {
        let mut beats = self.shared.beats.subscribe();
        self.shared.ping.notify_one();
        tokio::select! {
            biased;
            _ = beats.changed() => {}
            () = self.shared.drained.cancelled() => {}
        }
    }

    /// Returns once the queue was shut down and its runs have ended, or their deadline has passed.
    pub async fn drained(&self) {
        self.shared.drained.cancelled().await;
    }
}

/// What handles and the runner share.
pub(super) struct Shared {
    core: Mutex<Core>,
    /// Wakes the stream of runs.
    pub(super) waker: AtomicWaker,
    /// Asks the runner's loop for a sign of life.
    pub(super) ping: Notify,
    beats: watch::Sender<u64>,
    pub(super) drained: CancellationToken,
    pub(super) observer: Arc<dyn QueueObserver>,
}

impl Shared {
    pub(super) fn new(core: Core, observer: Arc<dyn QueueObserver>) -> Arc<Self> {
        Arc::new(Self {
            core: Mutex::new(core),
            waker: AtomicWaker::new(),
            ping: Notify::new(),
            beats: watch::Sender::new(0),
            drained: CancellationToken::new(),
            observer,
        })
    }

    pub(super) fn handle(self: &Arc<Self>) -> QueueHandle {
        QueueHandle { shared: Arc::clone(self) }
    }

    /// The rules. Nothing that can panic is done while they are held, so a poisoned lock is a sound one.
    pub(super) fn lock(&self) -> MutexGuard<'_, Core> {
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn beat(&self) {
        self.beats.send_modify(|beats| *beats = beats.wrapping_add(1));
    }
}
