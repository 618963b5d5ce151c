//! How each action did so far, and what rests because of it: learned records, breakers, budgets.
//!
//! Owns their shapes. Never judges by them: the gates do.

use std::collections::BTreeMap;
use std::time::Duration;

use podsteward_domain::action::Action;
use podsteward_domain::breaker::{self, BreakerState};
use podsteward_domain::limits;
use podsteward_domain::memory::Memory;
use podsteward_domain::score::{Points, Score};
use podsteward_domain::standing::Standing;
use podsteward_domain::time::Moment;
use podsteward_domain::track::{Basis, Overall, RESTART_WINDOW, Track};
use podsteward_specs::key::Key;
use podsteward_specs::policy::RemediationPolicy;
use serde::Serialize;

use super::Background;

/// How an action did on one target.
#[derive(Debug, Clone, Serialize)]
pub struct Record {
    /// The action.
    pub action: Action,
    /// How often it worked.
    pub successes: u32,
    /// How often it was tried and worked or failed.
    pub attempts: u32,
    /// How many of the latest failed in a row.
    pub failures_in_a_row: u32,
    /// What was learned beyond that, as far as it has not faded.
    pub adjustment: Points,
    /// The share of successes, shrunk towards what is assumed of the untried.
    pub history: Score,
    /// Whether it rests.
    pub breaker: BreakerState,
    /// Until when it rests.
    pub breaker_until: Option<String>,
    /// When it was last tried.
    pub last_tried: Option<String>,
    /// Restarts of the target by it within the hour.
    pub restarts_within_hour: usize,
    /// How long ago it was last tried.
    #[serde(skip)]
    pub age: Option<Duration>,
    /// How much longer it rests.
    #[serde(skip)]
    pub left: Option<Duration>,
}

/// A breaker that is not closed.
#[derive(Debug, Clone, Serialize)]
pub struct Breaker {
    /// The action; null: all remediation.
    pub action: Option<Action>,
    /// On what; null: anywhere.
    pub target: Option<Key>,
    /// Where it stands.
    pub state: BreakerState,
    /// Since when it is open.
    pub since: String,
    /// When it lets one trial pass; null once it does.
    pub until: Option<String>,
    /// How long that is from now.
    #[serde(skip)]
    pub left: Option<Duration>,
}

/// Restarts that remediation spent on one container within the hour.
#[derive(Debug, Clone, Serialize)]
pub struct Budget {
    /// The container.
    pub target: Key,
    /// So many.
    pub restarts: usize,
    /// Of so many.
    pub limit: u32,
}

impl Record {
    /// The records of a target that stands on `basis`, at a time. Actions that were never tried have none.
    pub fn all(standing: &Standing, basis: &Basis, policy: &RemediationPolicy, now: Moment) -> Vec<Self> {
        let tracks = standing.tracks.iter();
        tracks.map(|(action, track)| Self::new(*action, &track.on(basis), policy, now)).collect()
    }

    fn new(action: Action, track: &Track, policy: &RemediationPolicy, now: Moment) -> Self {
        let until = rests_until(track.opened, policy, now);
        Self {
            action,
            successes: track.record.successes,
            attempts: track.record.attempts,
            failures_in_a_row: track.failures,
            adjustment: track.adjustment.left(now, &policy.learning),
            history: track.record.share(now, &policy.learning),
            breaker: BreakerState::of(track.opened, now, &policy.breaker),
            breaker_until: until.map(Moment::to_rfc3339),
            last_tried: track.ended.map(Moment::to_rfc3339),
            restarts_within_hour: spent(track, now),
            age: track.ended.map(|ended| now.since(ended)),
            left: until.map(|until| until.since(now)),
        }
    }
}

impl Breaker {
    /// Every breaker that is not closed.
    pub fn all(
        tracks: &[(Key, Action, Track)],
        overall: &BTreeMap<Action, Overall>,
        policy: &RemediationPolicy,
        now: Moment,
    ) -> Vec<Self> {
        let global = breaker::global(overall, now, &policy.breaker).map(|opened| (None, None, opened));
        let anywhere = overall.iter().filter_map(|(action, it)| Some((Some(*action), None, it.opened?)));
        let pairs = tracks
            .iter()
            .filter_map(|(key, action, track)| Some((Some(*action), Some(key.clone()), track.opened?)));
        let all = global.into_iter().chain(anywhere).chain(pairs);
        all.map(|(action, target, opened)| {
            let until = rests_until(Some(opened), policy, now);
            Self {
                action,
                target,
                state: BreakerState::of(Some(opened), now, &policy.breaker),
                since: opened.to_rfc3339(),
                until: until.map(Moment::to_rfc3339),
                left: until.map(|until| until.since(now)),
            }
        })
        .collect()
    }
}

impl Budget {
    /// Every container of which something is spent.
    pub fn all(tracks: &[(Key, Action, Track)], background: &Background, now: Moment) -> Vec<Self> {
        let mut spending: BTreeMap<&Key, usize> = BTreeMap::new();
        for (key, _, track) in tracks {
            *spending.entry(key).or_default() += spent(track, now);
        }
        let spending = spending.into_iter().filter(|(_, restarts)| *restarts > 0);
        spending
            .map(|(key, restarts)| {
                let document = background.documents.get(key).map(|document| &**document);
                let limits = limits::limits(&background.policy, key.name.as_str(), document);
                Self { target: key.clone(), restarts, limit: limits.restarts_per_hour }
            })
            .collect()
    }
}

/// What an action on the object of this memory is learned on now.
pub fn basis(memory: &Memory) -> Basis {
    let applied = memory.applied.as_ref();
    Basis {
        generation: applied.map(|applied| applied.generation),
        image_id: applied.and_then(|applied| applied.image_id.clone()),
    }
}

fn rests_until(opened: Option<Moment>, policy: &RemediationPolicy, now: Moment) -> Option<Moment> {
    opened.and_then(|opened| now.end_of(opened, policy.breaker.half_open_after))
}

fn spent(track: &Track, now: Moment) -> usize {
    track.restarts.iter().filter(|at| !now.left_of(**at, RESTART_WINDOW).is_zero()).count()
}
