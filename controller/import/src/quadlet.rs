//! Quadlet units (`podman-systemd.unit(5)`) as manifests.
//!
//! Owns the order: syntax, the units with their drop-ins and names, one manifest a unit. Never starts, stops or
//! disables a unit. What one key becomes stands in the file of its topic.

mod args;
mod build;
mod connect;
mod container;
mod drop_in;
mod health;
mod mount;
mod network;
mod process;
mod resolve;
mod service;
mod syntax;
mod take;
mod unit;
mod volume;
mod words;

use crate::draft::Draft;
use crate::sound::settle;
use crate::warning::{At, Warnings};
use crate::{Imported, Source, Surroundings};
use unit::{Kind, Unit, Units};

/// Reads units with their drop-ins and answers with a manifest for each container, network and volume.
pub fn import(sources: &[Source], surroundings: &Surroundings<'_>) -> Imported {
    let mut warnings = Warnings::default();
    let units = Units::read(sources, surroundings, &mut warnings);
    let mut drafts = Vec::new();
    for unit in &units.all {
        drafts.extend(draft(unit, &units, surroundings, &mut warnings));
    }
    let documents = settle(drafts, &mut warnings);
    Imported::new(documents, warnings)
}

/// Whether an import reads a file: a unit, or a drop-in of one.
pub fn is_read(path: &std::path::Path) -> bool {
    Kind::of(path).is_some() || drop_in::unit_of(path).is_some()
}

fn draft(
    unit: &Unit,
    units: &Units,
    surroundings: &Surroundings<'_>,
    warnings: &mut Warnings,
) -> Option<Draft> {
    let lost = match unit.kind {
        Kind::Container => return container::container(unit, units, surroundings, warnings),
        Kind::Network => return network::network(unit, warnings),
        Kind::Volume => return volume::volume(unit, units, warnings),
        Kind::Kube => "is not carried over as a unit: import its YAML with `podsteward import kube FILE`",
        Kind::Pod => {
            "is not carried over: containers share no network here; put them on one network and give each its own ports"
        }
        Kind::Image => {
            "is not carried over: only its name is, where a container uses it; Podman pulls it when a container is made"
        }
        Kind::Build => {
            "is not carried over: build the image with `podman build`; only its name is taken where a container uses it"
        }
        Kind::Artifact => "is not carried over: pull it with `podman artifact pull`",
    };
    warnings.add(&At::file(&unit.source), lost);
    None
}
