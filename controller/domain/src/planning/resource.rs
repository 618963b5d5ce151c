//! Plans for networks and volumes: made, removed, or taken note of. Nothing of them is changed in place.

use std::collections::BTreeMap;
use std::time::Duration;

use podsteward_specs::document::Object;

use crate::decide::propose::Way;
use crate::engine::{NetworkCreate, VolumeCreate};
use crate::live::{INSTANCE_LABEL, OBJECT_LABEL};
use crate::plan::{Expectation, ExpectedState, Plan, Section, Shape, Step, Touches};
use crate::view::View;

/// The plan for one way of acting on a network or volume.
pub(super) fn plan(view: &View<'_>, way: &Way) -> Option<Plan> {
    let object = &view.document?.object;
    let (shape, steps, state) = match way {
        Way::Create => (Shape::Create, vec![creation(view, object)?], ExpectedState::AsDeclared),
        Way::Recreate => {
            (Shape::Change, vec![removal(view, object)?, creation(view, object)?], ExpectedState::AsDeclared)
        }
        Way::Remove => (Shape::Remove, vec![removal(view, object)?], ExpectedState::Gone),
        Way::Note => (Shape::Note, Vec::new(), ExpectedState::AsDeclared),
        Way::Change | Way::Start | Way::Revive | Way::Restart | Way::Stop | Way::Signal(_) => return None,
    };
    let sections = if steps.is_empty() { Vec::new() } else { vec![Section { title: "act", steps }] };
    Some(Plan {
        shape,
        sections,
        settle: None,
        touches: touches(view, object),
        expectation: Expectation { state, stabilise: Duration::ZERO },
    })
}

fn touches(view: &View<'_>, object: &Object) -> Touches {
    let mut touches = Touches::default();
    touches.objects.insert(view.world.key.clone());
    if matches!(object, Object::Volume(_)) {
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

fn creation(view: &View<'_>, object: &Object) -> Option<Step> {
    let (name, labels) = (view.world.key.name.to_string(), labels(view));
    match object {
        Object::Network(network) => {
            Some(Step::CreateNetwork(Box::new(NetworkCreate { name, network: network.clone(), labels })))
        }
        Object::Volume(volume) => {
            Some(Step::CreateVolume(Box::new(VolumeCreate { name, volume: volume.clone(), labels })))
        }
        Object::Container(_) => None,
    }
}

fn removal(view: &View<'_>, object: &Object) -> Option<Step> {
    let name = view.world.key.name.to_string();
    match object {
        Object::Network(_) => Some(Step::RemoveNetwork { name }),
        Object::Volume(_) => Some(Step::RemoveVolume { name }),
        Object::Container(_) => None,
    }
}
