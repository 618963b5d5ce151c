//! One read-only pass over everything: what `plan` shows.
//!
//! Owns the order of the reads. Never writes to Podman or to the store, and works with or without a controller
//! running beside it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use podsteward_domain::backup::{Look, ProofOf, evidence};
use podsteward_domain::disk::memory;
use podsteward_domain::evaluate::{self, Evaluation};
use podsteward_domain::finding::FindingKind;
use podsteward_domain::memory::Applied;
use podsteward_domain::playbook::{Allowed, Request};
use podsteward_domain::time::Moment;
use podsteward_podman::{Engine, Error as PodmanError};
use podsteward_specs::backup::Proof;
use podsteward_specs::document::Document;
use podsteward_specs::key::{Key, Kind, Name};
use podsteward_specs::problem::Problem;
use podsteward_store::{Incident, Store};

use crate::backups::Backups;
use crate::clock::Clock;
use crate::disks::Disks;
use crate::outbox::{self, Sender};
use crate::parts::{ConfigFiles, Pressure};
use crate::snapshots::Snapshots;
use crate::source::disks::inventory::{self, Finder};
use crate::source::disks::remembered_mounts;
use crate::source::manifests::fresh::Cache;
use crate::source::manifests::merge::merge;
use crate::source::manifests::read::{DirectoryReader, ManifestReader};
use crate::source::manifests::view::ManifestView;
use crate::source::snapshots::requested;
use crate::world::{Remembered, WorldStore};

/// What is read.
pub struct Sources<'a> {
    /// The manifests directory.
    pub manifests: PathBuf,
    /// The container engine.
    pub engine: &'a dyn Engine,
    /// The config files.
    pub config_files: &'a dyn ConfigFiles,
    /// The proofs of backups.
    pub backups: &'a dyn Backups,
    /// The filesystems.
    pub disks: &'a dyn Disks,
    /// Snapshots of directories.
    pub snapshots: &'a dyn Snapshots,
    /// What is short.
    pub pressure: &'a dyn Pressure,
    /// What takes messages to the channels; nothing is sent.
    pub sender: &'a dyn Sender,
    /// The clock.
    pub clock: &'a dyn Clock,
    /// The store, where there is one.
    pub store: Option<&'a Store>,
    /// The programs that playbooks may run.
    pub allowed: Allowed,
    /// A playbook that somebody is about to ask for, on a target.
    pub asked: Option<(Key, Name, Request)>,
    /// Whether a controller runs beside this pass.
    pub controller_runs: bool,
    /// Which instance this is.
    pub instance: &'a str,
    /// Only these objects are wanted; none: everything.
    pub only: Option<&'a BTreeSet<Key>>,
}

/// How many things are inspected at once.
const INSPECTIONS: usize = 8;

/// What the pass found.
#[derive(Debug)]
pub struct Assessment {
    /// What follows for each object.
    pub objects: Vec<(Key, Evaluation)>,
    /// Problems of the manifests.
    pub problems: Vec<Problem>,
    /// The playbooks in force.
    pub playbooks: Arc<BTreeMap<Name, Arc<Document>>>,
    /// What was not read; empty: the pass is complete.
    pub missing: Vec<String>,
    /// Why Podman could not be read, if it could not.
    pub unread: Option<PodmanError>,
}

/// Reads everything once and evaluates every object. What Podman did not tell is not known, and what follows from the rest
/// is told all the same: only a store that cannot be read ends the pass.
pub async fn assess(sources: &Sources<'_>) -> podsteward_store::Result<Assessment> {
    let world = WorldStore::new(sources.instance);
    let before = remembered(sources, &world)?;
    let now = sources.clock.now();
    let reading = DirectoryReader::new(sources.manifests.clone()).read().await;
    let view = merge(&before, &Cache::default().load(reading), now);
    let problems = view.problems.clone();
    world.put_manifests(view);
    let unread = read_engine(sources, &world).await.err();
    if unread.is_some() {
        world.engine_down(sources.clock.now());
    }
    for path in world.config_files() {
        if let Ok(digest) = sources.config_files.digest(&path) {
            world.put_config_file(&path, digest, sources.clock.now());
        }
    }
    read_memory(sources, &world);
    read_probes(sources, &world)?;
    read_channels(sources, &world);
    read_backups(sources, &world).await?;
    read_disks(sources, &world).await?;
    read_data(sources, &world).await;
    let evaluate = |key: Key| {
        let evaluation = evaluate::evaluate(world.world(&key, sources.clock.now()));
        (key, evaluation)
    };
    // While a drill is under way, the controller that drills says what becomes of the canary.
    let drills = sources.store.map(Store::open_drill).transpose()?.flatten().is_some();
    let wanted =
        |key: &Key| sources.only.is_none_or(|only| only.contains(key)) && !(drills && key.is_canary());
    let keys = world.keys().into_iter().filter(wanted);
    let playbooks = world.playbooks();
    let missing = missing(&world, unread.as_ref());
    let objects = keys.map(evaluate).collect();
    Ok(Assessment { objects, problems, playbooks, missing, unread })
}

/// What was not read. One read of Podman that failed leaves open what the others would have told later.
fn missing(world: &WorldStore, unread: Option<&PodmanError>) -> Vec<String> {
    let podman = unread.map(|error| format!("podman cannot be read: {error}"));
    podman.into_iter().chain(world.missing_reads()).collect()
}

/// Takes in how it goes with the channels, as the controller left it. Nothing is sent.
fn read_channels(sources: &Sources<'_>, world: &WorldStore) {
    if let Some(store) = sources.store {
        world.put_channels(&outbox::remembered(store, sources.sender, world.channels()));
    }
}

/// What lies at the paths of containers whose data is kept.
async fn read_data(sources: &Sources<'_>, world: &WorldStore) {
    for key in world.keys().iter().filter(|key| world.keeps_data(key)) {
        for path in world.binds(key) {
            world.put_bind(&path, sources.snapshots.lies_at(&path).await);
        }
    }
}

fn remembered(sources: &Sources<'_>, world: &WorldStore) -> podsteward_store::Result<ManifestView> {
    world.put_allowed(sources.allowed.clone());
    let mut asked = sources.store.map(Store::playbook_requests).transpose()?.unwrap_or_default();
    if let Some((key, name, request)) = &sources.asked {
        asked.entry(key.clone()).or_default().insert(name.clone(), request.clone());
    }
    world.put_playbooks_asked(asked);
    let Some(store) = sources.store else { return Ok(ManifestView::default()) };
    for (key, memory) in store.memories()? {
        world.put_memory(&key, memory);
    }
    for intent in store.open_intents()? {
        world.put_intent(&intent.key.clone(), Some(intent));
    }
    world.put_switch(store.switch()?);
    world.put_alerts(store.open_alerts()?, store.forgotten_alerts()?);
    world.put_remediation_off(store.remediation_off()?);
    world.put_remembered(Remembered::read(store)?);
    world.put_restores(requested(store)?);
    let is_storm =
        |incident: &Incident| incident.kind == FindingKind::Storm && incident.target == Key::host();
    if let Some(storm) = store.open_incidents()?.into_iter().find(is_storm) {
        world.put_storm(storm.opened);
    }
    let good = store.last_good()?.into_iter();
    let good =
        good.filter_map(|good| Document::from_canonical(&good.canonical, good.origin).ok().map(Arc::new));
    Ok(ManifestView::remembered(good, &store.vanished()?))
}

/// Looks at the proofs of backups. A program is not run: what it told the controller last is what is known.
async fn read_backups(sources: &Sources<'_>, world: &WorldStore) -> podsteward_store::Result<()> {
    for (key, check) in world.backup_checks() {
        for of in ProofOf::ALL {
            let Some((proof, max_age)) = of.declared(&check) else { continue };
            let kept = sources.store.map(|store| store.backup_look(&key, of, proof)).transpose()?.flatten();
            let look = if let Proof::Command { .. } = proof {
                kept
            } else {
                let evidence = sources.backups.look(proof).await;
                let now = sources.clock.now();
                Some(Look::after(kept.as_ref(), evidence::read(proof, max_age, &evidence, now), now))
            };
            if let Some(look) = look {
                world.put_backup_look((&key, of, proof), look, sources.clock.now());
            }
        }
    }
    Ok(())
}

/// Takes in what the controller's probes came to. None is run: one look is no series of results. While no controller runs,
/// what they said grows old.
fn read_probes(sources: &Sources<'_>, world: &WorldStore) -> podsteward_store::Result<()> {
    for (key, start, facts) in sources.store.map(Store::probe_facts).transpose()?.unwrap_or_default() {
        let facts = if sources.controller_runs { facts.still(sources.clock.now()) } else { facts };
        world.put_probe_facts(&key, start, facts);
    }
    Ok(())
}

/// Samples the memory of the containers that have a limit. Whether it stayed so for a while a single look cannot tell.
fn read_memory(sources: &Sources<'_>, world: &WorldStore) {
    for process in world.processes(true) {
        world.put_memory_use(&process, sources.pressure.memory(&process).ok(), sources.clock.now());
    }
}

/// Measures the filesystems; what lies on one is read only where that is asked.
async fn read_disks(sources: &Sources<'_>, world: &WorldStore) -> podsteward_store::Result<()> {
    let Sources { engine, disks, clock, store, .. } = *sources;
    let is_wanted = |key: &Key| sources.only.is_none_or(|only| only.contains(key));
    disks.remember_mounts(&store.map(remembered_mounts).unwrap_or_default());
    for (key, policy) in world.disks().into_iter().filter(|(key, _)| is_wanted(key)) {
        match disks.measure(&policy.path).await {
            Ok(sample) => {
                world.put_disk_sample(&key, sample, clock.now());
                // One look cannot see how long a level holds: what is there now counts as if it did.
                let mut memory = world.memory(&key);
                let begun = clock.now().before(memory::HOLD);
                memory.disk = memory.disk.after(&sample, None, &policy, begun);
                // Taking note of its document touches nothing: what follows from it is what somebody wants to see.
                memory.applied = taken_note(world, &key, memory.applied, clock.now());
                world.put_memory(&key, memory);
            }
            Err(error) => {
                world.put_disk_unknown(&key, &error.to_string(), clock.now());
            }
        }
        if let Some(forecast) = store.map(|store| store.latest_forecast(&key)).transpose()?.flatten() {
            world.put_forecast(&key, forecast);
        }
        let evaluation = evaluate::evaluate(world.world(&key, clock.now()));
        let mut decisions = evaluation.decisions.iter();
        let answers = world.engine().value().is_some();
        if answers && decisions.any(|decision| decision.action.cleans()) {
            inventory::read(&Finder { engine, disks, world, store, clock }, &key, &policy).await;
        }
    }
    Ok(())
}

/// What is applied once the document that is declared is taken note of.
fn taken_note(world: &WorldStore, key: &Key, applied: Option<Applied>, at: Moment) -> Option<Applied> {
    let manifests = world.manifests()?;
    let Some(document) = manifests.documents.get(key) else { return applied };
    let canonical = document.canonical.to_string();
    match applied {
        Some(applied) if applied.canonical == canonical => Some(applied),
        before => Some(Applied {
            canonical,
            generation: before.map_or(1, |before| before.generation + 1),
            image_id: None,
            config_digests: BTreeMap::new(),
            adopted: false,
            at,
        }),
    }
}

async fn read_engine(sources: &Sources<'_>, world: &WorldStore) -> Result<(), PodmanError> {
    let (engine, clock) = (sources.engine, sources.clock);
    world.engine_up(engine.info().await?, clock.now());
    world.put_networks(engine.list_networks().await?, clock.now());
    world.put_volumes(engine.list_volumes().await?, clock.now());
    let needed = needed(sources, world);
    let images = world.declared_images().into_iter();
    let images = images.filter(|reference| needed.as_ref().is_none_or(|it| it.images.contains(reference)));
    let images = stream::iter(images).map(|reference| async move {
        let image = engine.inspect_image(&reference).await?;
        world.put_image(&reference, image, clock.now());
        Ok::<(), PodmanError>(())
    });
    images.buffered(INSPECTIONS).try_collect::<()>().await?;
    for id in world.previous_images() {
        world.put_previous_image(&id, engine.inspect_image(&id).await?, clock.now());
    }
    let inspection = world.inspection();
    let listed = world.put_list(inspection, engine.list_containers().await?, clock.now()).into_iter();
    let listed = listed.filter(|name| needed.as_ref().is_none_or(|it| it.containers.contains(name)));
    let containers = stream::iter(listed).map(|name| async move {
        let inspection = world.inspection();
        let live = engine.inspect_container(&name).await?;
        world.put_container(inspection, &name, live, clock.now());
        Ok::<(), PodmanError>(())
    });
    containers.buffered(INSPECTIONS).try_collect::<()>().await
}

/// What must be inspected for some objects.
struct Needed {
    containers: BTreeSet<String>,
    images: BTreeSet<String>,
}

/// What must be inspected for the wanted objects; `None`: everything. A network or volume needs all containers, to
/// know who uses it.
fn needed(sources: &Sources<'_>, world: &WorldStore) -> Option<Needed> {
    let only = sources.only.filter(|only| only.iter().all(|key| key.kind == Kind::Container))?;
    let mut needed = Needed { containers: BTreeSet::new(), images: BTreeSet::new() };
    let documents = world.manifests().map(|view| view.documents).unwrap_or_default();
    for key in only {
        needed.containers.insert(key.name.to_string());
        let Some(spec) = documents.get(key).and_then(|document| document.container()) else { continue };
        needed.containers.extend(spec.depends_on.keys().map(ToString::to_string));
        needed.images.insert(spec.image.clone());
        // What playbooks about it name is looked at with it.
        for other in world.others(key).into_iter().filter(|other| other.kind == Kind::Container) {
            needed.containers.insert(other.name.to_string());
            let spec = documents.get(&other).and_then(|document| document.container());
            needed.images.extend(spec.map(|spec| spec.image.clone()));
        }
    }
    Some(needed)
}
