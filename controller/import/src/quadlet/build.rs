//! A container in the making: what its keys have said so far.
//!
//! Owns what several keys say together until all of them are read. Never knows a key's syntax.

use super::unit::{Unit, Units};
use crate::Surroundings;
use crate::draft::Draft;
use crate::warning::{At, Warnings};

/// A container in the making.
pub(super) struct Making<'a> {
    pub(super) draft: Draft,
    pub(super) unit: &'a Unit,
    pub(super) units: &'a Units,
    pub(super) surroundings: &'a Surroundings<'a>,
    pub(super) warnings: &'a mut Warnings,
    /// `User=` and `Group=`.
    pub(super) user: Option<(String, At)>,
    pub(super) group: Option<(String, At)>,
    /// `Network=`, in order, and what holds for them.
    pub(super) networks: Vec<Attachment>,
    pub(super) ip: Option<(String, At)>,
    pub(super) aliases: Vec<(String, At)>,
    /// The deprecated `RemapUsers=`, `RemapUid=`, `RemapGid=`, `RemapUidSize=`.
    pub(super) remap: Vec<(String, At)>,
}

/// A network of a container.
#[derive(Debug)]
pub(super) struct Attachment {
    pub(super) name: String,
    pub(super) ip: Option<String>,
    pub(super) aliases: Vec<String>,
    pub(super) at: At,
}

impl<'a> Making<'a> {
    /// Nothing said yet.
    pub(super) fn new(
        draft: Draft,
        unit: &'a Unit,
        units: &'a Units,
        surroundings: &'a Surroundings<'a>,
        warnings: &'a mut Warnings,
    ) -> Self {
        Self {
            draft,
            unit,
            units,
            surroundings,
            warnings,
            user: None,
            group: None,
            networks: Vec::new(),
            ip: None,
            aliases: Vec::new(),
            remap: Vec::new(),
        }
    }

    /// Tells what is lost.
    pub(super) fn warn(&mut self, at: &At, message: impl AsRef<str>) {
        self.warnings.add(at, message);
    }

    /// A path that may be relative to the unit's directory, as an absolute one.
    pub(super) fn absolute(&self, path: &str) -> String {
        if path.starts_with('/') {
            return path.to_owned();
        }
        let mut absolute = self.unit.dir.clone();
        for part in path.split('/') {
            match part {
                "" | "." => {}
                ".." => drop(absolute.pop()),
                part => absolute.push(part),
            }
        }
        absolute.display().to_string()
    }
}
