//! The table of a container's declared fields: one row a field.
//!
//! Owns what a row says: the field's name in a manifest, its canonical declared value, its canonical live value as
//! seen through a document, and what mends a difference. The rows stand in the files of their groups.
//! Never decides what counts as a difference; see [`super::difference`].

use podsteward_specs::container::Container;

use super::difference::{Difference, Entries, Seen, Through, differences};
use super::{ContainerComparison, Declared, text};
use super::{
    devices, dns, environment, health, lifecycle, mounts, networks, own, ports, process, resources, security,
};
use crate::engine::EngineInfo;
use crate::finding::{FieldDiff, Remedy};
use crate::live::LiveConfig;

/// All rows, group by group, in the order in which differences are shown.
pub(super) const TABLE: &[&[Row]] = &[
    process::ROWS,
    environment::ROWS,
    ports::ROWS,
    mounts::ROWS,
    networks::ROWS,
    resources::ROWS,
    security::ROWS,
    devices::ROWS,
    dns::ROWS,
    health::ROWS,
    lifecycle::ROWS,
    own::ROWS,
];

/// One document with the live container next to it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Side<'a> {
    /// The document through which the live container is seen.
    pub(super) here: Declared<'a, Container>,
    /// The other document: the last applied one beside the one in force, and the reverse.
    pub(super) other: Option<Declared<'a, Container>>,
    /// Everything that is compared.
    pub(super) all: &'a ContainerComparison<'a>,
}

impl<'a> Side<'a> {
    /// What this document declares.
    pub(super) fn spec(&self) -> &'a Container {
        self.here.spec
    }

    /// The configuration of the live container.
    pub(super) fn live(&self) -> &'a LiveConfig {
        &self.all.live.config
    }
}

/// One row of the table.
pub(super) struct Row {
    /// The field as a manifest names it.
    pub(super) field: &'static str,
    /// Its values.
    values: Values,
    /// What mends a difference.
    pub(super) mend: Mend,
    /// What Podman does where the field is not declared: to stop declaring just that changes nothing.
    default: Option<&'static str>,
}

/// Where the values of a field come from.
enum Values {
    /// One value.
    One(fn(&Side<'_>) -> Option<String>, fn(&Side<'_>) -> Seen),
    /// Values by name.
    Each(fn(&Side<'_>) -> Entries, fn(&Side<'_>, &str) -> Seen),
}

/// What mends a difference of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mend {
    /// A new container.
    Recreate,
    /// An update of the limits, where the engine keeps it. A limit that is not declared any more cannot be taken
    /// back so.
    Limit,
    /// Another attachment of the live container.
    Attachment,
    /// Nothing on the host, unless the live container shows a difference.
    Own,
}

impl Row {
    /// A field with one value.
    pub(super) const fn one(
        field: &'static str,
        declared: fn(&Side<'_>) -> Option<String>,
        live: fn(&Side<'_>) -> Seen,
    ) -> Self {
        Self { field, values: Values::One(declared, live), mend: Mend::Recreate, default: None }
    }

    /// A field with values by name.
    pub(super) const fn each(
        field: &'static str,
        declared: fn(&Side<'_>) -> Entries,
        live: fn(&Side<'_>, &str) -> Seen,
    ) -> Self {
        Self { field, values: Values::Each(declared, live), mend: Mend::Recreate, default: None }
    }

    /// A field with one value on which podsteward alone acts.
    pub(super) const fn own(field: &'static str, declared: fn(&Side<'_>) -> Option<String>) -> Self {
        Self::one(field, declared, |_| Seen::Untold).mended(Mend::Own)
    }

    /// A field with values by name on which podsteward alone acts.
    pub(super) const fn own_each(field: &'static str, declared: fn(&Side<'_>) -> Entries) -> Self {
        Self::each(field, declared, |_, _| Seen::Untold).mended(Mend::Own)
    }

    /// The row with another way to mend it.
    pub(super) const fn mended(self, mend: Mend) -> Self {
        Self { mend, ..self }
    }

    /// The row with Podman's own default.
    pub(super) const fn default(self, value: &'static str) -> Self {
        Self { default: Some(value), ..self }
    }

    fn declared(&self, side: &Side<'_>) -> Entries {
        match self.values {
            Values::One(declared, _) => text::whole(declared(side)),
            Values::Each(declared, _) => declared(side),
        }
    }

    fn see(&self, side: &Side<'_>, entry: &str) -> Seen {
        match self.values {
            Values::One(_, live) => live(side),
            Values::Each(_, live) => live(side, entry),
        }
    }

    /// What was applied, but for a default that is not declared any more.
    fn without_default(&self, mut applied: Entries, declared: &Entries) -> Entries {
        applied.retain(|entry, value| declared.contains_key(entry) || self.default != Some(value.as_str()));
        applied
    }

    /// The differences of this field.
    pub(super) fn diffs(&self, all: &ContainerComparison<'_>) -> Vec<FieldDiff> {
        let now = Side { here: all.declared, other: all.applied, all };
        let before = all.applied.map(|here| Side { here, other: Some(all.declared), all });
        let declared = self.declared(&now);
        let applied = before.as_ref().map(|before| self.without_default(self.declared(before), &declared));
        let see = |through: Through, entry: &str| match through {
            Through::Applied => self.see(before.as_ref().unwrap_or(&now), entry),
            Through::Declared => self.see(&now, entry),
        };
        let found = differences(&declared, applied.as_ref(), see);
        found
            .into_iter()
            .map(|difference| {
                let remedy = remedy(self.mend, &difference, all.engine);
                difference.into_diff(self.field, remedy)
            })
            .collect()
    }
}

/// What mends one difference on this engine.
fn remedy(mend: Mend, difference: &Difference, engine: &EngineInfo) -> Remedy {
    match mend {
        Mend::Attachment => Remedy::InPlace,
        Mend::Limit if engine.ignores_limits => Remedy::None,
        Mend::Limit if engine.updates_in_place && !difference.removed => Remedy::InPlace,
        Mend::Own if !difference.told => Remedy::None,
        Mend::Recreate | Mend::Limit | Mend::Own => Remedy::Recreate,
    }
}
