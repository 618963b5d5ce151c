//! The closed catalogue of events: the sole emitter of logs and metrics.
//!
//! Owns every log line and every metric of podsteward: one file a noun, which holds that noun's events, what each
//! logs, what each counts, and the metrics themselves. Never decides, never reads a clock: durations come in with the
//! events. Called by the runtime through [`Telemetry::emit`]; `/metrics` is [`Telemetry::render`].
//!
//! A new event is a variant in the file of its noun; the compiler asks for its log line and its count.

mod chain;
mod document;
mod family;
pub mod label;
pub mod logging;
mod registry;
mod samples;
mod telemetry;
mod text;

pub mod action;
pub mod alert;
pub mod approval;
pub mod backup;
pub mod breaker;
pub mod controller;
pub mod decision;
pub mod disk;
pub mod drill;
pub mod host;
pub mod intervention;
pub mod learn;
pub mod manifest;
pub mod notify;
pub mod object;
pub mod podman;
pub mod probe;
pub mod queue;
pub mod reconcile;
pub mod repair;
pub mod report;
pub mod snapshot;

pub use action::ActionEvent;
pub use alert::AlertEvent;
pub use approval::ApprovalEvent;
pub use backup::BackupEvent;
pub use breaker::BreakerEvent;
pub use chain::chain;
pub use controller::ControllerEvent;
pub use decision::DecisionEvent;
pub use disk::DiskEvent;
pub use drill::DrillEvent;
pub use host::HostEvent;
pub use intervention::InterventionEvent;
pub use learn::LearnEvent;
pub use manifest::ManifestEvent;
pub use notify::NotifyEvent;
pub use object::ObjectEvent;
pub use podman::PodmanEvent;
pub use probe::ProbeEvent;
pub use queue::QueueEvent;
pub use reconcile::ReconcileEvent;
pub use repair::RepairEvent;
pub use report::ReportEvent;
pub use snapshot::SnapshotEvent;
pub use telemetry::{Event, Telemetry};
pub use text::Format;

#[cfg(test)]
mod story;
