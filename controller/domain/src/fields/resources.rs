//! Limits and requests, which the kernel's control groups hold.
//!
//! Owns their rows of the table. Where they have no effect at all, nothing is compared with the live container.

use podsteward_specs::quantity::Bytes;

use super::difference::Seen;
use super::table::{Mend, Row, Side};

/// The rows.
pub(super) const ROWS: &[Row] = &[
    Row::one(
        "spec.resources.limits.memory",
        |side| side.spec().resources.memory.map(|bytes| bytes.to_string()),
        |side| seen(side, side.live().resources.memory),
    )
    .mended(Mend::Limit),
    Row::one(
        "spec.resources.limits.memorySwap",
        |side| side.spec().resources.memory_swap.map(swap),
        |side| {
            or_unlimited(
                side,
                side.spec().resources.memory_swap.map(swap),
                side.live().resources.memory_swap.map(swap),
            )
        },
    )
    .mended(Mend::Limit),
    Row::one(
        "spec.resources.limits.cpu",
        |side| side.spec().resources.cpu.map(|cpu| cpu.to_string()),
        |side| seen(side, side.live().resources.cpu),
    )
    .mended(Mend::Limit),
    Row::one(
        "spec.resources.limits.pids",
        |side| side.spec().resources.pids.map(pids),
        |side| or_unlimited(side, side.spec().resources.pids.map(pids), side.live().resources.pids.map(pids)),
    )
    .mended(Mend::Limit),
    Row::one(
        "spec.resources.requests.memory",
        |side| side.spec().resources.memory_reservation.map(|bytes| bytes.to_string()),
        |side| seen(side, side.live().resources.memory_reservation),
    )
    .mended(Mend::Limit),
    Row::one(
        "spec.cpuShares",
        |side| side.spec().resources.cpu_shares.map(|shares| shares.to_string()),
        |side| seen(side, side.live().resources.cpu_shares),
    )
    .mended(Mend::Limit),
];

/// What is shown of a limit that is none.
const UNLIMITED: &str = "unlimited";

fn swap(bytes: Bytes) -> String {
    if bytes.0 == u64::MAX { UNLIMITED.to_owned() } else { bytes.to_string() }
}

fn pids(limit: i64) -> String {
    if limit <= 0 { UNLIMITED.to_owned() } else { limit.to_string() }
}

fn seen(side: &Side<'_>, live: Option<impl ToString>) -> Seen {
    if side.all.engine.ignores_limits { Seen::Untold } else { Seen::told(live) }
}

/// A limit that a manifest can lift by name: no limit at all is the same.
fn or_unlimited(side: &Side<'_>, here: Option<String>, live: Option<String>) -> Seen {
    seen(side, live.or(here.filter(|here| here == UNLIMITED)))
}
