//! What is shown of a backup: its state, its sentence, its conditions.
//!
//! Owns their words. Never judges a proof: [`crate::backup::Word`] does.

use super::Conditions;
use crate::backup::{ProofOf, Word};
use crate::status::{ConditionStatus, ConditionType, ObjectState};
use crate::view::{BackupView, View};

/// The state, where the word on a proof decides it.
pub(super) fn state(view: &View<'_>, backup: &BackupView<'_>) -> Option<ObjectState> {
    let words = ProofOf::ALL.into_iter().filter_map(|of| backup.word(of, view.world.now));
    let words: Vec<Word> = words.collect();
    if words.iter().any(Word::is_unknown) {
        return Some(ObjectState::Unknown);
    }
    (backup.check.expected && !words.iter().all(Word::is_fresh)).then_some(ObjectState::Warning)
}

/// What is said of one that nothing is wrong with.
pub(super) fn well(view: &View<'_>, backup: &BackupView<'_>) -> String {
    let word = backup.word(ProofOf::Backup, view.world.now);
    word.map(|word| format!("{}: {}", word.as_str(), word.detail())).unwrap_or_default()
}

/// One condition a proof that is declared.
pub(super) fn conditions(conditions: &mut Conditions<'_, '_>, backup: &BackupView<'_>) {
    let kinds = [(ProofOf::Backup, ConditionType::Fresh), (ProofOf::Restore, ConditionType::Restorable)];
    for (of, kind) in kinds {
        let Some(word) = backup.word(of, conditions.view.world.now) else { continue };
        let (status, reason) = match &word {
            Word::NotYet => (ConditionStatus::Unknown, "NotYet"),
            Word::Unknown(_) => (ConditionStatus::Unknown, "NotKnown"),
            Word::Fresh(_) => (ConditionStatus::True, "Proven"),
            Word::Stale(_) => (ConditionStatus::False, "Stale"),
            Word::Missing(_) => (ConditionStatus::False, "Missing"),
            Word::Failed(_) => (ConditionStatus::False, "Failed"),
        };
        conditions.add(kind, status, reason, word.detail());
    }
}
