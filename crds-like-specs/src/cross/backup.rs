//! Checks between a `BackupCheck` and the objects whose data it holds.
//!
//! Owns one question: is every object there? One that is misspelt would leave the data that is meant without a guard, and
//! nobody would see it.

use std::collections::{BTreeMap, BTreeSet};

use super::{CrossProblem, problem};
use crate::container::MountSource;
use crate::disk::CleanupStep;
use crate::document::Document;
use crate::key::{Key, Kind};

/// Objects of checks that nothing declares. A volume counts, too, when a container mounts it or a cleanup names it: it may
/// be the host's own.
pub(super) fn objects(documents: &BTreeMap<&Key, &Document>) -> Vec<CrossProblem> {
    let checks = documents.values().filter_map(|document| Some((*document, document.backup_check()?)));
    let named = checks.flat_map(|(document, check)| check.objects.iter().map(move |key| (document, key)));
    let unknown: Vec<(&Document, &Key)> = named.filter(|(_, key)| !documents.contains_key(key)).collect();
    if unknown.is_empty() {
        return Vec::new();
    }
    let volumes: BTreeSet<&str> = documents.values().flat_map(|document| volumes(document)).collect();
    let is_volume = |key: &Key| key.kind == Kind::Volume && volumes.contains(key.name.as_str());
    let unknown = unknown.into_iter().filter(|(_, key)| !is_volume(key));
    unknown.map(|(document, key)| not_declared(document, key)).collect()
}

fn volumes(document: &Document) -> Vec<&str> {
    let mounts = document.container().into_iter().flat_map(|container| container.mounts.values());
    let mounted = mounts.filter_map(|mount| match &mount.source {
        MountSource::Volume(name) => Some(name.as_str()),
        MountSource::Bind(_) | MountSource::Tmpfs => None,
    });
    let steps = document.disk().into_iter().flat_map(|disk| &disk.cleanup);
    let pruned = steps.filter_map(|step| match step {
        CleanupStep::PruneVolumes { names } => Some(names),
        _ => None,
    });
    mounted.chain(pruned.flatten().map(String::as_str)).collect()
}

fn not_declared(document: &Document, key: &Key) -> CrossProblem {
    let allowed = match key.kind {
        Kind::Volume => "a volume that these manifests declare, mount or prune",
        _ => "a container of these manifests",
    };
    let message = format!("{key} is not declared ({allowed})");
    let found = problem(document, document.spots.objects.get(key), "spec.objects", &message);
    CrossProblem { missing: Some(key.clone()), ..found }
}
