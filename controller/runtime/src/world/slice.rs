//! One object's World, cut out of the caches.
//!
//! Owns which facts belong to an object. Its cost grows with what the object needs, not with how many objects
//! there are (a network or volume looks through the containers for its users).

use std::collections::BTreeMap;
use std::sync::Arc;

use podsteward_domain::admit::Lease;
use podsteward_domain::exit;
use podsteward_domain::intent::Intent;
use podsteward_domain::live::{HealthStatus, LiveContainer};
use podsteward_domain::liveness::Liveness;
use podsteward_domain::observation::Observation;
use podsteward_domain::planning::PREVIOUS_INFIX;
use podsteward_domain::time::Moment;
use podsteward_domain::world::{
    ContainerFacts, DependencyFacts, HostFacts, KernelLiveness, NeedFacts, NetworkFacts, Subject,
    VolumeFacts, World,
};
use podsteward_specs::container::{Container, MountSource, RestartPolicy};
use podsteward_specs::key::{Key, Kind, Name};

use super::containers::Entry;
use super::{Caches, backups, data, disks, index, playbooks, pressure, probes};

/// The World of one object, with those that playbooks about it name.
pub(super) fn world(caches: &Caches, instance: &Arc<str>, key: &Key, now: Moment) -> World {
    let alone = |key: &Key| alone(caches, Arc::clone(instance), key, now);
    let others = playbooks::others(caches, key);
    let others = others.into_iter().map(|key| (key.clone(), alone(&key))).collect();
    World { others, ..alone(key) }
}

/// The World of one object by itself.
fn alone(caches: &Caches, instance: Arc<str>, key: &Key, now: Moment) -> World {
    let desired = caches.desired(&instance, key);
    let spec = desired.document().and_then(|document| document.container());
    let subject = match key.kind {
        Kind::Container => Subject::Container(Box::new(container(caches, &instance, (key, spec), now))),
        Kind::Network => Subject::Network(NetworkFacts {
            live: one(caches, &caches.networks, key),
            users: attached_to(caches, key.name.as_str()),
        }),
        Kind::Volume => Subject::Volume(VolumeFacts {
            live: one(caches, &caches.volumes, key),
            users: mounting(caches, key.name.as_str()),
        }),
        Kind::Disk => Subject::Disk(Box::new(disks::facts(caches, key))),
        Kind::BackupCheck => Subject::Backup(backups::facts(caches, key)),
        Kind::NotificationChannel => Subject::Channel(caches.channels.get(key).cloned().unwrap_or_default()),
        Kind::RemediationPolicy | Kind::AlertRoute | Kind::Playbook | Kind::Host => Subject::Setting,
    };
    let problems = caches.manifests.as_ref().and_then(|manifests| manifests.problems_of.get(key));
    let restore = data::restore(caches, &instance, key);
    World {
        now,
        instance,
        key: key.clone(),
        desired,
        manifest_problems: problems.cloned().unwrap_or_default(),
        engine: caches.engine.clone(),
        subject,
        memory: caches.memories.get(key).cloned().unwrap_or_default(),
        applied: caches.applied.last(key),
        previous: caches.applied.previous(key),
        intent: caches.intents.get(key).cloned(),
        switch: caches.switch.clone(),
        remediation_off: caches.remediation_off.clone(),
        policy: caches.judging.policy(),
        standing: caches.judging.standing(key),
        snapshots: caches.snapshots.get(key).cloned().unwrap_or_default(),
        others: BTreeMap::new(),
        playbooks_asked: caches.playbooks.asked.get(key).cloned().unwrap_or_default(),
        checks: caches.playbooks.checks.get(key).cloned(),
        restore,
        alerts: caches.alerts.of(key),
        lint: caches.alerts.lint(key),
        host: host(caches, key),
    }
}

/// What the host at large is about.
fn host(caches: &Caches, key: &Key) -> HostFacts {
    let lease = |intent: &Intent| Lease {
        intent: intent.id,
        key: intent.key.clone(),
        action: intent.action,
        touches: intent.touches.clone(),
    };
    HostFacts {
        leases: caches.intents.values().map(lease).collect(),
        group: caches.index.group(key),
        dependents: caches.index.dependents(key),
        containers: caches.index.containers,
        storm: caches.judging.storm(),
        ready: caches.judging.ready,
        engine_assumed: caches.engine_told.is_none(),
        guards: backups::guards(caches),
        playbooks: Arc::clone(&caches.index.playbooks),
        allowed: Arc::clone(&caches.playbooks.allowed),
    }
}

/// While the engine does not answer, nothing is known of what exists, whatever was known before.
fn unless_down<T>(caches: &Caches, observation: Observation<T>) -> Observation<T> {
    match caches.engine {
        Observation::Unknown { since } => Observation::Unknown { since },
        Observation::NotYet | Observation::Known { .. } => observation,
    }
}

fn one<T>(
    caches: &Caches,
    all: &Observation<BTreeMap<String, Arc<T>>>,
    key: &Key,
) -> Observation<Option<Arc<T>>> {
    let observation = match all {
        Observation::NotYet => Observation::NotYet,
        Observation::Unknown { since } => Observation::Unknown { since: *since },
        Observation::Known { value, at } => {
            Observation::Known { value: value.get(key.name.as_str()).cloned(), at: *at }
        }
    };
    unless_down(caches, observation)
}

fn container(
    caches: &Caches,
    instance: &str,
    (key, spec): (&Key, Option<&Container>),
    now: Moment,
) -> ContainerFacts {
    let entry = caches.containers.get(key.name.as_str());
    let mut facts = ContainerFacts {
        live: unless_down(caches, entry.map_or(Observation::NotYet, live)),
        kernel: entry.map_or(KernelLiveness::Unwatched, |entry| entry.kernel),
        exit: entry.and_then(|entry| entry.exit.clone()),
        checked: entry.and_then(|entry| entry.checks.seen()),
        memory: entry.map(pressure::facts).unwrap_or_default(),
        probes: entry.map(|entry| probes::facts(caches, key, entry)).unwrap_or_default(),
        previous: previous(caches, key.name.as_str()),
        ..ContainerFacts::default()
    };
    // Just renamed back, a container is read under its own name before the next list tells so: it does not wait for
    // itself, and must not be removed for the sake of the one that waits.
    let own = facts.live.value().and_then(Option::as_ref).map(|live| live.id.clone());
    facts.previous.retain(|waiting| Some(&waiting.id) != own.as_ref());
    let Some(spec) = spec else { return facts };
    if let Some(memory) = caches.memories.get(key) {
        facts.previous_image = unless_down(caches, caches.applied.image(memory));
    }
    facts.image = unless_down(caches, caches.images.get(&spec.image).cloned().unwrap_or_default());
    facts.dependencies =
        spec.depends_on.keys().map(|name| (name.clone(), dependency(caches, name, now))).collect();
    facts.networks = index::network_names(spec)
        .map(|name| (name.to_owned(), need(caches, &caches.networks, Kind::Network, name)))
        .collect();
    facts.volumes = index::volume_names(spec)
        .map(|name| (name.to_owned(), need(caches, &caches.volumes, Kind::Volume, name)))
        .collect();
    facts.data = data::facts(caches, instance, key.name.as_str(), spec);
    let digest = |path: &String| caches.config_files.get(path).cloned().unwrap_or_default();
    facts.config_files = spec.config_files.keys().map(|path| (path.clone(), digest(path))).collect();
    facts
}

/// What inspect said, with the one thing that Podman does not notice: a healthcheck that never ends.
fn live(entry: &Entry) -> Observation<Option<Arc<LiveContainer>>> {
    let observation = entry.live.clone();
    let Observation::Known { value: Some(container), at } = &observation else { return observation };
    let retries = container.config.healthcheck.as_ref().map_or(u32::MAX, |check| check.retries.max(1));
    let Some(health) = entry.checks.hanging(retries) else { return observation };
    let value = LiveContainer { health: Some(health), ..container.as_ref().clone() };
    Observation::Known { value: Some(Arc::new(value)), at: *at }
}

fn previous(caches: &Caches, name: &str) -> Vec<podsteward_domain::live::ContainerSummary> {
    let prefix = format!("{name}{PREVIOUS_INFIX}");
    let named = caches.containers.range(prefix.clone()..).take_while(|(other, _)| other.starts_with(&prefix));
    named.filter_map(|(_, entry)| entry.summary.clone()).collect()
}

fn dependency(caches: &Caches, name: &Name, now: Moment) -> DependencyFacts {
    let entry = caches.containers.get(name.as_str());
    let observation = unless_down(caches, entry.map_or(Observation::NotYet, live));
    let (live, at) = match observation {
        Observation::NotYet => return DependencyFacts::default(),
        Observation::Unknown { since } => {
            return DependencyFacts { running: Observation::Unknown { since }, ..DependencyFacts::default() };
        }
        Observation::Known { value: None, at } => {
            return DependencyFacts {
                running: Observation::Known { value: false, at },
                ..DependencyFacts::default()
            };
        }
        Observation::Known { value: Some(live), at } => (live, at),
    };
    let kernel = entry.map_or(KernelLiveness::Unwatched, |entry| entry.kernel);
    let running = Liveness::of(&live, kernel).is_up();
    let healthy = live.health.as_ref().is_none_or(|health| health.status == HealthStatus::Healthy);
    let key = Key::container(name.clone());
    let document = caches.manifests.as_ref().and_then(|view| view.documents.get(&key));
    let spec = document.and_then(|document| document.container());
    let ends = spec.is_some_and(|spec| spec.restart_policy != RestartPolicy::Always);
    let ready = entry.is_none_or(|entry| probes::is_ready(caches, &key, (entry, &live), now));
    DependencyFacts {
        running: Observation::Known { value: running, at },
        healthy: running && healthy && ready,
        completed: ends && !running && exit::told_code(&live) == Some(0),
        start: live.start().filter(|_| running),
    }
}

fn need<T>(
    caches: &Caches,
    all: &Observation<BTreeMap<String, Arc<T>>>,
    kind: Kind,
    name: &str,
) -> NeedFacts {
    let key = Name::new(name).ok().map(|name| Key { kind, name });
    let declared = key.is_some_and(|key| {
        caches.manifests.as_ref().is_some_and(|manifests| manifests.documents.contains_key(&key))
    });
    let exists = match all {
        Observation::Known { value, at } => Observation::Known { value: value.contains_key(name), at: *at },
        Observation::NotYet => Observation::NotYet,
        Observation::Unknown { since } => Observation::Unknown { since: *since },
    };
    NeedFacts { declared, exists: unless_down(caches, exists) }
}

fn attached_to(caches: &Caches, network: &str) -> Vec<String> {
    let summaries =
        caches.containers.iter().filter_map(|(name, entry)| Some((name, entry.summary.as_ref()?)));
    summaries
        .filter(|(_, summary)| summary.networks.contains(network))
        .map(|(name, _)| name.clone())
        .collect()
}

fn mounting(caches: &Caches, volume: &str) -> Vec<String> {
    let mounts = |entry: &Entry| {
        let live = entry.live.value().and_then(Option::as_deref);
        live.is_some_and(|live| {
            let named = live
                .config
                .mounts
                .values()
                .any(|mount| mount.source == MountSource::Volume(volume.to_owned()));
            named || live.anonymous_volumes.values().any(|name| name == volume)
        })
    };
    caches.containers.iter().filter(|(_, entry)| mounts(entry)).map(|(name, _)| name.clone()).collect()
}
