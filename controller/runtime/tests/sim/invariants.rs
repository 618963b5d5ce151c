//! What must hold at every moment of every run.
//!
//! Owns the questions that are asked at each call, at each admission and between two faults. A broken one is kept as
//! a sentence, and the run fails. What must hold in the end is in [`crate::converged`].

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use podsteward_domain::drill::canary;
use podsteward_domain::intent::{Intent, IntentId, JournalEntry, StepEvent};
use podsteward_domain::plan::Shape;
use podsteward_domain::planning::PREVIOUS_INFIX;
use podsteward_domain::switch::SwitchState;
use podsteward_domain::time::Moment;
use podsteward_podman::fake::{FakeImage, Verb};
use podsteward_store::Store;
use tokio::time::Instant;

use crate::engine::Call;
use crate::host::{FOREIGN, Host};

/// So many calls a virtual minute are a hot loop, whatever goes wrong.
const CALLS_A_MINUTE_MAX: u32 = 4000;

/// The invariants of one run.
#[derive(Debug)]
pub(crate) struct Invariants {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    began: Instant,
    broken: Vec<String>,
    /// The first complete reads of this life.
    reads: BTreeSet<&'static str>,
    /// Containers, networks and volumes with a call under way that changes them.
    changing: BTreeSet<String>,
    /// Things that were looked at since they were last changed in a way that destroys.
    looked_at: BTreeSet<String>,
    /// The plan that last changed a thing in a way that destroys.
    destroyed_by: BTreeMap<String, IntentId>,
    intents: BTreeSet<IntentId>,
    /// Volumes that may be removed.
    given_up: BTreeSet<String>,
    /// Containers that stood at the last check.
    stood: BTreeSet<String>,
    minute: Instant,
    calls: u32,
}

impl Invariants {
    /// None is broken yet.
    pub(crate) fn new() -> Self {
        Self {
            state: Mutex::new(State {
                began: Instant::now(),
                broken: Vec::new(),
                reads: BTreeSet::new(),
                changing: BTreeSet::new(),
                looked_at: BTreeSet::new(),
                destroyed_by: BTreeMap::new(),
                intents: BTreeSet::new(),
                given_up: BTreeSet::new(),
                stood: BTreeSet::new(),
                minute: Instant::now(),
                calls: 0,
            }),
        }
    }

    /// The first broken one.
    pub(crate) fn broken(&self) -> Option<String> {
        self.lock().broken.first().cloned()
    }

    /// One is broken.
    pub(crate) fn report(&self, sentence: String) {
        self.lock().breaks(sentence);
    }

    /// A controller starts: it knows nothing, and what the one before had asked for is not its own.
    pub(crate) fn new_life(&self) {
        let mut state = self.lock();
        state.reads.clear();
        state.changing.clear();
        state.looked_at.clear();
    }

    /// The manifests were read.
    pub(crate) fn manifests_read(&self) {
        self.lock().reads.insert("manifests");
    }

    /// A manifest gives up a volume's data.
    pub(crate) fn give_up(&self, volume: &str) {
        self.lock().given_up.insert(volume.to_owned());
    }

    /// A person removed a container, or its document is gone: it need not stand any more.
    pub(crate) fn may_be_missing(&self, container: &str) {
        self.lock().stood.remove(container);
    }

    /// Between two faults and at each death of the controller: a container of ours that stood still stands, under its
    /// name or under the one under which it waits.
    pub(crate) fn check_standing(&self, host: &Host, declared: impl IntoIterator<Item = String>) {
        let names = host.fake.hand().names();
        let waits =
            |name: &str| names.iter().any(|other| other.starts_with(&format!("{name}{PREVIOUS_INFIX}")));
        let mut state = self.lock();
        for name in declared {
            if names.contains(&name) || waits(&name) {
                state.stood.insert(name);
            } else if state.stood.remove(&name) {
                state.breaks(format!("container {name} exists under neither of its names"));
            }
        }
    }

    /// A plan was admitted, or not.
    pub(crate) fn admitted(&self, store: &Store, now: Moment) {
        let (open, switch) = (store.open_intents().unwrap(), store.switch().unwrap());
        let mut state = self.lock();
        for intent in &open {
            let new = state.intents.insert(intent.id);
            let paused =
                switch.state(now) != SwitchState::Running || switch.pause_of(&intent.key, now).is_some();
            if new && paused {
                state.breaks(format!("plan {} of {} was begun while paused", intent.id, intent.key));
            }
        }
        for (place, one) in open.iter().enumerate() {
            let shares = |other: &&Intent| !one.touches.containers.is_disjoint(&other.touches.containers);
            if let Some(other) = open[place + 1..].iter().find(|other| one.key == other.key || shares(other))
            {
                state.breaks(format!("plans {} and {} are about the same thing", one.id, other.id));
            }
        }
    }

    /// A call begins.
    pub(crate) fn begins(&self, call: &Call, host: &Host, now: Moment) {
        let mut state = self.lock();
        state.count();
        if !call.verb.is_write() {
            return;
        }
        if call.target == FOREIGN {
            state.breaks(format!("{:?} of what is not ours", call.verb));
        }
        if state.reads.len() < 4 {
            let read = &state.reads;
            let text = format!("{:?} {} before the first complete reads ({read:?})", call.verb, call.target);
            state.breaks(text);
        }
        if call.verb == Verb::RemoveVolume && !state.given_up.contains(&call.target) {
            state.breaks(format!("volume {} is removed, and no manifest gives it up", call.target));
        }
        let thing = thing(call);
        if call.verb != Verb::PullImage && !state.changing.insert(thing.clone()) {
            state.breaks(format!("two calls change {thing} at once"));
        }
        drop(state);
        if !is_of_canary_image(call) {
            self.check_journal(call, &host.store, now);
        }
    }

    /// Every call that changes something, but for the image of a drill, is the step that the journal says was begun last.
    fn check_journal(&self, call: &Call, store: &Store, now: Moment) {
        let open = store.open_intents().unwrap();
        let journals = open.into_iter().map(|intent| (store.journal(intent.id).unwrap(), intent));
        let begun = |journal: &[JournalEntry]| {
            journal.last().is_some_and(|last| last.event == StepEvent::Begun && last.noun == noun(call.verb))
        };
        // What a snapshot is put back for, or a playbook names, is stopped and started by the plan of another.
        let beside = |intent: &Intent| intent.beside().any(|key| key.to_string() == thing(call));
        let of_restore = |intent: &Intent| matches!(&intent.shape, Shape::Restore { users, .. } if users.contains(&call.target));
        let about = |intent: &Intent| {
            call.verb == Verb::PullImage
                || intent.key.to_string() == thing(call)
                || of_restore(intent)
                || beside(intent)
        };
        let found = journals.into_iter().find(|(journal, intent)| about(intent) && begun(journal));
        let Some((journal, intent)) = found else {
            return self.report(format!("{:?} {} stands in no journal", call.verb, call.target));
        };
        self.check_section(&journal, &intent, store, now);
        self.check_look(call, &intent);
    }

    /// While paused no section begins: after a pull nothing more is done.
    fn check_section(&self, journal: &[JournalEntry], intent: &Intent, store: &Store, now: Moment) {
        let Some((last, before)) = journal.split_last() else { return };
        let prepared = !before.is_empty() && before.iter().all(|entry| entry.noun == "pull-image");
        let switch = store.switch().unwrap();
        let paused = switch.state(now) != SwitchState::Running || switch.pause_of(&intent.key, now).is_some();
        if paused && prepared && last.noun != "pull-image" {
            self.report(format!("plan {} began its next section while paused", intent.id));
        }
    }

    /// A plan that destroys begins only on a thing that was looked at after the plan before it.
    fn check_look(&self, call: &Call, intent: &Intent) {
        let destroys = [Verb::StopContainer, Verb::RenameContainer, Verb::RemoveContainer];
        if !destroys.contains(&call.verb) {
            return;
        }
        let mut state = self.lock();
        let thing = thing(call);
        let before = state.destroyed_by.insert(thing.clone(), intent.id);
        let looked_at = state.looked_at.remove(&thing);
        if before != Some(intent.id) && !looked_at {
            state.breaks(format!("plan {} destroys {thing} without a look", intent.id));
        }
    }

    /// A call ended.
    pub(crate) fn ended(&self, call: &Call, ok: bool) {
        let mut state = self.lock();
        if call.verb.is_write() {
            state.changing.remove(&thing(call));
        }
        let read = match call.verb {
            Verb::ListContainers => "containers",
            Verb::ListNetworks => "networks",
            Verb::ListVolumes => "volumes",
            Verb::InspectContainer if ok => {
                state.looked_at.insert(thing(call));
                return;
            }
            _ => return,
        };
        if ok {
            state.reads.insert(read);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn breaks(&mut self, sentence: impl std::fmt::Display) {
        let at = self.began.elapsed();
        self.broken.push(format!("{sentence}, at {}.{:03}", at.as_secs(), at.subsec_millis()));
    }

    fn count(&mut self) {
        if self.minute.elapsed().as_secs() >= 60 {
            (self.minute, self.calls) = (Instant::now(), 0);
        }
        self.calls += 1;
        // A loop in which no time passes would never come to the next check.
        assert!(self.calls < 3 * CALLS_A_MINUTE_MAX, "a hot loop of calls");
        if self.calls == CALLS_A_MINUTE_MAX {
            self.breaks(format!("{CALLS_A_MINUTE_MAX} calls within a minute"));
        }
    }
}

/// Whether a call makes or removes the image of a drill's canary, which the drill itself answers for.
fn is_of_canary_image(call: &Call) -> bool {
    let image = FakeImage::named(&format!("empty {}", canary::IMAGE)).id;
    call.verb == Verb::MakeEmptyImage || call.verb == Verb::RemoveImage && call.target == image
}

/// The object that a call is about: a container that waits under another name is still the same.
fn thing(call: &Call) -> String {
    let kind = match call.verb {
        Verb::CreateNetwork | Verb::RemoveNetwork => "network",
        Verb::CreateVolume | Verb::RemoveVolume => "volume",
        _ => "container",
    };
    let name = call.target.split(PREVIOUS_INFIX).next().unwrap_or_default();
    format!("{kind}/{name}")
}

/// The step that a verb carries out.
fn noun(verb: Verb) -> &'static str {
    match verb {
        Verb::PullImage => "pull-image",
        Verb::CreateContainer => "create-container",
        Verb::StartContainer => "start-container",
        Verb::StopContainer => "stop-container",
        Verb::KillContainer => "signal-container",
        Verb::RenameContainer => "rename-container",
        Verb::RemoveContainer => "remove-container",
        Verb::UpdateContainer => "update-container",
        Verb::ConnectNetwork => "connect-network",
        Verb::DisconnectNetwork => "disconnect-network",
        Verb::CreateNetwork => "create-network",
        Verb::RemoveNetwork => "remove-network",
        Verb::CreateVolume => "create-volume",
        Verb::RemoveVolume => "remove-volume",
        _ => "none",
    }
}
