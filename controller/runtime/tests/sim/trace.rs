//! What happened, in order: every call to the fake and every fault, with its virtual time.
//!
//! Owns the lines and their hash, by which two runs of one seed are told to be the same. Never looks at a real clock.

use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::time::Instant;

/// So many lines are kept; the hash counts all of them.
const KEPT: usize = 4000;

/// The trace of one run.
#[derive(Debug)]
pub(crate) struct Trace {
    began: Instant,
    verbose: bool,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    lines: Vec<String>,
    hash: u64,
    count: u64,
}

impl Trace {
    /// An empty trace that begins now; `verbose`: each line is printed as it comes.
    pub(crate) fn new(verbose: bool) -> Self {
        let state = State { lines: Vec::new(), hash: 0xcbf2_9ce4_8422_2325, count: 0 };
        Self { began: Instant::now(), verbose, state: Mutex::new(state) }
    }

    /// Adds a line.
    pub(crate) fn add(&self, text: &str) {
        let millis = self.began.elapsed().as_millis();
        let line = format!("{:>9}.{:03} {text}", millis / 1000, millis % 1000);
        if self.verbose {
            // Not by a macro: a test's output is held back until it ends, and a hot loop never does.
            let _ = writeln!(std::io::stderr(), "{line}");
        }
        let mut state = self.lock();
        let fnv = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        state.hash = line.bytes().fold(state.hash, fnv);
        state.count += 1;
        if state.lines.len() >= 2 * KEPT {
            state.lines.drain(..KEPT);
        }
        state.lines.push(line);
    }

    /// The hash of all lines, and how many there were.
    pub(crate) fn fingerprint(&self) -> (u64, u64) {
        let state = self.lock();
        (state.hash, state.count)
    }

    /// The latest lines.
    pub(crate) fn tail(&self, count: usize) -> String {
        let state = self.lock();
        let first = state.lines.len().saturating_sub(count);
        state.lines[first..].iter().fold(String::new(), |mut text, line| {
            let _ = writeln!(text, "{line}");
            text
        })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
