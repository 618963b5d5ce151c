//! The fields of a volume. Podman can change none of them, and to make a volume anew would lose its data.
//!
//! Owns their table. Never proposes to remove a volume. Called through [`super::volume`].

use podsteward_specs::volume::Volume;

use super::difference::Seen;
use super::fixed::{self, Comparison, Row};
use super::{VolumeComparison, text};
use crate::finding::{FieldDiff, Remedy};
use crate::live::LiveVolume;

/// The fields.
pub(super) const TABLE: &[Row<Volume, LiveVolume>] = &[
    Row {
        field: "spec.driver",
        declared: |here| text::whole(here.spec.driver.clone()),
        live: Some(|_, live, _| Seen::Value(live.driver.clone())),
    },
    Row {
        field: "spec.options",
        declared: |here| here.spec.options.clone(),
        live: Some(|_, live, name| Seen::told(live.options.get(name))),
    },
    Row {
        field: "metadata.labels",
        declared: |here| text::quoted_entries(here.labels),
        live: Some(|_, live, name| Seen::told(live.labels.get(name).map(|value| text::quoted(value)))),
    },
    Row {
        field: "spec.deletionPolicy",
        declared: |here| text::whole(Some(format!("{:?}", here.spec.deletion_policy))),
        live: None,
    },
    Row {
        field: "spec.dataTier",
        declared: |here| text::whole(Some(format!("{:?}", here.spec.data_tier).to_lowercase())),
        live: None,
    },
    Row {
        field: "metadata.annotations",
        declared: |here| text::quoted_entries(here.annotations),
        live: None,
    },
];

/// The differences of a volume.
pub(super) fn diffs(all: &VolumeComparison<'_>) -> Vec<FieldDiff> {
    let (declared, applied) = (all.declared, all.applied);
    fixed::diffs(TABLE, &Comparison { declared, applied, live: all.live, remedy: Remedy::Impossible })
}

/// How a person can mend a volume.
pub(super) fn advice(name: &str) -> String {
    format!(
        "Podman cannot change a volume, and to make it anew would lose its data: undo the edit, or declare a volume of \
         another name, or copy the data away and remove {name} by hand, and it is made anew"
    )
}
