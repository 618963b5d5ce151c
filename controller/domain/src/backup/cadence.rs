//! How often the proof of a backup is asked.
//!
//! Owns the spans. Never asks: the runtime's source does.

use std::time::Duration;

use podsteward_specs::backup::Proof;

/// Files and samples cost nothing to look at.
const CHEAP: Duration = Duration::from_mins(5);
/// A program may take its time, and the network.
const COMMAND: [Duration; 2] = [Duration::from_mins(5), Duration::from_hours(6)];
/// So many looks in the time after which a backup is stale: a new one is seen long before the next is due.
const LOOKS: u32 = 8;
/// A program is asked at least so often in that time, whatever its shortest span says.
const COMMAND_LOOKS: u32 = 4;
/// A look counts for so many spans: one may fail or be late.
const HOLDS: u32 = 2;
/// And for so long besides, for a look takes time.
const LATE: Duration = Duration::from_mins(1);
/// A file that was written to within this time may be written to still.
pub const QUIET: Duration = Duration::from_mins(1);

/// The time between two looks.
pub fn every(proof: &Proof, max_age: Duration) -> Duration {
    match proof {
        Proof::Files { .. } | Proof::MetricFile { .. } => CHEAP.min(max_age / LOOKS),
        Proof::Command { .. } => {
            let [least, most] = COMMAND;
            (max_age / LOOKS).clamp(least, most).min(max_age / COMMAND_LOOKS)
        }
    }
}

/// How long what a look said counts.
pub fn holds(proof: &Proof, max_age: Duration) -> Duration {
    let takes = match proof {
        Proof::Command { timeout, .. } => *timeout,
        Proof::Files { .. } | Proof::MetricFile { .. } => Duration::ZERO,
    };
    every(proof, max_age).saturating_mul(HOLDS) + takes + LATE
}

/// How long nothing may have been written to a file that counts as a whole.
pub fn quiet(max_age: Duration) -> Duration {
    QUIET.min(max_age / LOOKS)
}
