//! Whether a cleanup helped: how full the filesystem was before, right after, and is now.
//!
//! Owns the row of a cleanup in the table of verification.

use super::report::{Check, Status};
use super::{LOOK_AGAIN, Verification};
use crate::detect::disk::LITTLE;
use crate::disk::percent;
use crate::intent::{Baseline, Intent};
use crate::observation::Observation;
use crate::plan::Shape;
use crate::time::Moment;
use crate::view::View;

/// Judges a cleanup. What it freed counts, also when somebody else filled the room again meanwhile.
pub(super) fn relieved(view: &View<'_>, intent: &Intent, after: &Baseline, since: Moment) -> Verification {
    let Shape::Clean { measure } = intent.shape else {
        return Verification::Inconclusive("it was no cleanup".to_owned());
    };
    let (now, stabilise) = (view.world.now, intent.expectation.stabilise);
    let age = now.since(since);
    if age < stabilise {
        return Verification::Wait { again: stabilise.saturating_sub(age) };
    }
    let Some(disk) = view.disk else {
        return Verification::Inconclusive("its policy was removed meanwhile".to_owned());
    };
    // Only a measurement from after that time counts.
    let Observation::Known { value: sample, at } = &disk.facts.sample else {
        return Verification::Wait { again: LOOK_AGAIN };
    };
    if now.since(*at) > age.saturating_sub(stabilise) {
        return Verification::Wait { again: LOOK_AGAIN };
    }
    let share = |sample| measure.of(sample).map(crate::disk::Gauge::share);
    let before = intent.before.disk.as_ref().and_then(share);
    let Some((before, present)) = before.zip(share(sample)) else {
        return Verification::Inconclusive("how full it was before is not known".to_owned());
    };
    let at_best = after.disk.as_ref().and_then(share).map_or(present, |after| after.min(present));
    let freed = before.saturating_sub(at_best);
    let told = format!("{} were used before, {} are now", percent(before), percent(present));
    match freed {
        0 => Verification::Failed(format!("nothing was freed: {told}")),
        _ if before.saturating_sub(present) > LITTLE => Verification::Passed,
        _ if freed > LITTLE => {
            Verification::Warned(format!("{} were freed and filled again: {told}", percent(freed)))
        }
        _ => Verification::Warned(format!("little was freed: {told}")),
    }
}

/// The same as a check: how full it was and is.
pub(super) fn check(view: &View<'_>, intent: &Intent) -> Option<Check> {
    let Shape::Clean { measure } = intent.shape else { return None };
    let before =
        intent.before.disk.as_ref().and_then(|sample| measure.of(sample)).map(crate::disk::Gauge::share);
    let present = view.disk.and_then(|disk| disk.share(measure));
    let Some((before, present)) = before.zip(present) else {
        let statement = "less of it is used than before".to_owned();
        return Some(Check { statement, status: Status::Inconclusive });
    };
    let status = match before.saturating_sub(present) {
        0 => Status::Failed,
        down if down > LITTLE => Status::Verified,
        _ => Status::Warning,
    };
    let (before, present, noun) = (percent(before), percent(present), measure.noun());
    Some(Check { statement: format!("{before} of its {noun} used before, {present} now"), status })
}
