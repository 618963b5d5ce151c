//! What the worlds of playbooks hold: what they name, what a person asked for, and what their checks came to.
//!
//! Owns these caches. Never asks a check and never reads the store.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use podsteward_domain::plan::Shape;
use podsteward_domain::playbook::{Allowed, CheckFacts, Requests};
use podsteward_specs::alert::Response;
use podsteward_specs::document::Document;
use podsteward_specs::key::{Key, Name};
use podsteward_specs::playbook::Playbook;

use super::{Caches, WorldStore};

/// What is known of playbooks beyond their documents.
#[derive(Debug, Default)]
pub(super) struct Playbooks {
    /// The programs that may be run.
    pub(super) allowed: Arc<Allowed>,
    /// What a person asked for, by target.
    pub(super) asked: BTreeMap<Key, Requests>,
    /// What the checks after a plan in progress came to.
    pub(super) checks: BTreeMap<Key, CheckFacts>,
}

/// The objects other than this one that a playbook about it may name, or that its plan in progress is about.
pub(super) fn others(caches: &Caches, key: &Key) -> BTreeSet<Key> {
    let asked = caches.playbooks.asked.get(key);
    let may_be_called = |name: &Name, playbook: &Playbook| {
        let by_finding = playbook.triggers.iter().any(|it| it.objects.is_empty() || it.objects.contains(key));
        let by_person = asked.is_some_and(|asked| asked.contains_key(name));
        by_finding || by_person || *name == key.name || caches.index.routed.contains(name)
    };
    let playbooks = caches.index.playbooks.iter().filter_map(|(name, it)| Some((name, it.playbook()?)));
    let named = playbooks.filter(|(name, it)| may_be_called(name, it)).flat_map(|(_, it)| it.named());
    let of_plan = caches.intents.get(key).map(|intent| match &intent.shape {
        Shape::Playbook(course) => course.others(key),
        _ => BTreeSet::new(),
    });
    named.chain(of_plan.into_iter().flatten()).filter(|other| other != key).collect()
}

/// The playbook that a route calls for.
pub(super) fn routed(response: &Response) -> Option<Name> {
    match response {
        Response::Playbook(name) => Some(name.clone()),
        Response::Action(_) => None,
    }
}

impl WorldStore {
    /// The playbooks in force.
    pub fn playbooks(&self) -> Arc<BTreeMap<Name, Arc<Document>>> {
        Arc::clone(&self.lock().index.playbooks)
    }

    /// Takes in which programs may be run.
    pub fn put_allowed(&self, allowed: Allowed) {
        self.lock().playbooks.allowed = Arc::new(allowed);
    }

    /// Whether a program may be run; else why not.
    pub fn refuses_program(&self, program: &str) -> Option<String> {
        self.lock().playbooks.allowed.refuses(program)
    }

    /// Takes in what a person asked for, and answers which objects are concerned.
    pub fn put_playbooks_asked(&self, asked: BTreeMap<Key, Requests>) -> BTreeSet<Key> {
        let mut caches = self.lock();
        let before = std::mem::replace(&mut caches.playbooks.asked, asked);
        let after = &caches.playbooks.asked;
        let keys: BTreeSet<&Key> = before.keys().chain(after.keys()).collect();
        keys.into_iter().filter(|key| before.get(*key) != after.get(*key)).cloned().collect()
    }

    /// Takes in what the checks of a plan came to.
    pub fn put_checks(&self, key: &Key, checks: Option<CheckFacts>) {
        let mut caches = self.lock();
        match checks {
            Some(checks) => drop(caches.playbooks.checks.insert(key.clone(), checks)),
            None => drop(caches.playbooks.checks.remove(key)),
        }
    }

    /// The objects other than this one that a playbook about it may name, or that its plan in progress is about.
    pub fn others(&self, key: &Key) -> BTreeSet<Key> {
        others(&self.lock(), key)
    }
}
