//! `.volume` units.
//!
//! Owns the keys of `[Volume]`. A volume is never renamed: under another name its data would be missing.

use podsteward_specs::key::{Kind, Name};

use super::container::unknown;
use super::take::{Take, last, values, yes};
use super::unit::{Unit, Units};
use crate::draft::Draft;
use crate::warning::{At, Warnings};

/// The keys that are read.
const KNOWN: [&str; 10] =
    ["Copy", "Device", "Driver", "Group", "Image", "Label", "Options", "ServiceName", "Type", "User"];

/// What to do about the others.
const LOST: [(&str, &str); 3] = [
    ("PodmanArgs", "write what has a field of Volume out"),
    ("GlobalArgs", "podsteward talks to Podman's service: configure that"),
    ("ContainersConfModule", "podsteward talks to Podman's service: configure that"),
];

/// Reads a `.volume` unit.
pub(super) fn volume(unit: &Unit, units: &Units, warnings: &mut Warnings) -> Option<Draft> {
    let at = At::file(&unit.source);
    let Ok(name) = Name::new(&unit.resource) else {
        let message = format!(
            "'{}' is no name of a manifest, and under another name its data would be missing: containers mount it \
             as before, and it is not declared",
            unit.resource
        );
        warnings.add(&at, message);
        return None;
    };
    let mut draft = Draft::new(Kind::Volume, name, at);
    let one = |key: &str| last(&unit.assignments, "Volume", key);
    if let Some((driver, at)) = one("Driver") {
        draft.field("spec.driver", driver, &at);
    }
    if let Some((image, at)) = one("Image") {
        let named = units.file(&image).map_or(image.clone(), |unit| unit.resource.clone());
        draft.entry("spec.options", "image", named, &at);
    }
    for (key, option) in [("Type", "type"), ("Device", "device")] {
        if let Some((value, at)) = one(key) {
            draft.entry("spec.options", option, value, &at);
        }
    }
    let parts = [("User", "uid="), ("Group", "gid="), ("Options", "")];
    let parts: Vec<(String, At)> = parts
        .into_iter()
        .filter_map(|(key, prefix)| one(key).map(|(value, at)| (format!("{prefix}{value}"), at)))
        .collect();
    if let Some((_, at)) = parts.first() {
        let options: Vec<&str> = parts.iter().map(|(part, _)| part.as_str()).collect();
        draft.entry("spec.options", "o", options.join(","), at);
    }
    if let Some((_, at)) = one("Copy").filter(|(copy, _)| !yes(copy)) {
        draft.entry("spec.options", "copy", "false", &at);
    }
    for (pair, at) in values(&unit.assignments, "Volume", "Label", Take::Pairs) {
        if let Some((name, value)) = pair.split_once('=') {
            draft.entry("metadata.labels", name, value, &at);
        }
    }
    let known: Vec<&str> = KNOWN.into_iter().chain(["VolumeName"]).collect();
    unknown(unit, "Volume", &known, &LOST, warnings);
    Some(draft)
}
