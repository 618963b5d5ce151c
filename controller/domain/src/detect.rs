//! What is wrong with one object: the table of detectors.
//!
//! Owns the order in which findings are reported. A detector looks at the [`View`] and answers with at most one
//! finding of its kind; none of them knows what will be done about it. Unknown facts open no finding but
//! `source_unknown`. Called by [`crate::evaluate`].

mod alert;
mod backup;
mod channel;
pub mod condition;
pub mod container;
pub mod disk;
pub mod host;
mod manifest;
mod object;
mod playbook;
mod pressure;
pub(crate) mod probe;
mod snapshot;

use crate::finding::Finding;
use crate::view::View;

/// One detector.
type Detector = fn(&View<'_>) -> Option<Finding>;

/// Every detector. The name of its finding is the name of the function.
const DETECTORS: &[Detector] = &[
    object::source_unknown,
    object::foreign,
    object::orphan,
    manifest::manifest_invalid,
    manifest::mass_deletion,
    manifest::deleted,
    object::missing,
    manifest::edited,
    object::drift,
    object::unfixable,
    container::not_running,
    container::not_stopped,
    container::hand_stopped,
    container::crash_loop,
    probe::unhealthy,
    probe::never_healthy,
    probe::not_ready,
    probe::liveness_failed,
    probe::startup_failed,
    probe::probe_cannot_run,
    pressure::memory_pressure,
    alert::alert,
    alert::alert_route_unsound,
    container::config_changed,
    container::dependency_restarted,
    container::image_moved,
    disk::disk_warning,
    disk::disk_pressure,
    disk::disk_critical,
    disk::inode_pressure,
    disk::metadata_pressure,
    disk::disk_forecast,
    disk::cleanup_ineffective,
    backup::backup_missing,
    backup::backup_stale,
    backup::backup_failed,
    backup::backup_unproven,
    snapshot::restore_requested,
    playbook::playbook_requested,
    playbook::command_not_allowed,
    channel::channel_refused,
    channel::channel_failing,
    channel::secret_exposed,
    condition::waiting,
    condition::terminal,
    condition::quarantined,
    condition::breaker_open,
    manifest::not_supported,
];

/// Every finding about the object, in the order of the table.
pub fn detect(view: &View<'_>) -> Vec<Finding> {
    DETECTORS.iter().filter_map(|detector| detector(view)).collect()
}
