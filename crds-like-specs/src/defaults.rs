//! Every default of a manifest, each with its why.
//!
//! Owns the values that hold where a manifest is silent. Never a default of Podman's: those hold by not being
//! declared, and are never drift.

use std::time::Duration;

/// Time to end before the kill: Podman's own, so that a container moved to podsteward stops as before.
pub const STOP_TIMEOUT: Duration = Duration::from_secs(10);

/// Time from the start call to running: a slow disk and a large image need longer than any healthy start, and a
/// start that hangs must not hold a worker for ever.
pub const START_TIMEOUT: Duration = Duration::from_secs(120);
