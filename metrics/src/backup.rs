//! Backups: how fresh each is, and when it was last made and proven.
//!
//! Owns what they log and count. Never judges one: the domain does. Emitted by the runtime's source of backups.

use podsteward_domain::backup::{BackupFacts, ProofOf, Told, Word};
use podsteward_specs::key::Key;

use crate::registry::Catalogue;
use crate::samples::Samples;
use crate::telemetry::TARGET;

/// What happens to backups.
#[derive(Debug)]
pub enum BackupEvent<'a> {
    /// A proof was looked at.
    Looked {
        /// Of which one.
        key: &'a Key,
        /// Which proof.
        of: ProofOf,
        /// What it says.
        told: &'a Told,
    },
    /// What is known of one.
    Sampled {
        /// Which one.
        key: &'a Key,
        /// The word on it.
        word: &'a Word,
        /// The last looks.
        facts: &'a BackupFacts,
    },
    /// It is not declared any more.
    Forgotten {
        /// Which one.
        key: &'a Key,
    },
}

impl BackupEvent<'_> {
    pub(crate) fn log(&self) {
        match self {
            // What follows from it is a finding, which is told as such.
            Self::Looked { key, of, told } => {
                let (proof, says) = (of.as_str(), told.as_str());
                tracing::debug!(target: TARGET, object = %key, proof, says, detail = told.detail(), "proof looked at");
            }
            Self::Sampled { .. } => {}
            Self::Forgotten { key } => {
                tracing::debug!(target: TARGET, object = %key, "backup not checked any more");
            }
        }
    }
}

/// The metrics of backups.
#[derive(Debug)]
pub(crate) struct Metrics {
    last_success: Samples<1, f64>,
    restore_proof: Samples<1, f64>,
    fresh: Samples<1, i64>,
}

impl Metrics {
    pub(crate) fn register(catalogue: &mut Catalogue) -> Self {
        let of = ["object"];
        Self {
            last_success: catalogue.samples_seconds(
                "backup_last_success_timestamp",
                of,
                "When the last backup was made that is known of, since 1970; absent while none is",
            ),
            restore_proof: catalogue.samples_seconds(
                "backup_restore_proof_timestamp",
                of,
                "When a restore was last proven, since 1970; absent while none was",
            ),
            fresh: catalogue.samples(
                "backup_fresh",
                of,
                "1 while the backup is fresh, 0 while it is stale, missing or failed; absent while not known",
            ),
        }
    }

    pub(crate) fn count(&self, event: &BackupEvent<'_>) {
        match event {
            BackupEvent::Looked { .. } => {}
            BackupEvent::Sampled { key, word, facts } => {
                self.last_success.set([&key.to_string()], last(facts, ProofOf::Backup));
                self.restore_proof.set([&key.to_string()], last(facts, ProofOf::Restore));
                let fresh = (!word.is_unknown()).then(|| i64::from(word.is_fresh()));
                self.fresh.set([&key.to_string()], fresh);
            }
            BackupEvent::Forgotten { key } => {
                self.last_success.set([&key.to_string()], None);
                self.restore_proof.set([&key.to_string()], None);
                self.fresh.set([&key.to_string()], None);
            }
        }
    }
}

fn last(facts: &BackupFacts, of: ProofOf) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "a gauge is a float")]
    let seconds = |ms: i64| ms as f64 / 1000.0;
    facts.look(of).and_then(|look| look.last_ms).map(seconds)
}
