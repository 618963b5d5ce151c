//! Runs the worker for what is due.
//!
//! Owns the number of runs at once and the way to an end: on shutdown nothing new begins, and what runs may finish.
//! Never decides what is due (see [`crate::queue::core`]) and never looks into a run. Started once by the wiring.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures::stream::FuturesUnordered;
use futures::{FutureExt as _, Stream, StreamExt as _};
use podsteward_specs::key::Key;
use tokio::time::{Instant, Sleep};
use tokio_util::sync::CancellationToken;

use crate::queue::core::{Core, Limits, Next, Run};
use crate::queue::handle::{QueueHandle, Shared};
use crate::queue::observer::QueueObserver;
use crate::queue::request::{Request, RunResult};

/// The numbers of the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Runs at once.
    pub workers: usize,
    /// How long runs may take to finish on shutdown.
    pub drain: Duration,
    /// The numbers of the rules.
    pub limits: Limits,
}

impl Default for Options {
    /// Four workers keep a small host busy without a herd; ten seconds are what Podman takes to stop a container.
    fn default() -> Self {
        Self { workers: 4, drain: Duration::from_secs(10), limits: Limits::default() }
    }
}

/// The queue before it runs.
pub struct Queue {
    shared: Arc<Shared>,
    workers: usize,
    drain: Duration,
}

impl Queue {
    /// A queue and the handle to it. Requests may be added before it runs.
    pub fn new(options: Options, observer: Arc<dyn QueueObserver>) -> (QueueHandle, Self) {
        let Options { workers, drain, limits } = options;
        let shared = Shared::new(Core::new(limits, Instant::now()), observer);
        (shared.handle(), Self { shared, workers: workers.max(1), drain })
    }

    /// Runs `worker` for every request that comes due, until `shutdown`. Then waits for what runs, and gives the
    /// keys whose runs did not end in time; these are dropped where they stand.
    pub async fn run<W, F>(self, worker: W, shutdown: CancellationToken) -> Vec<Key>
    where
        W: Fn(Request) -> F,
        F: Future<Output = RunResult>,
    {
        let Self { shared, workers, drain } = self;
        let mut due =
            Due { shared: Arc::clone(&shared), sleep: Box::pin(tokio::time::sleep(Duration::ZERO)) };
        let mut running = FuturesUnordered::new();
        loop {
            tokio::select! {
                biased;
                () = shutdown.cancelled() => break,
                () = shared.ping.notified() => shared.beat(),
                Some(ended) = running.next() => shared.ended(ended),
                Some(run) = due.next(), if running.len() < workers => running.push(shared.work(&worker, run)),
            }
        }
        let deadline = Instant::now() + drain;
        loop {
            tokio::select! {
                biased;
                () = shared.ping.notified() => shared.beat(),
                ended = running.next() => match ended {
                    Some(ended) => shared.ended(ended),
                    None => break,
                },
                () = tokio::time::sleep_until(deadline) => break,
            }
        }
        let unfinished = shared.lock().running_keys();
        shared.drained.cancel();
        unfinished
    }
}

/// A run that is over.
struct Ended {
    request: Request,
    began: Instant,
    /// Nothing, if it panicked.
    result: Option<RunResult>,
}

impl Shared {
    /// Begins a run. Its panic is its own: it counts as a failure, and the others go on.
    fn work<W, F>(&self, worker: &W, run: Run) -> impl Future<Output = Ended> + use<W, F>
    where
        W: Fn(Request) -> F,
        F: Future<Output = RunResult>,
    {
        let Run { request, waited } = run;
        self.observer.began(&request, waited);
        let began = Instant::now();
        let work = AssertUnwindSafe(worker(request.clone())).catch_unwind();
        async move { Ended { request, began, result: work.await.ok() } }
    }

    fn ended(&self, ended: Ended) {
        let Ended { request, began, result } = ended;
        let now = Instant::now();
        if result.is_none() {
            self.observer.panicked(&request);
        }
        let result = result.unwrap_or(RunResult::Failed);
        let retry = self.lock().finish(now, &request.key, result);
        self.waker.wake();
        self.observer.ended(&request, now.saturating_duration_since(began), result);
        if let Some(delay) = retry {
            self.observer.retried(&request, delay);
        }
    }
}

/// The stream of runs that are to begin. It never ends.
struct Due {
    shared: Arc<Shared>,
    sleep: Pin<Box<Sleep>>,
}

impl Stream for Due {
    type Item = Run;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Run>> {
        self.shared.waker.register(context.waker());
        loop {
            let next = self.shared.lock().next(Instant::now());
            match next {
                Next::Run(run) => return Poll::Ready(Some(run)),
                Next::Wait(None) => return Poll::Pending,
                Next::Wait(Some(at)) => {
                    self.sleep.as_mut().reset(at);
                    ready!(self.sleep.as_mut().poll(context));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
