//! By which document a container that runs is probed: by the one that it was made from.
//!
//! Owns that choice, while an edit waits, is carried out, or was taken back. Never whether a document is carried out. Called by
//! [`crate::view`], and by the runtime, which runs the probes.

use std::sync::Arc;

use podsteward_specs::document::Document;

use crate::intent::{Intent, IntentState};
use crate::ladder::Rung;
use crate::live::LiveContainer;
use crate::memory::Memory;
use crate::plan::Shape;

/// The documents of which one may be the one.
#[derive(Debug, Clone, Copy)]
pub struct Documents<'w> {
    /// What is declared now.
    pub declared: Option<&'w Arc<Document>>,
    /// The document of [`Memory::applied`].
    pub applied: Option<&'w Arc<Document>>,
    /// The document of [`Memory::previous`].
    pub previous: Option<&'w Arc<Document>>,
}

impl<'w> Documents<'w> {
    /// The one that this container was made from: that of the plan that just made it, or else the one that was applied last.
    /// One that is edited is in force only then: an old container cannot answer what only a new image answers.
    pub fn of_live(
        self,
        memory: &Memory,
        intent: Option<&Intent>,
        live: &LiveContainer,
    ) -> Option<&'w Arc<Document>> {
        let intent = intent.filter(|intent| has_made(intent, live));
        let rung = intent.and_then(|intent| intent.judgement.as_ref()?.ladder.as_ref()?.rung);
        let canonical = match (intent, rung) {
            (Some(_), Some(Rung::PreviousImage)) => return self.previous,
            (Some(intent), None) => intent.document.as_deref(),
            _ => memory.applied.as_ref().map(|applied| applied.canonical.as_str()),
        };
        let Some(canonical) = canonical else { return self.declared };
        let known = [self.declared, self.applied, self.previous].into_iter().flatten();
        known.into_iter().find(|document| *document.canonical == *canonical)
    }
}

/// Whether a plan that is still open made this very container.
fn has_made(intent: &Intent, live: &LiveContainer) -> bool {
    let makes = matches!(intent.shape, Shape::Create | Shape::Recreate { .. });
    let made = match &intent.state {
        IntentState::Stabilising { baseline, .. } => baseline.container.as_ref() == Some(&live.id),
        IntentState::Verified => true,
        IntentState::Begun | IntentState::Acting | IntentState::RollingBack | IntentState::Closed { .. } => {
            false
        }
    };
    makes && made
}
