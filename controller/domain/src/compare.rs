//! Which comparison a World calls for.
//!
//! Owns the way from a World to the arguments of [`crate::fields`]. Never compares anything itself.

use crate::fields::{self, ContainerComparison, Declared, NetworkComparison, VolumeComparison};
use crate::finding::FieldDiff;
use crate::world::{ContainerFacts, Subject, World};

/// The fields in which the live object differs from the document in force; none where either is not known.
pub fn diffs(world: &World) -> Vec<FieldDiff> {
    match &world.subject {
        Subject::Container(facts) => {
            container(world, facts).map(|comparison| fields::container(&comparison)).unwrap_or_default()
        }
        Subject::Network(facts) => (|| {
            let declared = Declared::network(world.desired.document()?)?;
            let applied = world.applied.as_deref().and_then(Declared::network);
            let live = facts.live.value()?.as_deref()?;
            Some(fields::network(&NetworkComparison { declared, applied, live, users: &facts.users }))
        })()
        .unwrap_or_default(),
        Subject::Volume(facts) => (|| {
            let declared = Declared::volume(world.desired.document()?)?;
            let applied = world.applied.as_deref().and_then(Declared::volume);
            let live = facts.live.value()?.as_deref()?;
            Some(fields::volume(&VolumeComparison { declared, applied, live }))
        })()
        .unwrap_or_default(),
        Subject::Disk(_) | Subject::Backup(_) | Subject::Channel(_) | Subject::Setting => Vec::new(),
    }
}

/// The comparison of a container, where everything it needs is known.
pub fn container<'w>(world: &'w World, facts: &'w ContainerFacts) -> Option<ContainerComparison<'w>> {
    Some(ContainerComparison {
        declared: Declared::container(world.desired.document()?)?,
        applied: world.applied.as_deref().and_then(Declared::container),
        applied_image_id: world.memory.applied.as_ref().and_then(|applied| applied.image_id.as_deref()),
        image: facts.image.value().and_then(Option::as_ref),
        live: facts.live.value()?.as_deref()?,
        engine: world.engine.value()?,
    })
}
