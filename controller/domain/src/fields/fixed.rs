//! Tables of the kinds that Podman cannot change once they are made: networks and volumes.
//!
//! Owns the shape of their rows and how they are walked. Never knows a field.

use super::Declared;
use super::difference::{Entries, Seen, Through, differences};
use crate::finding::{FieldDiff, Remedy};

/// One row: a field of a kind `T`, whose live form is `L`.
pub(super) struct Row<T: 'static, L: 'static> {
    /// The field as a manifest names it.
    pub(super) field: &'static str,
    /// Its declared values.
    pub(super) declared: fn(&Declared<'_, T>) -> Entries,
    /// The live value of one entry as seen through a document; `None`: podsteward alone acts on the field.
    pub(super) live: Option<fn(&T, &L, &str) -> Seen>,
}

/// What is compared of one object.
pub(super) struct Comparison<'a, T, L> {
    /// The document in force.
    pub(super) declared: Declared<'a, T>,
    /// The last applied document, if there is one.
    pub(super) applied: Option<Declared<'a, T>>,
    /// The live object.
    pub(super) live: &'a L,
    /// What mends a difference that it shows.
    pub(super) remedy: Remedy,
}

/// The differences of one object.
pub(super) fn diffs<T, L>(table: &[Row<T, L>], all: &Comparison<'_, T, L>) -> Vec<FieldDiff> {
    let of_row = |row: &Row<T, L>| {
        let applied = all.applied.as_ref().map(row.declared);
        let see = |through: Through, entry: &str| {
            let spec = match (through, all.applied) {
                (Through::Applied, Some(applied)) => applied.spec,
                (Through::Applied, None) | (Through::Declared, _) => all.declared.spec,
            };
            row.live.map_or(Seen::Untold, |live| live(spec, all.live, entry))
        };
        let remedy = if row.live.is_some() { all.remedy } else { Remedy::None };
        let found = differences(&(row.declared)(&all.declared), applied.as_ref(), see);
        found.into_iter().map(|difference| difference.into_diff(row.field, remedy)).collect::<Vec<_>>()
    };
    table.iter().flat_map(of_row).collect()
}
