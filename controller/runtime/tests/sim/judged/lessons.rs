//! What must be remembered of how plans ended: each lesson once, and none lost.
//!
//! Owns the count that is kept beside the store's own, by what the decision log says of each plan that was closed.

use std::collections::{BTreeMap, BTreeSet};

use podsteward_domain::action::Action;
use podsteward_domain::intent::Intent;
use podsteward_domain::track::{Adjustment, Basis, Track};
use podsteward_runtime::clock::Clock as _;
use podsteward_specs::key::Key;
use podsteward_specs::policy::Learning;
use podsteward_store::{LoggedDecision, LoggedOutcome, Store};

use crate::host::Host;

/// What was learned of each action on each object.
#[derive(Debug, Default)]
pub(crate) struct Lessons(BTreeMap<(Key, Action), Learned>);

#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Learned {
    basis: Basis,
    attempts: u32,
    successes: u32,
    adjustment: Adjustment,
    incidents: BTreeSet<i64>,
}

/// How often an outcome counts: at least and at most.
fn counts(logged: &LoggedDecision) -> (u32, u32) {
    match logged.outcome {
        Some(LoggedOutcome::Success | LoggedOutcome::Warning) => (1, 1),
        // Where it came to a verification, the failure was the action's own.
        Some(LoggedOutcome::Failure | LoggedOutcome::RolledBack) if logged.report.is_some() => (1, 1),
        Some(LoggedOutcome::Failure | LoggedOutcome::RolledBack) => (0, 1),
        _ => (0, 0),
    }
}

impl Lessons {
    /// A person had it forgotten what was learned on an object.
    pub(crate) fn forgot(&mut self, key: &Key) {
        for (_, learned) in self.0.iter_mut().filter(|((other, _), _)| other == key) {
            *learned = Learned { basis: learned.basis.clone(), ..Learned::default() };
        }
    }

    /// Forgets what the store has no track of.
    pub(crate) fn retain(&mut self, store: &Store) {
        let tracks = store.tracks().unwrap();
        self.0.retain(|(key, action), _| tracks.iter().any(|(k, a, _)| (k, a) == (key, action)));
    }

    /// A plan was closed. Answers what is wrong with what the store learned of it.
    pub(crate) fn ended(
        &mut self,
        host: &Host,
        intent: &Intent,
        logged: &LoggedDecision,
        learning: &Learning,
    ) -> Vec<String> {
        if intent.action.is_declared() {
            return Vec::new();
        }
        let track = host.store.standing(&intent.key).unwrap().tracks.remove(&intent.action);
        let Some(track) = track else { return vec![format!("plan {} left no track", intent.id)] };
        let before = self.0.entry((intent.key.clone(), intent.action)).or_default();
        if before.basis != intent.basis {
            *before = Learned { basis: intent.basis.clone(), ..Learned::default() };
        }
        let mut broken = wrong(before, &track, intent, logged);
        let left = track.adjustment.left(host.clock.now(), learning).0;
        if left < learning.floor || left > learning.ceiling {
            broken.push(format!("the adjustment of {} on {} is {left}", intent.action, intent.key));
        }
        let adjusted = track.adjustment != before.adjustment;
        before.incidents.extend(intent.incident.filter(|_| adjusted));
        (before.attempts, before.successes) = (track.record.attempts, track.record.successes);
        before.adjustment = track.adjustment;
        broken
    }

    /// What the store remembers otherwise than it was learned.
    pub(crate) fn broken(&self, store: &Store) -> Vec<String> {
        let tracks = store.tracks().unwrap();
        let differs = |((key, action), learned): (&(Key, Action), &Learned)| {
            let track = tracks.iter().find(|(k, a, _)| (k, a) == (key, action)).map(|(.., track)| track);
            let count = track.map(|track| (track.record.attempts, track.record.successes));
            let same = count == Some((learned.attempts, learned.successes));
            (!same).then(|| format!("{action} on {key} is remembered as {count:?}, and was {learned:?}"))
        };
        self.0.iter().filter_map(differs).collect()
    }
}

fn wrong(before: &Learned, track: &Track, intent: &Intent, logged: &LoggedDecision) -> Vec<String> {
    let mut broken = Vec::new();
    let (least, most) = counts(logged);
    let taught = track.record.attempts.wrapping_sub(before.attempts);
    let good = matches!(logged.outcome, Some(LoggedOutcome::Success | LoggedOutcome::Warning));
    // What worked teaches nothing while an alert that it answers still fires.
    if good && intent.answers.is_some() && taught == 0 {
        return broken;
    }
    if taught < least || taught > most {
        let outcome = logged.outcome;
        broken.push(format!("plan {} ended as {outcome:?} and was learned {taught} times", intent.id));
    }
    if track.record.successes.wrapping_sub(before.successes) != u32::from(good) {
        broken.push(format!("plan {} counts otherwise than it ended", intent.id));
    }
    let adjusted = track.adjustment != before.adjustment;
    let known = intent.incident.is_some_and(|incident| before.incidents.contains(&incident));
    if adjusted && known {
        broken.push(format!("plan {} teaches a second time of one incident", intent.id));
    }
    if taught > 0 && !adjusted && !known {
        broken.push(format!("plan {} teaches nothing of its incident", intent.id));
    }
    broken
}
