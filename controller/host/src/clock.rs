//! The host's clock.
//!
//! Owns the one reading of wall time, boot time and boot id. Never waits and never compares: see
//! [`podsteward_domain::time`]. Called by the runtime behind its clock, which tests replace.

use std::io;
use std::time::{SystemTime, UNIX_EPOCH};

use podsteward_domain::time::{BootId, Moment};
use rustix::time::{ClockId, Timespec, clock_gettime};

/// Where the kernel tells which boot this is.
const BOOT_ID: &str = "/proc/sys/kernel/random/boot_id";

/// The clock of this host in this boot.
#[derive(Debug, Clone, Copy)]
pub struct HostClock {
    boot_id: BootId,
}

impl HostClock {
    /// Reads the boot id, which stays the same as long as this process lives.
    pub fn new() -> Result<Self, Error> {
        let text = std::fs::read_to_string(BOOT_ID).map_err(Error::Unreadable)?;
        Ok(Self { boot_id: parse(&text)? })
    }

    /// Now.
    pub fn now(&self) -> Moment {
        Moment {
            wall_ms: wall_ms(),
            boot_ms: millis(clock_gettime(ClockId::Boottime)).unsigned_abs(),
            boot_id: self.boot_id,
        }
    }
}

/// Why the clock cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The kernel's file cannot be read.
    #[error("cannot read {BOOT_ID}")]
    Unreadable(#[source] io::Error),
    /// The kernel's file does not hold a UUID.
    #[error("{BOOT_ID} does not hold a boot id but '{0}'")]
    Malformed(String),
}

fn parse(text: &str) -> Result<BootId, Error> {
    let digits: String = text.trim().chars().filter(|letter| *letter != '-').collect();
    let sound = digits.len() == 32;
    let number = u128::from_str_radix(&digits, 16).ok().filter(|_| sound);
    number.map(BootId).ok_or_else(|| Error::Malformed(text.trim().to_owned()))
}

/// By the standard library, which asks the C library: what replaces that for a test reaches the wall clock, and only it.
#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the wall clock")]
pub(crate) fn wall_ms() -> i64 {
    let signed = |length: std::time::Duration| i64::try_from(length.as_millis()).unwrap_or(i64::MAX);
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => signed(since),
        Err(before) => -signed(before.duration()),
    }
}

fn millis(time: Timespec) -> i64 {
    time.tv_sec.saturating_mul(1000).saturating_add(time.tv_nsec / 1_000_000)
}

#[cfg(test)]
mod tests;
