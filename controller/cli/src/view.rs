//! How the shapes of `podsteward_runtime::listing` look to people.
//!
//! Owns rows and sentences that more than one command prints. Never a JSON key: those are the shapes' own.

pub(crate) mod approval;
pub(crate) mod decision;
pub(crate) mod finding;
pub(crate) mod gate;
pub(crate) mod intent;
pub(crate) mod object;
pub(crate) mod observation;
pub(crate) mod record;
#[cfg(test)]
pub(crate) mod samples;
pub(crate) mod switch;

use podsteward_domain::finding::{FieldDiff, Remedy};

/// `spec.resources.limits.memory: 128Mi -> 64Mi (in place)`.
pub(crate) fn difference(diff: &FieldDiff) -> String {
    let remedy = match diff.remedy {
        Remedy::None => "nothing to do on the host",
        Remedy::InPlace => "in place",
        Remedy::Recreate => "by making it anew",
        Remedy::Impossible => "cannot be mended",
    };
    format!("{}: {} -> {} ({remedy})", diff.field, diff.live, diff.desired)
}
