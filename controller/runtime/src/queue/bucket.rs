//! The token bucket that all runs share.
//!
//! Owns how many runs may begin in a time. Never reads a clock and never waits: it says when the next token comes.
//! Asked by the queue's core before each run.

use std::time::Duration;

use tokio::time::Instant;

/// A bucket that fills at a steady rate up to its size.
#[derive(Debug)]
pub struct Bucket {
    /// How long one token takes to come.
    interval: Duration,
    size: u32,
    tokens: u32,
    /// Up to when the tokens are counted.
    counted: Instant,
}

impl Bucket {
    /// A full bucket of `size` tokens, filled at `per_second`.
    pub fn new(per_second: u32, size: u32, now: Instant) -> Self {
        Self { interval: Duration::from_secs(1) / per_second.max(1), size, tokens: size, counted: now }
    }

    /// Takes a token if more than `reserve` are there, or says when that will be so.
    pub fn take(&mut self, now: Instant, reserve: u32) -> Result<(), Instant> {
        self.fill(now);
        let reserve = reserve.min(self.size.saturating_sub(1));
        if self.tokens > reserve {
            self.tokens -= 1;
            return Ok(());
        }
        let missing = reserve + 1 - self.tokens;
        Err(self.counted + self.interval * missing)
    }

    fn fill(&mut self, now: Instant) {
        let passed = now.saturating_duration_since(self.counted);
        let come = passed.as_nanos() / self.interval.as_nanos();
        let room = self.size - self.tokens;
        if let Some(come) = u32::try_from(come).ok().filter(|come| *come < room) {
            self.tokens += come;
            self.counted += self.interval * come;
        } else {
            self.tokens = self.size;
            self.counted = now.max(self.counted);
        }
    }
}

#[cfg(test)]
mod tests;
