//! Places for the connections of one listener: those that have not asked yet, apart from those that are being answered.
//!
//! Owns how many of each there are, and who has to go. Never reads or writes: the connection does. Whoever only connects, and
//! asks nothing, can take places from none but their like.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

/// Connections at once that have not sent a whole head, or wait to be answered.
const WAITING_MAX: usize = 64;
/// Connections at once that are being answered.
const ANSWERED_MAX: usize = 64;

/// The places of one listener.
pub(super) struct Seats {
    /// Who waits, the oldest first, with what ends the connection.
    waiting: Mutex<BTreeMap<u64, CancellationToken>>,
    answered: Arc<Semaphore>,
}

/// The place of one connection, for as long as that lasts.
pub(super) struct Seat {
    seats: Arc<Seats>,
    number: u64,
    taken: CancellationToken,
    /// Held until the connection ends: an answer that nobody reads is one of those that are being answered.
    answered: OnceLock<OwnedSemaphorePermit>,
}

impl Seats {
    /// All free.
    pub(super) fn new() -> Arc<Self> {
        let answered = Arc::new(Semaphore::new(ANSWERED_MAX));
        Arc::new(Self { waiting: Mutex::default(), answered })
    }

    /// A place for a new connection, of a number above all before it. If there is none, the one that waits longest has to go:
    /// whoever means to ask has done so long since.
    pub(super) fn take(self: &Arc<Self>, number: u64) -> Arc<Seat> {
        let taken = CancellationToken::new();
        let mut waiting = self.waiting();
        waiting.insert(number, taken.clone());
        let oldest = if waiting.len() > WAITING_MAX { waiting.pop_first() } else { None };
        drop(waiting);
        if let Some((_, oldest)) = oldest {
            oldest.cancel();
        }
        Arc::new(Seat { seats: Arc::clone(self), number, taken, answered: OnceLock::new() })
    }

    fn waiting(&self) -> MutexGuard<'_, BTreeMap<u64, CancellationToken>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seat {
    /// Waits until its request may be answered. From then on nobody takes its place.
    pub(super) async fn be_answered(&self) {
        if let Ok(permit) = Arc::clone(&self.seats.answered).acquire_owned().await {
            // A connection asks once.
            let _ = self.answered.set(permit);
            self.seats.waiting().remove(&self.number);
        }
    }

    /// Whether its request is being answered.
    pub(super) fn is_answered(&self) -> bool {
        self.answered.get().is_some()
    }

    /// Waits until another connection took its place.
    pub(super) async fn taken(&self) {
        self.taken.cancelled().await;
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.seats.waiting().remove(&self.number);
    }
}
