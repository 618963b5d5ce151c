//! How a container ends, logs, and who starts it again.
//!
//! Owns their rows of the table. Podman's own restart policy must be `no`: two who restart would race each other.

use podsteward_specs::{defaults, duration, signal};

use super::difference::Seen;
use super::table::{Mend, Row, Side};

/// The rows.
pub(super) const ROWS: &[Row] = &[
    Row::one(
        "spec.stopSignal",
        |side| side.spec().stop_signal.map(signal::name),
        |side| Seen::told(side.live().stop_signal.map(signal::name)),
    ),
    Row::one("spec.stopTimeoutSeconds", stop_timeout, |side| {
        Seen::Value(duration::print(side.live().stop_timeout))
    }),
    Row::one(
        "spec.logDriver",
        |side| side.spec().log_driver.clone(),
        |side| Seen::Value(side.live().log_driver.clone()),
    ),
    Row::one(
        "spec.init",
        |side| side.spec().init.map(|init| init.to_string()),
        |side| Seen::Value(side.live().init.to_string()),
    )
    .default("false"),
    Row::one("spec.restartPolicy", |side| Some(format!("{:?}", side.spec().restart_policy)), podmans_policy)
        .mended(Mend::Own),
];

/// The time to end. The default cannot be told from silence, and silence is never drift.
fn stop_timeout(side: &Side<'_>) -> Option<String> {
    let declared = side.spec().stop_timeout;
    (declared != defaults::STOP_TIMEOUT).then(|| duration::print(declared))
}

fn podmans_policy(side: &Side<'_>) -> Seen {
    match side.live().restart_policy.as_str() {
        "" | "no" => Seen::Untold,
        other => Seen::Value(format!("{other}, by Podman")),
    }
}
