//! The wait until a change has come to rest.
//!
//! Owns the two waits: a short one for more changes of the same save, a longer one for a file that is still being
//! written. Never longer than [`LONGEST`], so that an edit takes effect in time whatever else goes on.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::signal::{Change, Signal};

/// How long it must be quiet after a save. Editors rename, remove and create within a millisecond or two.
const QUIET: Duration = Duration::from_millis(5);
/// The longest wait after the first change.
const LONGEST: Duration = Duration::from_millis(250);

pub(super) async fn changed(signal: &Signal) {
    let mut change = signal.next().await;
    let limit = Instant::now() + LONGEST;
    loop {
        let rest = match change {
            Change::Whole => limit.min(Instant::now() + QUIET),
            Change::Writing => limit,
        };
        tokio::select! {
            biased;
            () = sleep_until(rest) => break,
            next = signal.next() => change = next,
        }
    }
    signal.stop_waiting();
}
