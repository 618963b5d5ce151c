//! Whether podsteward may act, whether it runs, and how the host does, on one page.
//!
//! Owns the shape of `status` and how it is filled from the store.

use std::collections::BTreeMap;
use std::path::Path;

use podsteward_domain::intent::Outcome;
use podsteward_domain::status::{ObjectState, ObjectStatus};
use podsteward_domain::switch;
use podsteward_domain::time::{Moment, rfc3339};
use podsteward_store::{ControllerLock, DecisionFilter, LoggedDecision, Result, Store};
use serde::Serialize;

use super::{Finding, Intent, Switch, wall_age_secs};

/// The name under which the controller keeps the wall clock time, in milliseconds since 1970, of its last complete
/// look at the host.
pub const LAST_CHECK: &str = "last_check_ms";

/// Statistics are about the last day.
const WINDOW_SECS: u32 = 86_400;

/// The page.
#[derive(Debug, Serialize)]
pub struct Status {
    /// Whether podsteward may act.
    pub switch: Switch,
    /// Whether it runs.
    pub controller: Controller,
    /// Where it keeps what it knows.
    pub store: StoreState,
    /// The objects, counted.
    pub objects: Counts,
    /// The open findings, the worst first.
    pub findings: Vec<Finding>,
    /// Plans in progress.
    pub intents: Vec<Intent>,
    /// What was done in the last day.
    pub statistics: Statistics,
}

/// Whether the controller runs.
#[derive(Debug, Serialize)]
pub struct Controller {
    /// Whether it does.
    pub running: bool,
    /// Its process.
    pub pid: Option<u32>,
    /// When it last had a complete look at the host.
    pub last_check: Option<String>,
    /// How long ago that was.
    pub last_check_age_seconds: Option<u64>,
}

/// Where the store is, and what is wrong with it.
#[derive(Debug, Serialize)]
pub struct StoreState {
    /// The state directory.
    pub path: String,
    /// Why it cannot be used, or what it forgot; null while all is well.
    pub problem: Option<String>,
}

/// The objects, counted.
#[derive(Debug, Default, Serialize)]
pub struct Counts {
    /// All of them.
    pub total: usize,
    /// By state.
    pub by_state: BTreeMap<ObjectState, usize>,
}

/// What was done in the last day.
#[derive(Debug, Serialize)]
pub struct Statistics {
    /// How long a day is.
    pub window_seconds: u32,
    /// Restarts of all containers, since each was first applied.
    pub restarts: u64,
    /// Decisions carried out and verified.
    pub done: usize,
    /// Decisions that a gate holds or held back.
    pub withheld: usize,
    /// Decisions carried out that failed.
    pub failed: usize,
    /// Done of done and failed; null without any: zero attempts are no data.
    pub success_rate: Option<f64>,
}

impl Status {
    /// The page of a store that can be read.
    pub fn read(store: &Store, now: Moment) -> Result<Self> {
        let dir = store.dir();
        let statuses = store.statuses()?;
        let since_ms = now.wall_ms - i64::from(WINDOW_SECS) * 1000;
        let decisions =
            store.decisions(&DecisionFilter { since_ms: Some(since_ms), ..DecisionFilter::default() })?;
        let last_check = store.meta(LAST_CHECK)?.and_then(|text| text.parse().ok());
        let off = store.remediation_off()?.map(|reason| format!("remediation is off: {reason}"));
        let mut findings: Vec<_> =
            store.open_incidents()?.into_iter().map(|incident| Finding::new(incident, now)).collect();
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        Ok(Self {
            controller: Controller::new(dir, last_check, now),
            objects: Counts::new(&statuses),
            findings,
            intents: store.open_intents()?.iter().map(|intent| Intent::new(intent, now)).collect(),
            statistics: Statistics::new(&statuses, &decisions),
            ..Self::without_store(dir, &store.switch()?, off, now)
        })
    }

    /// The page of a store that is not there, or cannot be read for the reason given.
    pub fn without_store(dir: &Path, switch: &switch::Switch, problem: Option<String>, now: Moment) -> Self {
        Self {
            switch: Switch::new(switch, now),
            controller: Controller::new(dir, None, now),
            store: StoreState { path: dir.display().to_string(), problem },
            objects: Counts::default(),
            findings: Vec::new(),
            intents: Vec::new(),
            statistics: Statistics::new(&[], &[]),
        }
    }
}

impl Controller {
    fn new(dir: &Path, last_check_ms: Option<i64>, now: Moment) -> Self {
        let holder = ControllerLock::holder(dir);
        Self {
            running: holder.is_some(),
            pid: holder.and_then(|holder| holder.pid),
            last_check: last_check_ms.map(rfc3339),
            last_check_age_seconds: last_check_ms.map(|then| wall_age_secs(now, then)),
        }
    }
}

impl Counts {
    fn new(statuses: &[ObjectStatus]) -> Self {
        let mut by_state = BTreeMap::new();
        for status in statuses {
            *by_state.entry(status.state).or_default() += 1;
        }
        Self { total: statuses.len(), by_state }
    }
}

impl Statistics {
    fn new(statuses: &[ObjectStatus], decisions: &[LoggedDecision]) -> Self {
        let count = |outcomes: &[Outcome]| {
            decisions
                .iter()
                .filter(|logged| logged.outcome.is_some_and(|outcome| outcomes.contains(&outcome)))
                .count()
        };
        let done = count(&[Outcome::Success, Outcome::Warning]);
        let failed = count(&[Outcome::Failure, Outcome::RolledBack]);
        Self {
            window_seconds: WINDOW_SECS,
            restarts: statuses.iter().map(|status| status.restarts).sum(),
            done,
            withheld: decisions.iter().filter(|logged| logged.withheld_by.is_some()).count(),
            failed,
            success_rate: share(done, done + failed),
        }
    }
}

/// A share, or nothing of nothing.
fn share(part: usize, whole: usize) -> Option<f64> {
    let number = |count: usize| u32::try_from(count).map_or(f64::from(u32::MAX), f64::from);
    (whole > 0).then(|| number(part) / number(whole))
}
