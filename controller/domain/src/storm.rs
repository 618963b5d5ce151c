//! When so much goes wrong at once that the containers are not the cause.
//!
//! Owns that judgement. Never holds anything back: the gate `storm` does.

use std::collections::BTreeSet;
use std::time::Duration;

use podsteward_specs::key::{Key, Kind};
use podsteward_specs::policy::Storm as Policy;

use crate::finding::FindingKind;
use crate::time::Moment;

/// A finding that was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// What kind.
    pub kind: FindingKind,
    /// About which object.
    pub key: Key,
    /// When.
    pub at: Moment,
}

/// How many containers went bad, of how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Storm {
    /// So many.
    pub bad: usize,
    /// Of so many.
    pub all: usize,
}

/// Whether a kind of finding counts.
pub fn counts(kind: FindingKind) -> bool {
    matches!(
        kind,
        FindingKind::Unhealthy
            | FindingKind::NeverHealthy
            | FindingKind::NotReady
            | FindingKind::LivenessFailed
            | FindingKind::Drift
    )
}

/// Whether what was opened lately makes a storm among so many containers. What was opened within the grace after
/// `ready` does not count: a host that was just looked at for the first time shows everything at once.
pub fn judge(
    opened: &[Opened],
    containers: usize,
    ready: Moment,
    now: Moment,
    policy: &Policy,
) -> Option<Storm> {
    let calm = |at: Moment| at.boot_id != ready.boot_id || at.since(ready) < policy.grace;
    let counts = |it: &&Opened| it.key.kind == Kind::Container && counts(it.kind);
    let lately = opened.iter().filter(counts).filter(|it| now.since(it.at) <= policy.within && !calm(it.at));
    let bad = lately.map(|it| &it.key).collect::<BTreeSet<_>>().len();
    let number = |bound: u32| usize::try_from(bound).unwrap_or(usize::MAX);
    let many = bad.saturating_mul(100) > number(policy.percent).saturating_mul(containers);
    (many && bad >= number(policy.containers)).then_some(Storm { bad, all: containers })
}

/// How long a storm that was seen at `since` still holds; `None`: it is over.
pub fn holds_until(since: Moment, now: Moment, policy: &Policy) -> Option<Moment> {
    let hold: Duration = policy.hold;
    now.end_of(since, hold)
}
