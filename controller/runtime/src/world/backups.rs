//! What is known of backups: what the last looks at their proofs said, and which objects they cover.
//!
//! Owns the cache. Never looks at a backup.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use podsteward_domain::backup::{self, BackupFacts, Guard, Look, ProofOf, Word};
use podsteward_domain::time::Moment;
use podsteward_specs::backup::{BackupCheck, Proof};
use podsteward_specs::container::MountSource;
use podsteward_specs::document::Document;
use podsteward_specs::key::{Key, Name};

use super::{Caches, WorldStore};
use crate::source::manifests::view::ManifestView;

/// What is known of each backup that a check declares, by its key.
pub(super) type Backups = BTreeMap<Key, Backup>;

/// A check, with what is known of it.
#[derive(Debug, Clone)]
pub(super) struct Backup {
    check: Arc<BackupCheck>,
    covers: Arc<BTreeSet<Key>>,
    facts: BackupFacts,
}

/// Takes in the checks that are declared. What was looked at stays known while the proof is the same.
pub(super) fn take_manifests(backups: &mut Backups, view: &ManifestView) {
    let mut before = std::mem::take(backups);
    for (key, document) in in_force(view) {
        let Some(check) = document.backup_check() else { continue };
        let mut facts = BackupFacts::default();
        if let Some(mut known) = before.remove(key) {
            for of in ProofOf::ALL {
                if of.declared(check) == of.declared(&known.check) {
                    facts.put(of, known.facts.put(of, None));
                }
            }
        }
        let backup = Backup { check: Arc::new(check.clone()), covers: Arc::new(covers(check, view)), facts };
        backups.insert(key.clone(), backup);
    }
}

/// The documents in force. One that is gone counts until that is certain.
fn in_force(view: &ManifestView) -> impl Iterator<Item = (&Key, &Arc<Document>)> {
    view.documents.iter().chain(view.vanished.iter().map(|(key, vanishing)| (key, &vanishing.last)))
}

/// What a check covers: the data of a container is that of its volumes.
fn covers(check: &BackupCheck, view: &ManifestView) -> BTreeSet<Key> {
    let mut covers = check.objects.clone();
    let containers = in_force(view).filter(|(key, _)| check.objects.contains(key));
    for container in containers.filter_map(|(_, document)| document.container()) {
        let named = container.mounts.values().filter_map(|mount| match &mount.source {
            MountSource::Volume(name) => Name::new(name.clone()).ok(),
            MountSource::Bind(_) | MountSource::Tmpfs => None,
        });
        covers.extend(named.map(Key::volume));
    }
    covers
}

/// The facts of one backup.
pub(super) fn facts(caches: &Caches, key: &Key) -> BackupFacts {
    caches.backups.get(key).map(|backup| backup.facts.clone()).unwrap_or_default()
}

/// Every check, whatever it is asked for: a playbook on any object may touch what a check covers.
pub(super) fn guards(caches: &Caches) -> Vec<Guard> {
    let guard = |(key, backup): (&Key, &Backup)| Guard {
        key: key.clone(),
        check: Arc::clone(&backup.check),
        covers: Arc::clone(&backup.covers),
        facts: backup.facts.clone(),
    };
    caches.backups.iter().map(guard).collect()
}

impl WorldStore {
    /// The checks of backups that are declared.
    pub fn backup_checks(&self) -> Vec<(Key, Arc<BackupCheck>)> {
        let caches = self.lock();
        caches.backups.iter().map(|(key, backup)| (key.clone(), Arc::clone(&backup.check))).collect()
    }

    /// The last look at a proof of a backup.
    pub fn backup_look(&self, key: &Key, of: ProofOf) -> Option<Look> {
        self.lock().backups.get(key)?.facts.look(of).cloned()
    }

    /// Whether every proof of a backup was looked at. One that nobody declares has none.
    pub fn backup_is_read(&self, key: &Key) -> bool {
        let caches = self.lock();
        let Some(backup) = caches.backups.get(key) else { return caches.manifests.is_some() };
        let unread = |of: &ProofOf| of.declared(&backup.check).is_some() && backup.facts.look(*of).is_none();
        !ProofOf::ALL.iter().any(unread)
    }

    /// What a look at a proof of a backup said, if it is still the one that is declared. Answers who is judged
    /// differently because of that: the backup itself and, where it is fresh now or is not any more, everybody: a playbook
    /// on any object, or a cleanup of any filesystem, may touch what it covers.
    pub fn put_backup_look(
        &self,
        (key, of, proof): (&Key, ProofOf, &Proof),
        look: Look,
        now: Moment,
    ) -> BTreeSet<Key> {
        let mut caches = self.lock();
        let backup = caches.backups.get_mut(key);
        let asked =
            |backup: &&mut Backup| of.declared(&backup.check).is_some_and(|(known, _)| known == proof);
        let Some(backup) = backup.filter(asked) else { return BTreeSet::new() };
        let before = Word::on(of, &backup.check, &backup.facts, now);
        backup.facts.put(of, Some(look));
        let after = Word::on(of, &backup.check, &backup.facts, now);
        if before == after {
            return BTreeSet::new();
        }
        let mut concerned = BTreeSet::from([key.clone()]);
        let opens = before.is_some_and(|word| word.is_fresh()) != after.is_some_and(|word| word.is_fresh());
        if of == ProofOf::Backup && opens {
            concerned.extend(caches.manifests.iter().flat_map(|view| view.documents.keys().cloned()));
        }
        concerned
    }

    /// How long until the word on any backup changes by itself.
    pub fn backups_again(&self, now: Moment) -> Option<Duration> {
        let caches = self.lock();
        caches.backups.values().filter_map(|it| backup::again(&it.check, &it.facts, now)).min()
    }

    /// The word on a backup now, with what is known of it.
    pub fn backup_word(&self, key: &Key, now: Moment) -> Option<(Word, BackupFacts)> {
        let caches = self.lock();
        let backup = caches.backups.get(key)?;
        let word = Word::on(ProofOf::Backup, &backup.check, &backup.facts, now)?;
        Some((word, backup.facts.clone()))
    }
}
