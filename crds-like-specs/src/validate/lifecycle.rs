//! The checks of what governs a container's life: dependencies, config files, remediation.
//!
//! Owns the checks within one container. Whether a dependency exists is found in [`crate::cross`].

use std::collections::BTreeMap;
use std::time::Duration;

use super::container::{scalar, stop_signal};
use super::field::Field;
use super::{action, text};
use crate::container::{ConfigFile, Dependency, OnChange, Remediation};
use crate::defaults;
use crate::document::Spots;
use crate::duration;
use crate::key::Name;
use crate::wire::lifecycle as wire;

/// Checks the dependencies and remembers where each stands.
pub(super) fn depends_on(
    wire: Option<Vec<wire::Dependency>>,
    field: &Field<'_>,
    spots: &mut Spots,
) -> BTreeMap<Name, Dependency> {
    let mut dependencies = BTreeMap::new();
    for (position, dependency) in wire.into_iter().flatten().enumerate() {
        let field = field.item(position);
        let (name, condition, restart) = match dependency {
            wire::Dependency::Name(name) => (Some(name), None, None),
            wire::Dependency::Full(full) => (full.name, full.condition, full.restart),
        };
        let Some(name) = field.key_or_self("name").read(name.as_deref(), |name| Name::new(name)) else {
            continue;
        };
        let condition = condition.unwrap_or_default();
        let dependency = Dependency { condition, restart: restart.unwrap_or_default() };
        spots.depends_on.entry(name.clone()).or_insert_with(|| field.spot());
        field.insert(&mut dependencies, name, dependency, "container");
    }
    dependencies
}

/// Checks the config files: no path twice, a signal only where one is sent.
pub(super) fn config_files(
    wire: Option<Vec<wire::ConfigFile>>,
    field: &Field<'_>,
) -> BTreeMap<String, ConfigFile> {
    let mut files = BTreeMap::new();
    for (position, file) in wire.into_iter().flatten().enumerate() {
        let field = field.item(position);
        let path = field.key("path").read(file.path.as_deref(), text::path);
        let declared = file.signal.is_some();
        let signal = scalar(file.signal.as_ref(), &field.key("signal"), stop_signal);
        let on_change = match file.on_change {
            Some(wire::OnChange::Signal) => OnChange::Signal(signal.unwrap_or(defaults::CONFIG_SIGNAL)),
            other => {
                if declared {
                    field.key("signal").problem("says nothing here (only with onChange: signal)");
                }
                if matches!(other, Some(wire::OnChange::Recreate)) {
                    OnChange::Recreate
                } else {
                    OnChange::Restart
                }
            }
        };
        if let Some(path) = path {
            field.insert(&mut files, path, ConfigFile { on_change }, "file");
        }
    }
    files
}

/// Checks the limits of remediation.
pub(super) fn remediation(wire: Option<wire::Remediation>, field: &Field<'_>) -> Remediation {
    let Some(wire) = wire else {
        return Remediation {
            auto_restart: None,
            requires_confirmation: None,
            restart_timeout: None,
            max_restarts_per_hour: None,
            manual_hold: defaults::MANUAL_HOLD,
            deny: Vec::new(),
        };
    };
    let manual_hold = field.key("manualHold").read(wire.manual_hold.as_deref(), duration::parse);
    Remediation {
        auto_restart: wire.auto_restart,
        requires_confirmation: wire.requires_confirmation,
        restart_timeout: wire.restart_timeout_seconds.map(Duration::from_secs),
        max_restarts_per_hour: wire.max_restarts_per_hour,
        manual_hold: manual_hold.unwrap_or(defaults::MANUAL_HOLD),
        deny: action::actions(wire.deny, &field.key("deny")),
    }
}
