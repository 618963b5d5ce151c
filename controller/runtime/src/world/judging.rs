//! What judging needs beyond one object: the settings, what is remembered of actions, approvals, the storm.
//!
//! Owns the caches of what the store keeps about them. Never judges anything: the domain does, with what
//! [`super::slice`] cuts out.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use podsteward_domain::action::Action;
use podsteward_domain::alert::Answer;
use podsteward_domain::approval::Approval;
use podsteward_domain::breaker::{self, BreakerState};
use podsteward_domain::finding::FindingKind;
use podsteward_domain::learn::track::Learned;
use podsteward_domain::observation::Observation;
use podsteward_domain::standing::{Forced, Standing};
use podsteward_domain::storm::{self, Opened, Storm};
use podsteward_domain::time::Moment;
use podsteward_domain::track::{Overall, Track};
use podsteward_metrics::label::RemediationMode;
use podsteward_specs::channel::NotificationChannel;
use podsteward_specs::key::{Key, Name};
use podsteward_specs::policy::{Mode, RemediationPolicy};

use super::WorldStore;
use crate::source::manifests::view::ManifestView;

/// What judging needs.
#[derive(Debug, Default)]
pub(super) struct Judging {
    policy: Arc<RemediationPolicy>,
    channels: Vec<(Name, Arc<NotificationChannel>)>,
    remembered: Remembered,
    opened: Vec<Opened>,
    storm: Option<Moment>,
    /// Since when everything is known.
    pub(super) ready: Option<Moment>,
}

/// What the store remembers of actions and approvals, of all objects.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Remembered {
    /// How each action did on each target.
    pub tracks: BTreeMap<Key, BTreeMap<Action, Track>>,
    /// How each action did anywhere.
    pub overall: BTreeMap<Action, Overall>,
    /// The open approvals.
    pub approvals: Vec<Approval>,
    /// A person's words to act now.
    pub forced: BTreeMap<Key, BTreeMap<Action, Forced>>,
    /// What was done because of alerts.
    pub answered: BTreeMap<Key, Vec<Answer>>,
}

impl Remembered {
    /// Reads everything from the store.
    pub fn read(store: &podsteward_store::Store) -> podsteward_store::Result<Self> {
        let mut tracks: BTreeMap<Key, BTreeMap<Action, Track>> = BTreeMap::new();
        for (key, action, track) in store.tracks()? {
            tracks.entry(key).or_default().insert(action, track);
        }
        let (approvals, forced) = (store.open_approvals()?, store.forced()?);
        let mut answered: BTreeMap<Key, Vec<Answer>> = BTreeMap::new();
        for (key, answer) in store.alert_answers()? {
            answered.entry(key).or_default().push(answer);
        }
        Ok(Self { tracks, overall: store.overall()?, approvals, forced, answered })
    }

    /// Who is judged differently by what is remembered now than by what was remembered before.
    fn differing(&self, after: &Self) -> BTreeSet<Key> {
        let targets = |remembered: &Self| -> BTreeSet<Key> {
            let asked = remembered.approvals.iter().map(|approval| approval.question.target.clone());
            let known = remembered.tracks.keys().chain(remembered.forced.keys());
            known.chain(remembered.answered.keys()).cloned().chain(asked).collect()
        };
        let mut keys = targets(self);
        keys.extend(targets(after));
        keys.retain(|key| self.standing(key) != after.standing(key));
        keys
    }

    fn standing(&self, key: &Key) -> Standing {
        let of_key = self.approvals.iter().filter(|approval| approval.question.target == *key);
        Standing {
            tracks: self.tracks.get(key).cloned().unwrap_or_default(),
            overall: self.overall.clone(),
            approvals: of_key.cloned().collect(),
            forced: self.forced.get(key).cloned().unwrap_or_default(),
            answered: self.answered.get(key).cloned().unwrap_or_default(),
        }
    }
}

impl Judging {
    /// Takes the settings out of the manifests. Without a policy the defaults hold.
    pub(super) fn take_settings(&mut self, view: &ManifestView) {
        let vanishing = view.vanished.values().map(|vanishing| &vanishing.last);
        let documents: Vec<_> = view.documents.values().chain(vanishing).collect();
        let policy = documents.iter().find_map(|document| document.policy());
        self.policy = Arc::new(policy.cloned().unwrap_or_default());
        let channel = |document: &&Arc<podsteward_specs::document::Document>| {
            Some((document.key.name.clone(), Arc::new(document.channel()?.clone())))
        };
        self.channels = documents.iter().copied().filter_map(|document| channel(&document)).collect();
    }

    /// Who a person was asked about.
    pub(super) fn asked(&self) -> impl Iterator<Item = Key> {
        self.remembered.approvals.iter().map(|approval| approval.question.target.clone())
    }

    /// The object is neither declared nor there any more.
    pub(super) fn forget(&mut self, key: &Key) {
        self.remembered.tracks.remove(key);
        self.remembered.forced.remove(key);
        self.remembered.answered.remove(key);
        self.remembered.approvals.retain(|approval| approval.question.target != *key);
    }

    pub(super) fn policy(&self) -> Arc<RemediationPolicy> {
        Arc::clone(&self.policy)
    }

    pub(super) fn standing(&self, key: &Key) -> Standing {
        self.remembered.standing(key)
    }

    pub(super) fn storm(&self) -> Option<Moment> {
        self.storm
    }
}

impl WorldStore {
    /// How far podsteward may go by itself.
    pub fn policy(&self) -> Arc<RemediationPolicy> {
        self.lock().judging.policy()
    }

    /// How far remediation may go.
    pub fn remediation_mode(&self) -> RemediationMode {
        let caches = self.lock();
        match caches.judging.policy.mode {
            _ if caches.remediation_off.is_some() => RemediationMode::Off,
            Mode::Observe => RemediationMode::Observe,
            Mode::Ask => RemediationMode::Ask,
            Mode::Full => RemediationMode::Full,
        }
    }

    /// Where notifications go.
    pub fn channels(&self) -> Vec<(Name, Arc<NotificationChannel>)> {
        self.lock().judging.channels.clone()
    }

    /// What is remembered of actions and approvals, of all objects.
    pub fn remembered(&self) -> Remembered {
        self.lock().judging.remembered.clone()
    }

    /// What is remembered of actions and approvals from now on; answers who is judged differently. How an action did
    /// anywhere concerns everybody: its breaker holds back also those that it was never tried on.
    pub fn put_remembered(&self, remembered: Remembered) -> BTreeSet<Key> {
        let mut caches = self.lock();
        let before = std::mem::replace(&mut caches.judging.remembered, remembered);
        let after = &caches.judging.remembered;
        let differing = before.differing(after);
        if before.overall == after.overall {
            return differing;
        }
        drop(caches);
        self.keys().into_iter().chain(differing).collect()
    }

    /// What a closed plan taught.
    pub fn put_learned(&self, key: &Key, action: Action, learned: &Learned) {
        let mut caches = self.lock();
        let remembered = &mut caches.judging.remembered;
        remembered.tracks.entry(key.clone()).or_default().insert(action, learned.track.clone());
        remembered.overall.insert(action, learned.overall.clone());
    }

    /// How each action did on an object from now on.
    pub fn put_tracks(&self, key: &Key, tracks: BTreeMap<Action, Track>) {
        self.lock().judging.remembered.tracks.insert(key.clone(), tracks);
    }

    /// When an action on an object last failed, if its latest one did, or its document was taken back.
    pub fn failed_at(&self, key: &Key) -> Option<Moment> {
        let caches = self.lock();
        let tracks = caches.judging.remembered.tracks.get(key).into_iter().flat_map(BTreeMap::values);
        let failed = tracks.filter(|track| track.failures > 0).filter_map(|track| track.ended);
        let taken_back = caches.memories.get(key).and_then(|memory| memory.quarantine.as_ref());
        failed.chain(taken_back.map(|quarantine| quarantine.since)).reduce(Moment::later)
    }

    /// What was done because of alerts about one object from now on.
    pub fn put_answered(&self, key: &Key, answered: Vec<Answer>) {
        self.lock().judging.remembered.answered.insert(key.clone(), answered);
    }

    /// The open approvals of one object from now on.
    pub fn put_approvals(&self, key: &Key, approvals: Vec<Approval>) {
        let mut caches = self.lock();
        let open = &mut caches.judging.remembered.approvals;
        open.retain(|approval| approval.question.target != *key);
        open.extend(approvals);
    }

    /// How many approvals wait for somebody.
    pub fn approvals_pending(&self) -> usize {
        let caches = self.lock();
        let approvals = &caches.judging.remembered.approvals;
        approvals.iter().filter(|it| it.state == podsteward_domain::approval::ApprovalState::Pending).count()
    }

    /// Everything is known from now on.
    pub fn put_ready(&self, now: Moment) {
        self.lock().judging.ready.get_or_insert(now);
    }

    /// Since when everything is known.
    pub fn ready(&self) -> Option<Moment> {
        self.lock().judging.ready
    }

    /// A finding was opened: answers the storm that begins with it, if one does.
    pub fn put_opened(&self, kind: FindingKind, key: &Key, now: Moment) -> Option<Storm> {
        let mut caches = self.lock();
        let (containers, judging) = (caches.index.containers, &mut caches.judging);
        let (policy, ready) = (judging.policy.storm, judging.ready?);
        let counts = key.kind == podsteward_specs::key::Kind::Container && !key.is_canary();
        if !storm::counts(kind) || !counts {
            return None;
        }
        judging.opened.retain(|opened| now.since(opened.at) <= policy.within);
        judging.opened.push(Opened { kind, key: key.clone(), at: now });
        let storm = storm::judge(&judging.opened, containers, ready, now, &policy)?;
        let raging = judging.storm.is_some_and(|since| storm::holds_until(since, now, &policy).is_some());
        judging.storm = Some(now);
        (!raging).then_some(storm)
    }

    /// A storm that another controller saw, or this one in another life, holds from then on.
    pub fn put_storm(&self, since: Moment) {
        self.lock().judging.storm = Some(since);
    }

    /// Until when the storm holds, if there is one.
    pub fn storm_until(&self, now: Moment) -> Option<Moment> {
        let caches = self.lock();
        let judging = &caches.judging;
        judging.storm.and_then(|since| storm::holds_until(since, now, &judging.policy.storm))
    }

    /// Every breaker that is not closed: the action (`all`: all remediation), the object (none: anywhere), its state.
    /// While Podman does not answer all remediation rests.
    pub fn breakers(&self, now: Moment) -> Vec<(String, Option<Key>, BreakerState)> {
        let caches = self.lock();
        let (judging, policy) = (&caches.judging, &caches.judging.policy.breaker);
        let state = |opened: Option<Moment>| BreakerState::of(opened, now, policy);
        let pairs = judging.remembered.tracks.iter().flat_map(|(key, tracks)| {
            let basis = caches.basis(key);
            let tracks = tracks.iter().map(move |(action, track)| (action, track.on(&basis).opened));
            tracks.map(|(action, opened)| (action.to_string(), Some(key.clone()), state(opened)))
        });
        let anywhere = judging.remembered.overall.iter();
        let anywhere = anywhere.map(|(action, overall)| (action.to_string(), None, state(overall.opened)));
        let all = breaker::global(&judging.remembered.overall, now, policy);
        let down = matches!(caches.engine, Observation::Unknown { .. });
        let all =
            std::iter::once(("all".to_owned(), None, if down { BreakerState::Open } else { state(all) }));
        pairs.chain(anywhere).chain(all).filter(|(.., state)| *state != BreakerState::Closed).collect()
    }
}
