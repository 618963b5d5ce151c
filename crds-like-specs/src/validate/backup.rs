//! The checks of a `BackupCheck`.
//!
//! Owns the rule of exactly one proof. Never looks at a backup.

use std::collections::BTreeSet;
use std::time::Duration;

use super::field::Field;
use super::text;
use crate::backup::{BackupCheck, Proof};
use crate::quantity::Bytes;
use crate::wire::backup as wire;

/// Checks one check of a backup.
pub(super) fn check(wire: wire::BackupCheck, field: &Field<'_>) -> Option<BackupCheck> {
    let max_age = field.key("maxAge").read(wire.max_age.as_deref(), text::positive_duration);
    Some(BackupCheck {
        proof: Proof::Files { glob: wire.path?, min_size: Bytes(1) },
        max_age: max_age.unwrap_or(Duration::from_hours(24)),
        expected: wire.expected.unwrap_or(true),
        objects: BTreeSet::new(),
        restore: None,
    })
}
