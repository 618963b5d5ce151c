//! What is told of how a plan ended, in words of its own.
//!
//! Owns these words. Never closes anything.

use podsteward_domain::intent::Outcome;
use podsteward_domain::plan::Shape;
use podsteward_domain::verify::report::{Check, Report, Status};
use podsteward_metrics::label::VerificationStatus;

/// The label of a verification.
pub(super) fn label(status: Status) -> VerificationStatus {
    match status {
        Status::Verified => VerificationStatus::Verified,
        Status::Warning => VerificationStatus::Warning,
        Status::Failed => VerificationStatus::Failed,
        Status::Inconclusive => VerificationStatus::Inconclusive,
    }
}

/// What is told of a plan whose last section was interrupted: that section follows on a good verification only.
pub(super) fn verified_before() -> Report {
    let statement = "it was verified before the last section was interrupted".to_owned();
    let checks = vec![Check { statement, status: Status::Verified }];
    Report { status: Status::Verified, checks, detail: String::new() }
}

/// One word for `describe`.
pub(super) fn event_reason(shape: &Shape, outcome: Outcome) -> &'static str {
    match (outcome, shape) {
        (Outcome::Failure, _) => "Failed",
        (Outcome::RolledBack, _) => "RolledBack",
        (Outcome::Inconclusive, _) => "Interrupted",
        (Outcome::Withheld, _) => "Withheld",
        (_, Shape::Create) => "Created",
        (_, Shape::Recreate { .. }) => "Recreated",
        (_, Shape::Start) => "Started",
        (_, Shape::Restart) => "Restarted",
        (_, Shape::Stop) => "Stopped",
        (_, Shape::Signal) => "Signalled",
        (_, Shape::Change) => "Changed",
        (_, Shape::Remove) => "Removed",
        (_, Shape::Clean { .. }) => "Cleaned",
        (_, Shape::Restore { .. }) => "DataRestored",
        (_, Shape::Playbook(_)) => "PlaybookDone",
        (_, Shape::Note) => "Noted",
    }
}
