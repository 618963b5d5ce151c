//! Whether a restart gave memory back.
//!
//! Owns the comparison with what was used before. Called by [`super::verify`] and for its report.

use std::time::Duration;

use super::{LOOK_AGAIN, Verification};
use crate::disk::Size;
use crate::intent::Intent;
use crate::time::Moment;
use crate::view::View;

/// A restart that lowers what is used by no more than this, in percent, did not help.
const LITTLE_PERCENT: u128 = 5;
/// How long after the result should have held a sample of it may be awaited.
const LATE: Duration = Duration::from_secs(30);

/// Judges a container that runs. It fills up again only in time, so it is judged at the end of that.
pub(super) fn lighter(view: &View<'_>, intent: &Intent, since: Moment) -> Verification {
    let (age, stabilise) = (view.world.now.since(since), intent.expectation.stabilise);
    if let Some(again) = stabilise.checked_sub(age).filter(|left| !left.is_zero()) {
        return Verification::Wait { again };
    }
    match used_since(view, since).zip(intent.before.memory) {
        Some((now, before)) if is_lighter(now, before) => Verification::Passed,
        Some((now, before)) => {
            Verification::Warned(format!("it uses {}, and used {} before", Size(now), Size(before)))
        }
        None if intent.before.memory.is_none() => {
            Verification::Inconclusive("how much memory it used before is not known".to_owned())
        }
        None if age < stabilise + LATE => Verification::Wait { again: LOOK_AGAIN },
        None => Verification::Inconclusive("how much memory it uses now cannot be read".to_owned()),
    }
}

/// How much is used now, seen since this moment.
fn used_since(view: &View<'_>, since: Moment) -> Option<u64> {
    let container = view.container.as_ref()?;
    let usage = &container.facts.memory.usage;
    let age = view.world.now.since(since);
    usage.value().filter(|_| usage.is_fresh(view.world.now, age)).map(|usage| usage.used)
}

/// Whether so much less is used than before that it helped.
pub(super) fn is_lighter(now: u64, before: u64) -> bool {
    u128::from(now) * 100 < u128::from(before) * (100 - LITTLE_PERCENT)
}
