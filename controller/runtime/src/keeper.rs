//! The store, as tasks use it.
//!
//! Owns where a write runs: what must be on disk before it counts waits for the disk on a thread of its own, so
//! that a slow disk never holds up healing; everything else is quick and runs in place. Never decides what is
//! written.

use podsteward_store::{Result, Store};

/// The store, as tasks use it. Cheap to clone.
#[derive(Clone)]
pub struct Keeper {
    store: Store,
    inline: bool,
}

impl Keeper {
    /// A keeper of `store`. `inline`: everything runs in place, for runs that must be repeatable.
    pub fn new(store: Store, inline: bool) -> Self {
        Self { store, inline }
    }

    /// The store itself, for what is quick.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Does what must wait for the disk.
    pub async fn durably<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Store) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        if self.inline {
            return work(&self.store);
        }
        let store = self.store.clone();
        match tokio::task::spawn_blocking(move || work(&store)).await {
            Ok(result) => result,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }
}

impl std::fmt::Debug for Keeper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keeper").field("inline", &self.inline).finish_non_exhaustive()
    }
}
