//! The life of findings: what opened, what is kept, what closed.
//!
//! Owns the table `incidents`; an incident's identity is its object and the kind of finding. Never judges whether
//! a finding is over: what is unknown is still among the findings that come in.

use podsteward_domain::finding::{Finding, FindingKind, Severity};
use podsteward_domain::time::Moment;
use podsteward_specs::key::Key;
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::store::Store;

/// An incident's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct IncidentId(pub i64);

/// A finding's life.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Incident {
    /// Its number.
    pub id: IncidentId,
    /// The object.
    pub target: Key,
    /// The kind of finding.
    pub kind: FindingKind,
    /// How bad.
    pub severity: Severity,
    /// The latest sentence.
    pub message: String,
    /// When it was opened.
    pub opened: Moment,
    /// When it was closed.
    pub closed: Option<Moment>,
}

/// What became of an object's incidents.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IncidentChanges {
    /// Opened now.
    pub opened: Vec<Incident>,
    /// Closed now.
    pub closed: Vec<Incident>,
}

impl Store {
    /// Makes the open incidents of an object those of its findings: opens what is new, keeps what is there (with
    /// the latest sentence), closes the rest. Writes nothing if nothing changed.
    pub fn sync_incidents(&self, key: &Key, findings: &[Finding], now: Moment) -> Result<IncidentChanges> {
        let _ = (key, findings, now);
        todo!()
    }

    /// All open incidents, oldest first.
    pub fn open_incidents(&self) -> Result<Vec<Incident>> {
        todo!()
    }

    /// The incidents of an object, open and closed, the latest first.
    pub fn incidents(&self, key: &Key, limit: u32) -> Result<Vec<Incident>> {
        let _ = (key, limit);
        todo!()
    }
}
