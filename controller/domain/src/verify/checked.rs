//! Whether a playbook worked: its own checks afterwards, looked at again and again.
//!
//! Owns when they count as held. Never asks one: the runtime does, and hands in what they came to.

use super::report::{Check, Status};
use super::{LOOK_AGAIN, Verification};
use crate::intent::Intent;
use crate::plan::Shape;
use crate::playbook::Checked;
use crate::time::Moment;
use crate::view::View;

/// Judges a playbook whose steps are over since `since`. Its checks may take as long to hold as they must then hold.
pub(super) fn checked(view: &View<'_>, intent: &Intent, since: Moment) -> Verification {
    let (now, stabilise) = (view.world.now, intent.expectation.stabilise);
    let Some(checked) = of(view, intent) else { return Verification::Wait { again: LOOK_AGAIN } };
    let left = |from: Moment| stabilise.checked_sub(now.since(from)).filter(|left| !left.is_zero());
    let next = Checked::period(stabilise);
    match (&checked.failed, checked.held_since) {
        (Some(unmet), _) if checked.lost => Verification::Failed(format!("it did not last: {}", unmet.why)),
        (Some(unmet), _) => match left(since) {
            Some(left) => Verification::Wait { again: next.min(left) },
            None => Verification::Failed(unmet.why.clone()),
        },
        (None, Some(held)) => match left(held) {
            Some(left) => Verification::Wait { again: next.min(left) },
            // The last word counts only if it is from the end.
            None if checked.at.since(held) >= stabilise => Verification::Passed,
            None => Verification::Wait { again: LOOK_AGAIN },
        },
        (None, None) => Verification::Wait { again: LOOK_AGAIN },
    }
}

fn of<'v>(view: &'v View<'_>, intent: &Intent) -> Option<&'v Checked> {
    view.world.checks.as_ref().filter(|facts| facts.intent == intent.id).map(|facts| &facts.checked)
}

/// Whether the checks of a playbook are to be asked now.
pub fn are_due(view: &View<'_>, intent: &Intent) -> bool {
    if !matches!(intent.shape, Shape::Playbook(_)) {
        return false;
    }
    let (now, stabilise) = (view.world.now, intent.expectation.stabilise);
    let Some(checked) = of(view, intent) else { return true };
    let over = |held: Moment| now.since(held) >= stabilise && checked.at.since(held) < stabilise;
    now.since(checked.at) >= Checked::period(stabilise) || checked.held_since.is_some_and(over)
}

/// The checks one by one, as they stand.
pub(super) fn checks(view: &View<'_>, intent: &Intent) -> Vec<Check> {
    let Shape::Playbook(course) = &intent.shape else { return Vec::new() };
    let facts = of(view, intent);
    let failed = facts.and_then(|checked| checked.failed.as_ref()).map(|unmet| unmet.index);
    // They are asked in order, and the first that does not hold ends the look.
    let mut status = if facts.is_some() { Status::Verified } else { Status::Inconclusive };
    let mut checks = Vec::new();
    for (index, check) in course.checks.iter().enumerate() {
        let statement = check.to_string();
        if failed == Some(index) {
            checks.push(Check { statement, status: Status::Failed });
            status = Status::Inconclusive;
        } else {
            checks.push(Check { statement, status });
        }
    }
    checks
}
