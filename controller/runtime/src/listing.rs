//! What is shown to people and programs: the JSON keys that readers of `-o json` and of `/api/v1` rely on.
//!
//! Owns every shape that more than one reader gets, and how it is filled from the store. Never a table or a colour:
//! those belong to the command line. Moments become RFC 3339 texts and ages become seconds here, so that no reader
//! has to know what a boot is. Called by the HTTP server and by the commands.

mod approval;
mod assessment;
mod background;
mod decision;
mod drill;
mod finding;
mod forecast;
mod gate;
mod intent;
mod ladder;
mod numbers;
mod object;
mod record;
mod report;
mod snapshot;
mod status;
mod switch;
pub mod wanted;

use podsteward_domain::time::Moment;

pub use approval::{Approval, Approvals};
pub use assessment::{Assessment, Observation, Recommendation};
pub use background::Background;
pub use decision::{Decision, Decisions, Verification};
pub use drill::Drill;
pub use finding::Finding;
pub use forecast::{DiskForecast, Forecasts};
pub use gate::Gate;
pub use intent::Intent;
pub use ladder::{Ladder, Tried};
pub use numbers::{Numbers, counted};
pub use object::{Condition, Object, Objects};
pub use record::{Breaker, Budget, Record, basis};
pub use report::report;
pub use snapshot::{Snapshot, Snapshots};
pub use status::{
    Controller, Counts, LAST_CHECK, Notifications, QUEUE, Queue, Statistics, Status, StoreState,
};
pub use switch::{ObjectPause, Pause, Switch};

fn age_secs(now: Moment, then: Moment) -> u64 {
    now.since(then).as_secs()
}

/// Whole seconds between a wall clock time and now; zero if it is in the future.
fn wall_age_secs(now: Moment, then_ms: i64) -> u64 {
    u64::try_from(now.wall_ms.saturating_sub(then_ms)).unwrap_or(0) / 1000
}
