//! Findings about a backup: whether it is there, how old it is, and whether it can be restored.
//!
//! What is not known opens none of them but `source_unknown`. What is not expected now is told as worth knowing only.

use crate::backup::{ProofOf, Word};
use crate::detect::object::finding;
use crate::finding::{Finding, FindingKind, Severity};
use crate::view::View;

/// What must be known of it is not. Nothing is broken because of that: the backup may be there.
pub(super) fn unknown(view: &View<'_>) -> Option<Finding> {
    let unknown = |of: ProofOf| match word(view, of)? {
        Word::Unknown(why) if of == ProofOf::Backup => Some(format!("the backup is not known: {why}")),
        Word::Unknown(why) => Some(format!("whether the backup can be restored is not known: {why}")),
        _ => None,
    };
    let message = ProofOf::ALL.into_iter().find_map(unknown)?;
    told(view, FindingKind::SourceUnknown, message)
}

/// A backup that should be there is not.
pub(super) fn backup_missing(view: &View<'_>) -> Option<Finding> {
    let Word::Missing(why) = word(view, ProofOf::Backup)? else { return None };
    told(view, FindingKind::BackupMissing, format!("there is no backup: {why}"))
}

/// The last backup is too old.
pub(super) fn backup_stale(view: &View<'_>) -> Option<Finding> {
    let Word::Stale(when) = word(view, ProofOf::Backup)? else { return None };
    told(view, FindingKind::BackupStale, format!("the last backup was made {when}"))
}

/// The last attempt failed.
pub(super) fn backup_failed(view: &View<'_>) -> Option<Finding> {
    let Word::Failed(how) = word(view, ProofOf::Backup)? else { return None };
    told(view, FindingKind::BackupFailed, format!("the backup failed: {how}"))
}

/// Nothing proves lately enough that it can be restored.
pub(super) fn backup_unproven(view: &View<'_>) -> Option<Finding> {
    let message = match word(view, ProofOf::Restore)? {
        Word::Missing(why) => format!("no restore was ever proven: {why}"),
        Word::Stale(when) => format!("a restore was last proven {when}"),
        Word::Failed(how) => format!("the proof of a restore failed: {how}"),
        Word::NotYet | Word::Unknown(_) | Word::Fresh(_) => return None,
    };
    told(view, FindingKind::BackupUnproven, message)
}

fn word(view: &View<'_>, of: ProofOf) -> Option<Word> {
    view.backup.and_then(|backup| backup.word(of, view.world.now))
}

fn told(view: &View<'_>, kind: FindingKind, message: String) -> Option<Finding> {
    if view.backup?.check.expected {
        return Some(Finding { severity: Severity::Warning, ..finding(view, kind, message) });
    }
    let message = format!("{message}; none is expected now");
    Some(Finding { severity: Severity::Info, ..finding(view, kind, message) })
}
