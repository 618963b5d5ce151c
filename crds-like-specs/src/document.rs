//! One validated document: what a manifest declares about one object.
//!
//! Owns the envelope (key, labels, annotations, origin) around the object. Never merges documents.
//! Made by loading; compared with the live host by the domain; kept by the store.

mod warning;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::Serialize;

use crate::alert::AlertRoute;
use crate::backup::BackupCheck;
use crate::channel::NotificationChannel;
use crate::container::{Container, Port};
use crate::disk::DiskPolicy;
use crate::key::{Key, Name};
use crate::network::Network;
use crate::playbook::Playbook;
use crate::policy::RemediationPolicy;
use crate::problem::{Place, Problem};
use crate::volume::Volume;

/// The annotation that leaves one object alone, with the reason as its value.
pub const PAUSED_ANNOTATION: &str = "podsteward.dev/paused";

/// A validated document.
///
/// Two documents with the same `canonical` text declare the same thing: comments, order of keys and the file
/// they stand in do not count.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Document {
    /// Which object this is.
    pub key: Key,
    /// The user's labels, set on the live object, too.
    pub labels: BTreeMap<String, String>,
    /// The user's annotations. Only podsteward reads them.
    pub annotations: BTreeMap<String, String>,
    /// What is declared.
    pub object: Object,
    /// The document as declared (no defaults filled in), as JSON with sorted keys: what the store keeps, and
    /// what is validated again after an upgrade, so that a changed default is no difference.
    #[serde(skip)]
    pub canonical: Arc<str>,
    /// Where it stands.
    pub origin: Origin,
    /// Where the fields stand that may clash with other documents.
    #[serde(skip)]
    pub spots: Arc<Spots>,
}

/// Without `canonical`, which holds everything as written, a channel's secret address, too.
impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Document")
            .field("key", &self.key)
            .field("labels", &self.labels)
            .field("annotations", &self.annotations)
            .field("object", &self.object)
            .field("origin", &self.origin)
            .finish_non_exhaustive()
    }
}

impl Document {
    /// Validates a stored document again.
    ///
    /// `canonical` is what [`Document::canonical`] held when it was stored. Every problem stands at the
    /// origin's place, because the stored text has lost its lines.
    pub fn from_canonical(canonical: &str, origin: Origin) -> Result<Self, Vec<Problem>> {
        crate::load::load_canonical(canonical, origin)
    }

    /// The declared fields that are accepted but not yet acted on. Each becomes a WARNING condition.
    pub fn warnings(&self) -> Vec<Warning> {
        warning::warnings(&self.object)
    }

    /// The reason given in the pause annotation, if it is there.
    pub fn paused(&self) -> Option<&str> {
        self.annotations.get(PAUSED_ANNOTATION).map(String::as_str)
    }

    /// The container declared here, if it is one.
    pub fn container(&self) -> Option<&Container> {
        match &self.object {
            Object::Container(container) => Some(container),
            _ => None,
        }
    }

    /// The policy of a disk declared here, if it is one.
    pub fn disk(&self) -> Option<&DiskPolicy> {
        match &self.object {
            Object::DiskPolicy(disk) => Some(disk),
            _ => None,
        }
    }

    /// The policy declared here, if it is one.
    pub fn policy(&self) -> Option<&RemediationPolicy> {
        match &self.object {
            Object::RemediationPolicy(policy) => Some(policy),
            _ => None,
        }
    }

    /// The route of alerts declared here, if it is one.
    pub fn alert_route(&self) -> Option<&AlertRoute> {
        match &self.object {
            Object::AlertRoute(route) => Some(route),
            _ => None,
        }
    }

    /// The playbook declared here, if it is one.
    pub fn playbook(&self) -> Option<&Playbook> {
        match &self.object {
            Object::Playbook(playbook) => Some(playbook),
            _ => None,
        }
    }

    /// The check of a backup declared here, if it is one.
    pub fn backup_check(&self) -> Option<&BackupCheck> {
        match &self.object {
            Object::BackupCheck(check) => Some(check),
            _ => None,
        }
    }

    /// The channel declared here, if it is one.
    pub fn channel(&self) -> Option<&NotificationChannel> {
        match &self.object {
            Object::NotificationChannel(channel) => Some(channel),
            _ => None,
        }
    }
}

/// What is declared, by kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", content = "spec")]
pub enum Object {
    /// A container.
    Container(Box<Container>),
    /// A network.
    Network(Network),
    /// A volume.
    Volume(Volume),
    /// How far podsteward may go by itself.
    RemediationPolicy(Box<RemediationPolicy>),
    /// Where notifications go.
    NotificationChannel(Box<NotificationChannel>),
    /// What follows from an alert.
    AlertRoute(Box<AlertRoute>),
    /// Steps that are carried out together.
    Playbook(Box<Playbook>),
    /// What proves that a backup was made.
    BackupCheck(Box<BackupCheck>),
    /// A watched filesystem.
    DiskPolicy(Box<DiskPolicy>),
}

/// A declared field that is accepted but not yet acted on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Warning {
    /// The field, for example `spec.probes.liveness`.
    pub field: String,
    /// What is not done, as a sentence for the user.
    pub message: String,
}

/// A field with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    /// The field, for example `spec.ports[0]`.
    pub path: String,
    /// Where it begins.
    pub place: Place,
}

/// Where the fields stand that may clash with other documents. Empty for a document out of the store.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Spots {
    /// The object's name.
    pub name: Option<Spot>,
    /// Each published port.
    pub ports: BTreeMap<Port, Spot>,
    /// The path of a watched filesystem.
    pub path: Option<Spot>,
    /// Each dependency.
    pub depends_on: BTreeMap<Name, Spot>,
    /// Each container and disk that a playbook names.
    pub named: BTreeMap<Key, Spot>,
    /// The playbook that a route names.
    pub playbook: Option<Spot>,
    /// The parameters that a route sets.
    pub parameters: Option<Spot>,
    /// Each object whose data a backup holds.
    pub objects: BTreeMap<Key, Spot>,
}

/// Where a document stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Origin {
    /// The file, relative to the manifests directory.
    pub file: String,
    /// Where in the file the document begins.
    pub place: Place,
}
