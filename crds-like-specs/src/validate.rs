//! The checks of meaning: from the wire form to the validated form.
//!
//! Owns the envelope and the way from a kind to its checks. Every check notes its problem at its field and goes
//! on, so that all problems of a document are found at once. Never knows another document (see [`crate::cross`]).
//! Called by [`crate::load`] with the part of a document that fits its schema.

mod action;
mod alert;
mod backup;
mod channel;
mod cleanup;
mod connect;
mod container;
mod disk;
mod field;
mod lifecycle;
mod network;
mod number;
mod playbook;
mod policy;
mod probe;
mod process;
mod root;
mod text;
mod volume;
mod window;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde::de::DeserializeOwned;

use crate::document::{Document, Object, Origin, PAUSED_ANNOTATION, Spots};
use crate::key::{Key, Kind, Name};
use crate::policy::POLICY_NAME;
use crate::tree::Node;
use crate::wire::{self, Metadata};

use field::Field;
pub(crate) use field::Meant;

/// The prefix of the labels by which podsteward knows its own containers.
const OWN_LABELS: &str = "dev.podsteward/";
/// The prefix of the annotations that podsteward reads.
const OWN_ANNOTATIONS: &str = "podsteward.dev/";

/// Checks the meaning of one document. `None` means that no document comes of it; with problems noted, an answer
/// is only good for counting.
pub(crate) fn document(
    kind: Kind,
    node: &Node,
    origin: Origin,
    canonical: Arc<str>,
    problems: &RefCell<Vec<Meant>>,
) -> Option<Document> {
    let root = Field::root(&origin.file, node, problems);
    let meta_field = root.key("metadata");
    let metadata: Metadata = wire(&meta_field)?;
    let spec = root.key("spec");
    let mut spots = Spots { name: Some(meta_field.key("name").spot()), ..Spots::default() };
    let object = object(kind, &spec, &mut spots);
    let name = metadata.name.and_then(|name| meta_field.key("name").take(Name::new(name)));
    let labels = metadata.labels.unwrap_or_default();
    check_labels(&labels, &meta_field.key("labels"));
    let annotations = metadata.annotations.unwrap_or_default();
    check_annotations(&annotations, &meta_field.key("annotations"));
    let key = Key { kind, name: name? };
    if kind == Kind::RemediationPolicy && key.name.as_str() != POLICY_NAME {
        let message = format!("is '{}' (there is one policy, and it is named {POLICY_NAME})", key.name);
        meta_field.key("name").problem(message);
    }
    let object = object?;
    Some(Document { key, labels, annotations, object, canonical, origin, spots: Arc::new(spots) })
}

fn object(kind: Kind, spec: &Field<'_>, spots: &mut Spots) -> Option<Object> {
    Some(match kind {
        Kind::Network => Object::Network(network::network(wire_or_default(spec)?, spec)),
        Kind::Volume => Object::Volume(volume::volume(wire_or_default(spec)?, spec)),
        Kind::Container => {
            let wire: wire::container::Container = wire(spec)?;
            Object::Container(Box::new(container::container(wire, spec, spots)))
        }
        Kind::RemediationPolicy => {
            Object::RemediationPolicy(Box::new(policy::policy(wire_or_default(spec)?, spec)))
        }
        Kind::NotificationChannel => {
            Object::NotificationChannel(Box::new(channel::channel(wire(spec)?, spec)?))
        }
        Kind::AlertRoute => Object::AlertRoute(Box::new(alert::route(wire(spec)?, spec, spots)?)),
        Kind::Playbook => Object::Playbook(Box::new(playbook::playbook(wire(spec)?, spec, spots)?)),
        Kind::BackupCheck => Object::BackupCheck(Box::new(backup::check(wire(spec)?, spec, spots)?)),
        Kind::Disk => Object::DiskPolicy(Box::new(disk::disk(wire(spec)?, spec, spots)?)),
        Kind::Host => return None,
    })
}

/// Reads the wire form of a field. What fits the schema fits the type; were it otherwise, the user is told.
fn wire<T: DeserializeOwned>(field: &Field<'_>) -> Option<T> {
    let value = field.node()?.to_json();
    field.take(serde_json::from_value(value).map_err(|error| format!("does not fit its type: {error}")))
}

fn wire_or_default<T: DeserializeOwned + Default>(field: &Field<'_>) -> Option<T> {
    if field.node().is_none() { Some(T::default()) } else { wire(field) }
}

fn check_labels(labels: &BTreeMap<String, String>, field: &Field<'_>) {
    for label in labels.keys() {
        if label.starts_with(OWN_LABELS) {
            field.key(label).problem(format!("is podsteward's own label (any without {OWN_LABELS})"));
        } else if label.starts_with(OWN_ANNOTATIONS) {
            field.key(label).problem("is an annotation (write it under metadata.annotations)");
        } else if label.is_empty() {
            field.problem("holds a label without a name");
        }
    }
}

fn check_annotations(annotations: &BTreeMap<String, String>, field: &Field<'_>) {
    let own = annotations.keys().filter(|name| name.starts_with(OWN_ANNOTATIONS));
    for name in own.filter(|name| *name != PAUSED_ANNOTATION) {
        field.key(name).problem(format!("unknown annotation (podsteward reads {PAUSED_ANNOTATION})"));
    }
}
