//! Whether podsteward may act, whether it runs, and how the host does, on one page.
//!
//! Owns the shape of `status` and how it is filled from the store.

use std::collections::BTreeMap;
use std::path::Path;

use podsteward_domain::alert::say;
use podsteward_domain::approval::{Approval, ApprovalState};
use podsteward_domain::health;
use podsteward_domain::report::ChannelDelivery;
use podsteward_domain::score::Score;
use podsteward_domain::status::{ObjectState, ObjectStatus};
use podsteward_domain::switch;
use podsteward_domain::time::{Moment, rfc3339};
use podsteward_store::{ControllerLock, Incident, Result, Store};
use serde::{Deserialize, Serialize};

use super::{Background, Breaker, Budget, Condition, Drill, Finding, Intent, Numbers, Switch, wall_age_secs};
use crate::outbox::Standing;

/// The name under which the controller keeps the wall clock time, in milliseconds since 1970, of its last complete
/// look at the host.
pub const LAST_CHECK: &str = "last_check_ms";

/// The name under which the controller keeps how much work waited at that look.
pub const QUEUE: &str = "queue";

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
    /// How much work waited at the last look; null while no controller runs.
    pub queue: Option<Queue>,
    /// How the host does, from 0 to 100; null before the first complete read.
    pub health_score: Option<u32>,
    /// The objects, counted.
    pub objects: Counts,
    /// Conditions of the host: whether the way from the monitoring is proven.
    pub conditions: Vec<Condition>,
    /// The open findings, the worst first.
    pub findings: Vec<Finding>,
    /// Plans in progress.
    pub intents: Vec<Intent>,
    /// What rests because it failed too often.
    pub breakers: Vec<Breaker>,
    /// Restarts spent within the hour.
    pub budgets: Vec<Budget>,
    /// How many questions wait for a person.
    pub approvals_waiting: usize,
    /// What was told, and did not arrive yet.
    pub notifications: Notifications,
    /// What was done in the last day.
    pub statistics: Statistics,
    /// The last drill that ended; null: none ever did.
    pub last_drill: Option<Drill>,
}

/// What was told, and did not arrive yet.
#[derive(Debug, Default, Serialize)]
pub struct Notifications {
    /// How many channels are declared.
    pub channels: usize,
    /// How many notifications are due and did not arrive: each counts once for every channel that lacks it.
    pub undelivered: u64,
    /// How many wait for the end of quiet hours, or to be told again.
    pub waiting: u64,
    /// Why one of them did not, with the name of the channel.
    pub last_error: Option<String>,
    /// The channels that lack something.
    pub lacking: Vec<ChannelDelivery>,
}

/// How much work waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Queue {
    /// Objects that wait for a look.
    pub pending: usize,
    /// Objects that are being looked at.
    pub running: usize,
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
    pub done: u64,
    /// Decisions that a gate holds or held back.
    pub withheld: u64,
    /// Decisions carried out that failed.
    pub failed: u64,
    /// Done of done and failed; null without any: zero attempts are no data.
    pub success_rate: Option<Score>,
}

impl Status {
    /// The page of a store that can be read.
    pub fn read(store: &Store, now: Moment) -> Result<Self> {
        let dir = store.dir();
        // The canary of a drill is none of the host's objects, and what happens to it is nobody's trouble.
        let statuses: Vec<_> = store.statuses()?.into_iter().filter(|it| !it.key.is_canary()).collect();
        let mut background = Background::read(store)?;
        background.incidents.retain(|incident| !incident.target.is_canary());
        let since_ms = now.wall_ms - i64::from(WINDOW_SECS) * 1000;
        let numbers = Numbers::of(&store.decision_counts(Some(since_ms))?);
        let last_check: Option<i64> = store.meta(LAST_CHECK)?.and_then(|text| text.parse().ok());
        let wrong = background.incidents.iter().map(Incident::wrong);
        let health_score = last_check.map(|_| health::score(wrong));
        let off = store.remediation_off()?.map(|reason| format!("remediation is off: {reason}"));
        let tracks: Vec<_> = store.tracks()?.into_iter().filter(|(key, ..)| !key.is_canary()).collect();
        let waits = |approval: &&Approval| approval.state == ApprovalState::Pending;
        let controller = Controller::new(dir, last_check, now);
        let queue = store.meta(QUEUE)?.and_then(|text| serde_json::from_str(&text).ok());
        Ok(Self {
            queue: queue.filter(|_| controller.running),
            controller,
            health_score,
            objects: Counts::new(&statuses),
            intents: store.open_intents()?.iter().map(|intent| Intent::new(intent, now)).collect(),
            breakers: Breaker::all(&tracks, &store.overall()?, &background.policy, now),
            budgets: Budget::all(&tracks, &background, now),
            approvals_waiting: background.waiting(now).filter(waits).count(),
            conditions: vec![say::path_condition(store.alert_path_proven()?, now).into()],
            notifications: Notifications::read(store, &background, now)?,
            statistics: Statistics::new(&statuses, &numbers),
            last_drill: store.last_drill()?.as_ref().map(Drill::new),
            findings: findings(background, now),
            ..Self::without_store(dir, &store.switch()?, off, now)
        })
    }

    /// The page of a store that is not there, or cannot be read for the reason given.
    pub fn without_store(dir: &Path, switch: &switch::Switch, problem: Option<String>, now: Moment) -> Self {
        Self {
            switch: Switch::new(switch, now),
            controller: Controller::new(dir, None, now),
            store: StoreState { path: dir.display().to_string(), problem },
            queue: None,
            health_score: None,
            objects: Counts::default(),
            conditions: Vec::new(),
            findings: Vec::new(),
            intents: Vec::new(),
            breakers: Vec::new(),
            budgets: Vec::new(),
            approvals_waiting: 0,
            notifications: Notifications::default(),
            statistics: Statistics::new(&[], &Numbers::of(&[])),
            last_drill: None,
        }
    }
}

fn findings(background: Background, now: Moment) -> Vec<Finding> {
    let open = background.incidents.into_iter();
    let mut findings: Vec<_> = open.map(|incident| Finding::new(incident, now)).collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    findings
}

impl Notifications {
    /// How the deliveries stand by what a store holds.
    pub fn read(store: &Store, background: &Background, now: Moment) -> Result<Self> {
        let quiet_hours = background.policy.quiet_hours.as_ref();
        let standing = Standing::read(store, &background.documents, quiet_hours, now)?;
        let (channels, undelivered, waiting) =
            (standing.channels.len(), standing.undelivered(), standing.waiting());
        let lacks = |channel: &ChannelDelivery| channel.undelivered + channel.waiting > 0;
        let lacking: Vec<_> = standing.channels.into_iter().filter(lacks).collect();
        let last_error = lacking.iter().rev().find_map(|channel| channel.last_error.clone());
        Ok(Self { channels, undelivered, waiting, last_error, lacking })
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
    fn new(statuses: &[ObjectStatus], numbers: &Numbers) -> Self {
        Self {
            window_seconds: WINDOW_SECS,
            restarts: statuses.iter().map(|status| status.restarts).sum(),
            done: numbers.succeeded,
            withheld: numbers.withheld_by.values().sum(),
            failed: numbers.attempted - numbers.succeeded,
            success_rate: numbers.success_rate,
        }
    }
}
