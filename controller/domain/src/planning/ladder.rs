//! Plans of the rungs above a restart: the container made anew, from the last document or from the one before.
//!
//! Owns from what they are made, and when they cannot be. Never decides which rung it is: [`crate::ladder`] does.

use std::sync::Arc;

use podsteward_specs::container::Container;
use podsteward_specs::document::Document;

use super::container::{self, Replacement, has_writable_data};
use crate::live::LiveContainer;
use crate::memory::Applied;
use crate::observation::Observation;
use crate::plan::Plan;
use crate::view::{ContainerView, View};

/// What a rung makes a container from.
pub struct Origin<'v> {
    document: &'v Arc<Document>,
    spec: &'v Container,
    image: &'v str,
}

/// The document that was applied last, with the image that the container has; or why there is none.
pub fn applied<'v>(view: &'v View<'_>) -> Result<Origin<'v>, &'static str> {
    let live = view.container.as_ref().and_then(|container| container.live);
    let live = live.ok_or("there is no container")?;
    of(view.world.applied.as_ref(), &live.image_id).ok_or("no document was applied yet")
}

/// The document before the last one, with the image that it had then; or why that cannot be returned to. No data is
/// ever returned for a restart, so what a newer image may have rewritten keeps it from being taken.
pub fn previous<'v>(view: &'v View<'_>) -> Result<Origin<'v>, &'static str> {
    let last = applied(view)?;
    let image = view.world.memory.previous.as_ref().and_then(|previous| previous.image_id.as_deref());
    let image = image.ok_or("no document was applied before the last one")?;
    let origin = of(view.world.previous.as_ref(), image).ok_or("the document before cannot be read")?;
    let before = view.world.memory.applied.as_ref().and_then(|applied| applied.image_id.as_deref());
    if origin.spec.image == last.spec.image || before == Some(image) {
        return Err("the last edit did not change the image");
    }
    let container = view.container.as_ref().ok_or("there is no container")?;
    let anonymous = container.live.is_some_and(|live| !live.anonymous_volumes.is_empty());
    if anonymous || [origin.spec, last.spec].into_iter().any(has_writable_data) {
        return Err("the newer image may have rewritten the data that it keeps");
    }
    match &container.facts.previous_image {
        Observation::Known { value: Some(there), .. } if there.id == image => Ok(origin),
        Observation::Known { .. } => Err("the earlier image is not there any more"),
        Observation::NotYet | Observation::Unknown { .. } => {
            Err("whether the earlier image is still there is not known")
        }
    }
}

fn of<'v>(document: Option<&'v Arc<Document>>, image: &'v str) -> Option<Origin<'v>> {
    let document = document?;
    Some(Origin { document, spec: document.container()?, image })
}

/// The container made anew, as it was applied.
pub(super) fn recreate(view: &View<'_>, container: &ContainerView<'_>) -> Option<Plan> {
    let origin = applied(view).ok()?;
    // By its name where that still means the image, as it was made before.
    let named = container.facts.image.value().and_then(Option::as_ref);
    let same = container.spec.is_some_and(|spec| spec.image == origin.spec.image)
        && named.is_some_and(|image| image.id == origin.image);
    let image = if same { &origin.spec.image } else { origin.image };
    make(view, container, &origin, image)
}

/// The container made anew, as it was before the last edit.
pub(super) fn take_back(view: &View<'_>, container: &ContainerView<'_>) -> Option<Plan> {
    let origin = previous(view).ok()?;
    make(view, container, &origin, origin.image)
}

fn make(view: &View<'_>, container: &ContainerView<'_>, origin: &Origin<'_>, image: &str) -> Option<Plan> {
    let live: &LiveContainer = container.live?;
    let create = container::creation(view, Some(live), origin.document, origin.spec);
    let create = crate::engine::ContainerCreate { image: image.to_owned(), ..create };
    container::replace(view, container, Replacement { create, kept: Vec::new(), prepare: Vec::new() })
}

/// What is in force once the document before the last one is returned to.
pub fn returned(applied: &Applied, previous: Applied) -> Applied {
    let config_digests = applied.config_digests.clone();
    Applied { generation: applied.generation + 1, config_digests, adopted: false, ..previous }
}
