//! Plans for networks, volumes and settings: made, removed, or taken note of. Nothing of them is changed in place.

use std::collections::BTreeMap;
use std::time::Duration;

use podsteward_specs::document::Object;
use podsteward_specs::key::Kind;

use crate::decide::propose::Way;
use crate::engine::{NetworkCreate, VolumeCreate};
use crate::live::{INSTANCE_LABEL, OBJECT_LABEL};
use crate::plan::{Expectation, ExpectedState, Plan, Section, Shape, Step, Touches};
use crate::view::View;

/// The plan for one way of acting on a network, a volume or a setting.
pub(super) fn plan(view: &View<'_>, way: &Way) -> Option<Plan> {
    let (shape, steps, state) = match way {
        Way::Create => (Shape::Create, vec![creation(view)?], ExpectedState::AsDeclared),
        Way::Recreate => (Shape::Change, vec![removal(view)?, creation(view)?], ExpectedState::AsDeclared),
        Way::Remove => (Shape::Remove, removal(view).into_iter().collect(), ExpectedState::Gone),
        Way::Note => (Shape::Note, Vec::new(), ExpectedState::AsDeclared),
        Way::Restore
        | Way::Change
        | Way::Start
        | Way::Revive
        | Way::Restart
        | Way::Stop
        | Way::Signal(_)
        | Way::RecreateApplied
        | Way::TakeBack
        | Way::Clean(_)
        | Way::Playbook { .. } => return None,
    };
    // There is nothing to remove of a setting.
    let (shape, state) = match (&shape, steps.is_empty()) {
        (Shape::Remove, true) => (Shape::Note, ExpectedState::AsDeclared),
        _ => (shape, state),
    };
    let sections = if steps.is_empty() { Vec::new() } else { vec![Section::new("act", steps)] };
    Some(Plan {
        shape,
        sections,
        settle: None,
        touches: touches(view),
        expectation: Expectation { state, stabilise: Duration::ZERO },
    })
}

fn touches(view: &View<'_>) -> Touches {
    let mut touches = Touches::default();
    touches.objects.insert(view.world.key.clone());
    if view.world.key.kind == Kind::Volume {
        touches.volumes.insert(view.world.key.name.to_string());
    }
    touches
}

fn labels(view: &View<'_>) -> BTreeMap<String, String> {
    let mut labels = view.document.map(|document| document.labels.clone()).unwrap_or_default();
    labels.insert(OBJECT_LABEL.to_owned(), view.world.key.to_string());
    labels.insert(INSTANCE_LABEL.to_owned(), view.world.instance.to_string());
    labels
}

fn creation(view: &View<'_>) -> Option<Step> {
    let (name, labels) = (view.world.key.name.to_string(), labels(view));
    match &view.document?.object {
        Object::Network(network) => {
            Some(Step::CreateNetwork(Box::new(NetworkCreate { name, network: network.clone(), labels })))
        }
        Object::Volume(volume) => {
            Some(Step::CreateVolume(Box::new(VolumeCreate { name, volume: volume.clone(), labels })))
        }
        _ => None,
    }
}

fn removal(view: &View<'_>) -> Option<Step> {
    let name = view.world.key.name.to_string();
    match view.world.key.kind {
        Kind::Network => Some(Step::RemoveNetwork { name }),
        Kind::Volume => Some(Step::RemoveVolume { name }),
        _ => None,
    }
}
