//! The invariants of the queue under any sequence of requests and results.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{Duration, Instant, Key, Limits, Next, Reason, Request, RunResult, Table, key};

#[derive(Debug, Clone)]
enum Act {
    Add { key: usize, reason: usize, delay: u64 },
    Finish { key: usize, result: usize },
    Pass { millis: u64 },
}

fn act() -> impl Strategy<Value = Act> {
    let keys = 0..4_usize;
    prop_oneof![
        3 => (keys.clone(), 0..Reason::ALL.len(), 0..3_000_u64)
            .prop_map(|(key, reason, delay)| Act::Add { key, reason, delay: delay.saturating_sub(1_000) }),
        3 => (keys, 0..3_usize).prop_map(|(key, result)| Act::Finish { key, result }),
        2 => (0..2_000_u64).prop_map(|millis| Act::Pass { millis }),
    ]
}

/// What must hold for a key, kept apart from how the queue does it.
#[derive(Default)]
struct Promise {
    running: bool,
    /// A run is owed no later than this, unless the key fails meanwhile.
    owed: Option<Instant>,
    /// The latest that its back-off can end.
    backoff_end: Option<Instant>,
}

struct Check {
    table: Table,
    promises: BTreeMap<Key, Promise>,
}

impl Check {
    fn new() -> Self {
        let limits = Limits { per_second: 1_000, burst: 10_000, ..Limits::default() };
        Self { table: Table::new(limits), promises: BTreeMap::new() }
    }

    fn play(&mut self, act: &Act) {
        match *act {
            Act::Add { key: index, reason, delay } => self.add(index, Reason::ALL[reason], delay),
            Act::Finish { key: index, result } => self.finish(index, result),
            Act::Pass { millis } => self.table.now += Duration::from_millis(millis),
        }
        self.begin_all();
    }

    fn add(&mut self, index: usize, reason: Reason, delay: u64) {
        let request = Request::new(name(index), reason).after(Duration::from_millis(delay));
        let promise = self.promises.entry(request.key.clone()).or_default();
        let due = self.table.now + request.delay;
        let waits = promise.backoff_end.filter(|_| !request.breaks_backoff());
        let due = waits.map_or(due, |end| end.max(due));
        promise.owed = Some(promise.owed.map_or(due, |owed| owed.min(due)));
        self.table.core.add(self.table.now, request);
    }

    fn finish(&mut self, index: usize, result: usize) {
        let key = name(index);
        let promise = self.promises.entry(key.clone()).or_default();
        let (now, again) = (self.table.now, Duration::from_millis(700));
        let result = match result {
            0 => RunResult::Done { again: None },
            1 => RunResult::Done { again: Some(again) },
            _ => RunResult::Failed,
        };
        let retry = self.table.core.finish(now, &key, result);
        if !promise.running {
            assert_eq!(retry, None, "a key that does not run cannot finish");
            return;
        }
        promise.running = false;
        promise.backoff_end = retry.map(|delay| now + delay);
        let asked = match result {
            RunResult::Done { again } => again.map(|delay| now + delay),
            RunResult::Failed => promise.backoff_end,
        };
        // A failure may put off what was owed to the end of the back-off, and no further.
        let owed = promise.owed.map(|owed| promise.backoff_end.map_or(owed, |end| end.max(owed)));
        promise.owed = [owed, asked].into_iter().flatten().min();
    }

    fn begin_all(&mut self) {
        while let Next::Run(run) = self.table.core.next(self.table.now) {
            let key = run.request.key;
            let promise = self.promises.entry(key.clone()).or_default();
            assert!(!promise.running, "{key} runs twice at once");
            assert!(promise.owed.is_some(), "{key} runs although nobody asked for one more run");
            promise.running = true;
            promise.owed = None;
        }
        let owed = self.promises.values().filter(|promise| promise.owed.is_some()).count();
        assert_eq!(self.table.core.pending(), owed);
        for (key, promise) in &self.promises {
            let late = promise.owed.is_some_and(|owed| owed <= self.table.now);
            assert!(promise.running || !late, "{key} is owed a run that does not begin");
        }
    }
}

fn name(index: usize) -> Key {
    key(["a", "b", "c", "d"][index])
}

proptest! {
    #[test]
    fn no_key_runs_twice_at_once_and_none_is_lost_or_late_or_run_unasked(
        acts in prop::collection::vec(act(), 1..200),
    ) {
        let mut check = Check::new();
        for act in &acts {
            check.play(act);
        }
    }

    #[test]
    fn once_everything_succeeds_the_queue_becomes_empty(acts in prop::collection::vec(act(), 1..100)) {
        let mut check = Check::new();
        for act in &acts {
            check.play(act);
        }
        for _ in 0..10 {
            check.table.now += Duration::from_mins(10);
            (0..4).for_each(|index| check.finish(index, 0));
            check.begin_all();
        }
        prop_assert!(check.table.core.entries.is_empty(), "{:?}", check.table.core.entries);
    }
}
