//! The proofs of backups, as the controller looks at them.
//!
//! Owns the seam: what is asked and what is answered, so that the whole controller runs against backups that tests make up.
//! Decides nothing. The real one is [`crate::real::backups`].

use async_trait::async_trait;
use podsteward_domain::backup::evidence::Evidence;
use podsteward_specs::backup::Proof;

/// What may prove that a backup was made.
#[async_trait]
pub trait Backups: Send + Sync {
    /// Looks at a proof, within a time of its own. What cannot be seen is said so.
    async fn look(&self, proof: &Proof) -> Evidence;
}
