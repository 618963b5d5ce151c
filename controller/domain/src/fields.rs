//! Which fields of a live object differ from what is declared, and how each can be mended.
//!
//! Owns the table of declared fields ([`table`]): one row a field, with its canonical declared value, its canonical
//! live value and its remedy. Never decides whether anything is done about a difference.
//! Called by detection (`drift`, `edited`) and by planning, which asks it for the steps of a change in place.

mod devices;
mod difference;
mod dns;
mod environment;
mod fixed;
mod health;
mod in_place;
mod lifecycle;
mod mounts;
mod network;
mod networks;
mod own;
mod ports;
mod process;
mod resources;
mod security;
mod table;
mod text;
mod volume;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use podsteward_specs::container::Container;
use podsteward_specs::document::{Document, Object};
use podsteward_specs::network::Network;
use podsteward_specs::volume::Volume;

use crate::engine::EngineInfo;
use crate::finding::{FieldDiff, Remedy};
use crate::live::{LiveContainer, LiveImage, LiveNetwork, LiveVolume};
use crate::plan::Step;

/// What a document declares about an object of one kind.
#[derive(Debug)]
pub struct Declared<'a, T> {
    /// What stands under `spec`.
    pub spec: &'a T,
    /// The user's labels.
    pub labels: &'a BTreeMap<String, String>,
    /// The user's annotations.
    pub annotations: &'a BTreeMap<String, String>,
}

impl<T> Clone for Declared<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Declared<'_, T> {}

impl<'a> Declared<'a, Container> {
    /// The container that a document declares, if it declares one.
    pub fn container(document: &'a Document) -> Option<Self> {
        match &document.object {
            Object::Container(spec) => Some(declared(document, spec)),
            _ => None,
        }
    }
}

impl<'a> Declared<'a, Network> {
    /// The network that a document declares, if it declares one.
    pub fn network(document: &'a Document) -> Option<Self> {
        match &document.object {
            Object::Network(spec) => Some(declared(document, spec)),
            _ => None,
        }
    }
}

impl<'a> Declared<'a, Volume> {
    /// The volume that a document declares, if it declares one.
    pub fn volume(document: &'a Document) -> Option<Self> {
        match &document.object {
            Object::Volume(spec) => Some(declared(document, spec)),
            _ => None,
        }
    }
}

fn declared<'a, T>(document: &'a Document, spec: &'a T) -> Declared<'a, T> {
    Declared { spec, labels: &document.labels, annotations: &document.annotations }
}

/// What is compared of a container.
#[derive(Debug, Clone, Copy)]
pub struct ContainerComparison<'a> {
    /// The document in force.
    pub declared: Declared<'a, Container>,
    /// The last document that was applied, if one was.
    pub applied: Option<Declared<'a, Container>>,
    /// The id of the image that the last applied document's reference meant ([`crate::memory::Applied::image_id`]).
    pub applied_image_id: Option<&'a str>,
    /// The image that the declared reference means now, where that is known.
    pub image: Option<&'a LiveImage>,
    /// The live container.
    pub live: &'a LiveContainer,
    /// The engine.
    pub engine: &'a EngineInfo,
}

/// What is compared of a network.
#[derive(Debug, Clone, Copy)]
pub struct NetworkComparison<'a> {
    /// The document in force.
    pub declared: Declared<'a, Network>,
    /// The last document that was applied, if one was.
    pub applied: Option<Declared<'a, Network>>,
    /// The live network.
    pub live: &'a LiveNetwork,
    /// Containers that are attached to it, by name.
    pub users: &'a [String],
}

/// What is compared of a volume.
#[derive(Debug, Clone, Copy)]
pub struct VolumeComparison<'a> {
    /// The document in force.
    pub declared: Declared<'a, Volume>,
    /// The last document that was applied, if one was.
    pub applied: Option<Declared<'a, Volume>>,
    /// The live volume.
    pub live: &'a LiveVolume,
}

/// The fields in which a live container differs from its document, group by group.
///
/// A field that is not declared is never a difference, unless the last applied document declared it and the live
/// container still shows that.
pub fn container(comparison: &ContainerComparison<'_>) -> Vec<FieldDiff> {
    table::TABLE.iter().flat_map(|rows| rows.iter()).flat_map(|row| row.diffs(comparison)).collect()
}

/// The fields in which a live network differs from its document.
pub fn network(comparison: &NetworkComparison<'_>) -> Vec<FieldDiff> {
    network::diffs(comparison)
}

/// The fields in which a live volume differs from its document.
pub fn volume(comparison: &VolumeComparison<'_>) -> Vec<FieldDiff> {
    volume::diffs(comparison)
}

/// How a person can mend a network whose differences are [`Remedy::Impossible`].
pub fn network_advice(name: &str, users: &[String]) -> String {
    network::advice(name, users)
}

/// How a person can mend a volume whose differences are [`Remedy::Impossible`].
pub fn volume_advice(name: &str) -> String {
    volume::advice(name)
}

/// What mends all of these differences: the strongest remedy that one of them needs.
pub fn remedy(diffs: &[FieldDiff]) -> Remedy {
    diffs.iter().map(|diff| diff.remedy).max().unwrap_or(Remedy::None)
}

/// The steps that mend the differences whose remedy is [`Remedy::InPlace`], in order.
pub fn in_place_steps(declared: &Container, live: &LiveContainer, diffs: &[FieldDiff]) -> Vec<Step> {
    in_place::steps(declared, live, diffs)
}
