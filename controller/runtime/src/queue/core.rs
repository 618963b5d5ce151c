//! The rules of the queue, without tokio's tasks.
//!
//! Owns every entry, the order among those that are due, the back-off of each key and the shared rate. Never waits
//! and never runs anything: `now` comes in, the next run or the time to ask again goes out. Driven by the handle
//! (adding) and by the runner (beginning and finishing).

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use podsteward_specs::key::Key;
use tokio::time::Instant;

use crate::queue::backoff::{Backoff, Bounds};
use crate::queue::bucket::Bucket;
use crate::queue::request::{Priority, Reason, Request, RunResult};

/// The farthest a request may lie ahead. A run too many changes nothing; a time that overflows would.
pub const FARTHEST: Duration = Duration::from_hours(24);

/// The numbers of the rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Runs a second, in the long term.
    pub per_second: u32,
    /// Runs at once after a quiet time.
    pub burst: u32,
    /// How many of the burst drift and resync leave to user edits and health.
    pub reserve: u32,
    /// How failing keys wait.
    pub backoff: Bounds,
    /// What the jitter is drawn from.
    pub seed: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { per_second: 20, burst: 100, reserve: 20, backoff: Bounds::default(), seed: 0 }
    }
}

/// The queue as data.
#[derive(Debug)]
pub struct Core {
    backoff: Bounds,
    reserve: u32,
    random: fastrand::Rng,
    bucket: Bucket,
    entries: BTreeMap<Key, Entry>,
    /// Not due yet, by time.
    waiting: BTreeSet<(Instant, u64, Key)>,
    /// Due, by priority, then by time.
    ready: BTreeSet<(Reverse<Priority>, Instant, u64, Key)>,
    pending: usize,
    running: usize,
    /// The number of the next pending request: what makes equal ones first in, first out.
    next_number: u64,
}

/// All about one key. It exists while something is pending, running or backing off.
#[derive(Debug, Default)]
struct Entry {
    pending: Option<Pending>,
    running: Option<Running>,
    backoff: Option<Backoff>,
}

#[derive(Debug, Clone, Copy)]
struct Pending {
    reason: Reason,
    priority: Priority,
    due: Instant,
    number: u64,
    breaks_backoff: bool,
}

#[derive(Debug, Clone, Copy)]
struct Running {
    began: Instant,
    /// It began before the back-off was over, so its failure says nothing new.
    early: bool,
}

/// A run that is to begin now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The merged request.
    pub request: Request,
    /// How long it was due.
    pub waited: Duration,
}

/// What to do next.
#[derive(Debug, PartialEq, Eq)]
pub enum Next {
    /// Begin this run, and finish it with [`Core::finish`].
    Run(Run),
    /// Ask again then, or after the next change when there is no time.
    Wait(Option<Instant>),
}

impl Core {
    /// An empty queue.
    pub fn new(limits: Limits, now: Instant) -> Self {
        let Limits { per_second, burst, reserve, backoff, seed } = limits;
        Self {
            backoff,
            reserve,
            random: fastrand::Rng::with_seed(seed),
            bucket: Bucket::new(per_second, burst.max(1), now),
            entries: BTreeMap::new(),
            waiting: BTreeSet::new(),
            ready: BTreeSet::new(),
            pending: 0,
            running: 0,
            next_number: 0,
        }
    }

    /// Takes a request, merging it with one of the same key.
    pub fn add(&mut self, now: Instant, request: Request) {
        let breaks_backoff = request.breaks_backoff();
        let Request { key, reason, priority, delay } = request;
        let entry = self.entries.entry(key.clone()).or_default();
        let asked = now + delay.min(FARTHEST);
        let due = if breaks_backoff { asked } else { entry.not_before(asked) };
        let number = self.next_number;
        self.next_number += 1;
        self.put(&key, Pending { reason, priority, due, number, breaks_backoff });
    }

    /// The next run, if one is due and the rate allows it.
    pub fn next(&mut self, now: Instant) -> Next {
        self.promote(now);
        let wakes = self.waiting.first().map(|(due, ..)| *due);
        let Some((Reverse(priority), ..)) = self.ready.first() else { return Next::Wait(wakes) };
        let reserve = if *priority >= Priority::Health { 0 } else { self.reserve };
        match self.bucket.take(now, reserve) {
            Ok(()) => self.begin(now).map_or(Next::Wait(wakes), Next::Run),
            Err(token) => Next::Wait(Some(wakes.map_or(token, |due| due.min(token)))),
        }
    }

    /// Takes the result of a run. Says how long the key backs off, if it failed.
    pub fn finish(&mut self, now: Instant, key: &Key, result: RunResult) -> Option<Duration> {
        let entry = self.entries.get_mut(key)?;
        let running = entry.running.take()?;
        self.running -= 1;
        let pending = entry.pending.take();
        self.pending -= usize::from(pending.is_some());
        let retry = match result {
            RunResult::Done { .. } => {
                entry.backoff = None;
                None
            }
            RunResult::Failed => {
                let backoff = entry.backoff.get_or_insert_with(|| Backoff::new(self.backoff, now));
                if !running.early {
                    backoff.fail(now, &mut self.random);
                }
                Some(backoff.until().saturating_duration_since(now))
            }
        };
        if let Some(pending) = pending {
            let due = if pending.breaks_backoff { pending.due } else { entry.not_before(pending.due) };
            self.put(key, Pending { due, ..pending });
        }
        if let Some(request) = follow_up(key, result, retry) {
            self.add(now, request);
        }
        self.forget_if_empty(key);
        retry
    }

    /// How many keys have a request pending.
    pub fn pending(&self) -> usize {
        self.pending
    }

    /// How many keys are due now and not begun.
    pub fn due(&self, now: Instant) -> usize {
        self.ready.len() + self.waiting.iter().take_while(|(due, ..)| *due <= now).count()
    }

    /// How long each run has been going on.
    pub fn running(&self, now: Instant) -> impl Iterator<Item = Duration> {
        let running = self.entries.values().filter_map(|entry| entry.running);
        running.map(move |running| now.saturating_duration_since(running.began))
    }

    /// The keys that run.
    pub fn running_keys(&self) -> Vec<Key> {
        let running = self.entries.iter().filter(|(_, entry)| entry.running.is_some());
        running.map(|(key, _)| key.clone()).collect()
    }

    /// Nothing runs and nothing is due.
    pub fn is_idle(&self, now: Instant) -> bool {
        self.running == 0 && self.due(now) == 0
    }

    fn begin(&mut self, now: Instant) -> Option<Run> {
        let (.., key) = self.ready.pop_first()?;
        let entry = self.entries.get_mut(&key)?;
        let pending = entry.pending.take()?;
        self.pending -= 1;
        entry.running = Some(Running { began: now, early: entry.not_before(now) > now });
        self.running += 1;
        let Pending { reason, priority, due, .. } = pending;
        let request = Request { key, reason, priority, delay: Duration::ZERO };
        Some(Run { request, waited: now.saturating_duration_since(due) })
    }

    /// Merges a request into its entry and files it where it belongs. That of a running key is filed nowhere
    /// until the run is over.
    fn put(&mut self, key: &Key, new: Pending) {
        let Some(entry) = self.entries.get_mut(key) else { return };
        let old = entry.pending.take();
        self.pending += usize::from(old.is_none());
        if let Some(old) = old {
            self.waiting.remove(&(old.due, old.number, key.clone()));
            self.ready.remove(&(Reverse(old.priority), old.due, old.number, key.clone()));
        }
        let merged = old.map_or(new, |old| old.merge(new));
        if entry.running.is_none() {
            self.waiting.insert((merged.due, merged.number, key.clone()));
        }
        entry.pending = Some(merged);
    }

    fn promote(&mut self, now: Instant) {
        while let Some((due, number, key)) = self.waiting.pop_first() {
            if due > now {
                self.waiting.insert((due, number, key));
                break;
            }
            let pending = self.entries.get(&key).and_then(|entry| entry.pending.as_ref());
            let priority = pending.map_or(Priority::Resync, |pending| pending.priority);
            self.ready.insert((Reverse(priority), due, number, key));
        }
    }

    fn forget_if_empty(&mut self, key: &Key) {
        let empty =
            |entry: &Entry| entry.pending.is_none() && entry.running.is_none() && entry.backoff.is_none();
        if self.entries.get(key).is_some_and(empty) {
            self.entries.remove(key);
        }
    }
}

impl Entry {
    /// The given time, or the end of the back-off if that is later.
    fn not_before(&self, due: Instant) -> Instant {
        self.backoff.as_ref().map_or(due, |backoff| backoff.until().max(due))
    }
}

impl Pending {
    /// Two requests of one key: the earliest time and the highest priority win.
    fn merge(self, new: Self) -> Self {
        let urgent = (new.priority, Reverse(new.due)) > (self.priority, Reverse(self.due));
        let first = if new.due < self.due { new } else { self };
        Self {
            reason: if urgent { new.reason } else { self.reason },
            priority: self.priority.max(new.priority),
            due: first.due,
            number: first.number,
            breaks_backoff: self.breaks_backoff || new.breaks_backoff,
        }
    }
}

/// What a finished run asks for by itself.
fn follow_up(key: &Key, result: RunResult, retry: Option<Duration>) -> Option<Request> {
    match result {
        RunResult::Done { again } => again.map(|delay| Request::new(key.clone(), Reason::Due).after(delay)),
        RunResult::Failed => retry.map(|delay| Request::new(key.clone(), Reason::Retry).after(delay)),
    }
}

#[cfg(test)]
mod tests;
