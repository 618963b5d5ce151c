//! From a proposal to a plan: which steps, in which order, touching what, expecting what.
//!
//! Owns the one place in which steps are put together. Never carries one out and never asks whether now.
//! Called by [`crate::evaluate`]; a person sees the same plan in `podsteward plan`.

pub mod cleanup;
mod container;
mod expect;
mod ladder;
pub mod playbook;
mod resource;
mod snapshot;
mod words;

use crate::decide::Proposal;
use crate::decide::propose::Way;
use crate::plan::Plan;
use crate::view::View;
use crate::world::Subject;

pub(crate) use snapshot::start as start_again;

pub use container::{PREVIOUS_INFIX, has_writable_data};
pub use ladder::{applied, previous, returned};
pub use snapshot::obstacles;
pub use words::{WayBack, effect, way_back};

/// The plan for a proposal; `None` when the proposal makes no sense for the object (nothing to do).
pub fn plan(view: &View<'_>, proposal: &Proposal) -> Option<Plan> {
    let plan = match &view.world.subject {
        _ if matches!(proposal.way, Way::Playbook { .. }) => playbook::plan(view, proposal),
        Subject::Disk(_) => match &proposal.way {
            Way::Clean(measure) => cleanup::plan(view, *measure),
            way => resource::plan(view, way),
        },
        Subject::Container(_) => container::plan(view, &proposal.way),
        Subject::Network(_)
        | Subject::Volume(_)
        | Subject::Backup(_)
        | Subject::Channel(_)
        | Subject::Setting => resource::plan(view, &proposal.way),
    };
    plan.map(|plan| expect::of_action(view, proposal.action, plan))
}
