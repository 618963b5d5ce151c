//! The checks of a volume.
//!
//! Owns the checks within one volume. Never knows who mounts it.

use super::field::Field;
use super::text;
use crate::volume::Volume;
use crate::wire::volume as wire;

/// Checks a volume's spec. A driver may be a plugin, so its name is only checked for its shape.
pub(super) fn volume(wire: wire::Volume, spec: &Field<'_>) -> Volume {
    Volume {
        driver: spec.key("driver").read(wire.driver.as_deref(), text::podman_name),
        options: wire.options.unwrap_or_default(),
        deletion_policy: wire.deletion_policy.unwrap_or_default(),
        data_tier: wire.data_tier.unwrap_or_default(),
    }
}
