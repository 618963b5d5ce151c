//! The checks of a RemediationPolicy.
//!
//! Owns the checks within one policy.

use super::field::Field;
use crate::policy::RemediationPolicy;
use crate::wire::policy as wire;

/// Checks a policy.
pub(super) fn policy(wire: wire::RemediationPolicy, _field: &Field<'_>) -> RemediationPolicy {
    RemediationPolicy { mode: wire.mode.unwrap_or_default(), ..RemediationPolicy::default() }
}
