//! The one place where events go.
//!
//! Owns the metrics of all nouns. Never what an event logs or counts: the file of its noun does.

use podsteward_domain::score::{ONE, Score};

use crate::registry::Catalogue;
use crate::text::{self, Format};
use crate::{
    action, alert, approval, backup, breaker, controller, decision, disk, document, drill, host,
    intervention, learn, manifest, notify, object, podman, probe, queue, reconcile, repair, report, snapshot,
};

macro_rules! events {
    ($($(#[$doc:meta])* $variant:ident($noun:ident: $event:ty),)+) => {
        /// Everything that can happen, by noun.
        #[derive(Debug)]
        pub enum Event<'a> { $($(#[$doc])* $variant($event),)+ }

        $(impl<'a> From<$event> for Event<'a> {
            fn from(event: $event) -> Self {
                Self::$variant(event)
            }
        })+

        /// Logs and counts events.
        #[derive(Debug)]
        pub struct Telemetry {
            catalogue: Catalogue,
            $($noun: $noun::Metrics,)+
        }

        impl Telemetry {
            /// Metrics at zero.
            pub fn new() -> Self {
                let mut catalogue = Catalogue::new();
                $(let $noun = $noun::Metrics::register(&mut catalogue);)+
                Self { catalogue, $($noun,)+ }
            }

            /// Logs and counts what happened.
            pub fn emit<'a>(&self, event: impl Into<Event<'a>>) {
                match event.into() {
                    $(Event::$variant(event) => {
                        event.log();
                        self.$noun.count(&event);
                    })+
                }
            }
        }
    };
}

events! {
    /// The controller itself.
    Controller(controller: controller::ControllerEvent<'a>),
    /// The manifests.
    Manifest(manifest: manifest::ManifestEvent<'a>),
    /// Objects, their findings and their processes.
    Object(object: object::ObjectEvent<'a>),
    /// Decisions.
    Decision(decision: decision::DecisionEvent<'a>),
    /// Approvals.
    Approval(approval: approval::ApprovalEvent<'a>),
    /// Plans being carried out.
    Action(action: action::ActionEvent<'a>),
    /// Breakers.
    Breaker(breaker: breaker::BreakerEvent<'a>),
    /// Lessons.
    Learn(learn: learn::LearnEvent<'a>),
    /// Repairs.
    Repair(repair: repair::RepairEvent<'a>),
    /// What people did by hand.
    Intervention(intervention: intervention::InterventionEvent),
    /// The host as a whole.
    Host(host: host::HostEvent),
    /// The watched filesystems.
    Disk(disk: disk::DiskEvent<'a>),
    /// Backups.
    Backup(backup: backup::BackupEvent<'a>),
    /// Drills.
    Drill(drill: drill::DrillEvent<'a>),
    /// Reports.
    Report(report: report::ReportEvent<'a>),
    /// Snapshots.
    Snapshot(snapshot: snapshot::SnapshotEvent<'a>),
    /// Alerts.
    Alert(alert: alert::AlertEvent<'a>),
    /// Notifications.
    Notify(notify: notify::NotifyEvent<'a>),
    /// Reconciles.
    Reconcile(reconcile: reconcile::ReconcileEvent<'a>),
    /// The queue.
    Queue(queue: queue::QueueEvent<'a>),
    /// The probes of containers.
    Probe(probe: probe::ProbeEvent<'a>),
    /// The engine.
    Podman(podman: podman::PodmanEvent<'a>),
}

impl Telemetry {
    /// All metrics as text.
    pub fn render(&self, format: Format) -> String {
        text::render(&self.catalogue, format)
    }

    /// The document that lists all metrics: `METRICS.md`.
    pub fn document(&self) -> String {
        document::of(&self.catalogue)
    }
}

impl Default for Telemetry {
    fn default() -> Self {
        Self::new()
    }
}

/// What every log line is filtered and found by.
pub(crate) const TARGET: &str = "podsteward";

/// Whole milliseconds, as logs show a duration.
pub(crate) fn ms(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// A count as a gauge's value.
pub(crate) fn gauge(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// A score as a gauge's value.
pub(crate) fn share(score: Score) -> f64 {
    f64::from(score.basis_points()) / f64::from(ONE)
}
