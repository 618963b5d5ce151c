//! One finding in the course of its life.
//!
//! Owns its shape.

use podsteward_domain::finding::{FindingKind, Severity};
use podsteward_domain::time::Moment;
use podsteward_specs::key::Key;
use podsteward_store::Incident;
use serde::Serialize;

use super::age_secs;

/// One finding.
#[derive(Debug, Serialize)]
pub struct Finding {
    /// What kind of fact.
    pub finding: FindingKind,
    /// About which object.
    pub target: Key,
    /// How bad.
    pub severity: Severity,
    /// The latest sentence.
    pub message: String,
    /// When it was first found.
    pub opened: String,
    /// When it was over.
    pub closed: Option<String>,
    /// How long ago it was first found.
    pub age_seconds: u64,
}

impl Finding {
    /// A finding at a time.
    pub fn new(incident: Incident, now: Moment) -> Self {
        Self {
            finding: incident.kind,
            target: incident.target,
            severity: incident.severity,
            message: incident.message,
            age_seconds: age_secs(now, incident.opened),
            opened: incident.opened.to_rfc3339(),
            closed: incident.closed.map(Moment::to_rfc3339),
        }
    }
}
