//! Fields that are accepted but not yet acted on.
//!
//! Owns the list. Never in silence: each declared one becomes a WARNING condition of its object. A field leaves
//! this list in the change that makes podsteward act on it.

use super::{Object, Warning};
use crate::container::Container;

/// The warnings about one object.
pub(super) fn warnings(object: &Object) -> Vec<Warning> {
    let fields = match object {
        Object::Container(container) => container_fields(container),
        Object::Network(_)
        | Object::Volume(_)
        | Object::RemediationPolicy(_)
        | Object::NotificationChannel(_)
        | Object::AlertRoute(_)
        | Object::Playbook(_)
        | Object::BackupCheck(_)
        | Object::DiskPolicy(_) => Vec::new(),
    };
    let warning = |(field, what): (&str, &str)| Warning {
        field: field.to_owned(),
        message: format!("{what}: the field is accepted but not acted on yet"),
    };
    fields.into_iter().map(warning).collect()
}

fn container_fields(container: &Container) -> Vec<(&'static str, &'static str)> {
    let probes = &container.probes;
    let listed = [
        (probes.startup.is_some(), "spec.probes.startup", "the startup probe is not run"),
        (probes.readiness.is_some(), "spec.probes.readiness", "the readiness probe is not run"),
        (probes.liveness.is_some(), "spec.probes.liveness", "the liveness probe is not run"),
    ];
    let declared = listed.into_iter().filter(|(declared, ..)| *declared);
    declared.map(|(_, field, what)| (field, what)).collect()
}

#[cfg(test)]
mod tests;
