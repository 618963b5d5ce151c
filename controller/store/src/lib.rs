//! The only place that knows `SQLite`: documents, memory, status, events, incidents, decisions, approvals, intents,
//! tracks, the outbox, the switch, alerts, the histories of filesystems, uses of images, snapshots.
//!
//! Owns the file `podsteward.db` in the state directory, its schema, its transactions and its reserve. Never decides anything:
//! what is written was decided by the domain, also inside [`Store::admit`]. Called by the runtime (inline or on
//! the blocking pool: every call is synchronous and short) and by the CLI, beside a running controller or without.
//!
//! One file a noun; all SQL about a noun stands in its file.

mod admit;
mod alerts;
mod approvals;
mod backups;
mod close;
mod decisions;
mod deliveries;
mod documents;
mod drills;
mod error;
mod events;
mod file;
#[cfg(test)]
mod fixtures;
mod forced;
mod forecasts;
mod history;
mod hook;
mod image_uses;
mod incidents;
mod intents;
mod journal;
mod leases;
mod lock;
pub mod marker;
mod memory;
mod meta;
mod open;
mod outbox;
mod playbook_requests;
mod probes;
mod reclaims;
mod remediation;
mod reports;
mod reserve;
mod restore_requests;
mod retention;
mod row;
mod samples;
mod schema;
mod snapshots;
mod spans;
mod standing;
mod status;
mod store;
mod switch;
mod tombstones;
mod tracks;
mod vanished;

pub use admit::Admitted;
pub use alerts::{Kept, Received};
pub use approvals::Answered;
pub use close::Closing;
pub use decisions::{DecisionCount, DecisionFilter, DecisionId, LoggedDecision, LoggedOutcome};
pub use deliveries::{Attempt, Belief, Delivery, Dropped};
pub use documents::LastGood;
pub use drills::DrillId;
pub use error::{Error, Result};
pub use events::{Event, EventType, NewEvent};
pub use forecasts::ForecastId;
pub use hook::WriteHook;
pub use incidents::{Fate, Found, Incident, IncidentChanges, IncidentId};
pub use lock::{ControllerLock, Holder};
pub use outbox::{OutboxEntry, OutboxId};
pub use reserve::Reserve;
pub use restore_requests::RestoreRequest;
pub use samples::StoredSample;
pub use snapshots::{SnapshotFilter, StoredSnapshot};
pub use store::{Access, Durability, Opening, Store};
pub use tombstones::Tombstone;
pub use vanished::Vanished;
