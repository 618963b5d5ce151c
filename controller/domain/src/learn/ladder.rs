//! What is remembered once a rung of the ladder that makes the container anew is over.
//!
//! Owns the return to the document before the last one. Called when such a plan is closed.

use crate::facts;
use crate::intent::Intent;
use crate::ladder::Rung;
use crate::memory::{Applied, Memory, Quarantine, QuarantineCause};
use crate::planning;
use crate::view::View;

/// The rung of the ladder that a plan was.
pub(super) fn rung(intent: &Intent) -> Option<Rung> {
    intent.judgement.as_ref()?.ladder.as_ref()?.rung
}

/// The container that a rung made stays.
pub(super) fn climbed(memory: &mut Memory, view: &View<'_>, intent: &Intent, rung: Rung) {
    super::restarted(memory, view.world.now);
    match rung {
        Rung::Restart | Rung::Recreate => {
            // The same document with the same image, in a container that podsteward made.
            if let Some(applied) = &mut memory.applied {
                applied.adopted = false;
            }
        }
        Rung::PreviousImage => take_back(memory, view, intent),
    }
}

/// The document before the last one is in force again; the last one rests until a fact changes.
fn take_back(memory: &mut Memory, view: &View<'_>, intent: &Intent) {
    let now = view.world.now;
    let Some((applied, previous)) = memory.applied.as_ref().zip(memory.previous.take()) else { return };
    memory.applied = Some(Applied { at: now, ..planning::returned(applied, previous) });
    memory.quarantine = Some(Quarantine {
        facts: facts::with_image(view, &intent.facts),
        reason: "the document was taken back: it was unhealthy, and no restart helped".to_owned(),
        cause: QuarantineCause::RolledBack,
        since: now,
    });
}
