//! Whether every container that was stopped for a restore runs again.

use std::time::Duration;

use super::{LOOK_AGAIN, Verification};
use crate::intent::Intent;
use crate::plan::Shape;
use crate::view::View;

/// They must run for as long as any container that was started.
pub(super) fn restored(view: &View<'_>, intent: &Intent, age: Duration) -> Verification {
    let Shape::Restore { users, .. } = &intent.shape else { return Verification::Passed };
    if users.is_empty() {
        return Verification::Passed;
    }
    let Some(restore) = &view.world.restore else { return Verification::Wait { again: LOOK_AGAIN } };
    let down = restore.users.iter().find(|user| users.contains(&user.name) && !user.running);
    match (down, intent.expectation.stabilise.checked_sub(age)) {
        (Some(user), None) => {
            Verification::Failed(format!("{} does not run with what was put back", user.name))
        }
        (None, None) => Verification::Passed,
        (_, Some(again)) => Verification::Wait { again: again.max(LOOK_AGAIN) },
    }
}
