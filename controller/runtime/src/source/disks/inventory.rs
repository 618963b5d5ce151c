//! What lies on a filesystem that a cleanup could throw away.
//!
//! Owns what is read, and only for the steps that a policy names. Never says what may go: the planner does.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use podsteward_domain::disk::inventory::{
    Consumer, ConsumerKind, EndedContainer, EngineParts, FoundFiles, Inventory, LogFile, Part, StoredImage,
    StoredVolume,
};
use podsteward_domain::live::{ContainerSummary, DiskUsage, EngineState, ForeignManager, owner};
use podsteward_domain::observation::Observation;
use podsteward_metrics::chain;
use podsteward_podman::{Engine, Error};
use podsteward_specs::disk::{CleanupStep, DiskPolicy};
use podsteward_specs::key::Key;
use podsteward_store::Store;
use tokio::time::timeout;

use crate::clock::Clock;
use crate::context::Context;
use crate::disks::{Disks, Wanted};
use crate::world::WorldStore;

/// How long an engine may take to tell what it keeps that answers, and one that has not answered yet.
const ENGINE_PATIENCE: [Duration; 2] = [Duration::from_secs(20), Duration::from_secs(5)];
/// How long it may take to find out what takes most.
const CONSUMERS_PATIENCE: Duration = Duration::from_secs(10);
/// So many of what takes most are kept.
const CONSUMERS_MAX: usize = 10;

/// Who is asked what lies on a filesystem.
pub struct Finder<'a> {
    /// The container engine.
    pub engine: &'a dyn Engine,
    /// The filesystems.
    pub disks: &'a dyn Disks,
    /// Where the answers go.
    pub world: &'a WorldStore,
    /// When an image was last used.
    pub store: Option<&'a Store>,
    /// The clock.
    pub clock: &'a dyn Clock,
}

impl<'a> Finder<'a> {
    /// Whom the controller asks.
    pub fn of(context: &'a Context) -> Self {
        Self {
            engine: &*context.engine,
            disks: &*context.disks,
            world: &context.world,
            store: Some(context.keeper.store()),
            clock: &*context.clock,
        }
    }
}

/// Reads what could be thrown away, and what takes most.
pub async fn read(context: &Finder<'_>, key: &Key, policy: &DiskPolicy) {
    // A disk may be full because of which Podman does not answer: files can be deleted without it.
    let engine = match timeout(patience(context.world), engine(context, policy)).await {
        Ok(Ok(engine)) => engine,
        Ok(Err(error)) => Part::Useless(chain(&error)),
        Err(_) => Part::Useless("Podman does not answer".to_owned()),
    };
    let inventory =
        Inventory { files: files(context, policy).await, journal: journal(context, policy).await, engine };
    let consumers = timeout(CONSUMERS_PATIENCE, consumers(context, policy)).await.unwrap_or_default();
    context.world.put_inventory(key, inventory, consumers, context.clock.now());
}

/// How long the engine may take: what can be thrown away without it does not wait for one that is known to be silent.
pub fn patience(world: &WorldStore) -> Duration {
    let [answers, new] = ENGINE_PATIENCE;
    match world.engine() {
        Observation::Known { .. } => answers,
        Observation::NotYet => new,
        Observation::Unknown { .. } => Duration::ZERO,
    }
}

async fn files(context: &Finder<'_>, policy: &DiskPolicy) -> BTreeMap<usize, Part<FoundFiles>> {
    let (mut found, keep_out) = (BTreeMap::new(), context.world.engine_directories());
    let named = context.world.named_paths();
    for (index, step) in policy.cleanup.iter().enumerate() {
        if let CleanupStep::DeleteFiles { root, glob, older_than } = step {
            let now_ms = context.clock.now().wall_ms;
            let wanted =
                Wanted { root, glob, older_than: *older_than, now_ms, keep_out: &keep_out, named: &named };
            found.insert(index, context.disks.find_files(&policy.path, wanted).await);
        }
    }
    found
}

async fn journal(context: &Finder<'_>, policy: &DiskPolicy) -> Part<u64> {
    let asked = policy.cleanup.iter().any(|step| matches!(step, CleanupStep::JournalVacuum { .. }));
    if asked { context.disks.journal(&policy.path).await } else { Part::NotAsked }
}

fn is_of_engine(step: &CleanupStep) -> bool {
    !matches!(step, CleanupStep::DeleteFiles { .. } | CleanupStep::JournalVacuum { .. })
}

/// What Podman keeps on this filesystem. A part of another one would free nothing here.
async fn engine(context: &Finder<'_>, policy: &DiskPolicy) -> Result<Part<EngineParts>, Error> {
    if !policy.cleanup.iter().any(is_of_engine) {
        return Ok(Part::NotAsked);
    }
    let Some(root) = graph_root(context).await? else {
        return Ok(Part::Useless("where Podman keeps its images is not known".to_owned()));
    };
    match context.disks.are_together(&policy.path, &root).await {
        Ok(true) => {}
        Ok(false) => {
            let why = format!("Podman keeps its images in {root}, on another filesystem");
            return Ok(Part::Useless(why));
        }
        Err(error) => return Ok(Part::Useless(chain(&error))),
    }
    let rows = context.engine.list_containers().await?;
    Ok(Part::Found(EngineParts {
        images: images(context, &rows).await?,
        logs: logs(context, policy, &rows).await?,
        volumes: volumes(context, policy).await?,
        build_cache: context.disks.build_cache(&policy.path).await,
        containers: rows.iter().filter(|row| !row.state.is_up()).map(ended).collect(),
    }))
}

async fn graph_root(context: &Finder<'_>) -> Result<Option<String>, Error> {
    let known = context.world.engine().value().and_then(|info| info.graph_root.clone());
    match known {
        Some(root) => Ok(Some(root)),
        None => Ok(context.engine.info().await?.graph_root),
    }
}

async fn images(context: &Finder<'_>, rows: &[ContainerSummary]) -> Result<Vec<StoredImage>, Error> {
    let uses = context.store.and_then(|store| store.image_uses().ok()).unwrap_or_default();
    let list = context.engine.list_images().await?;
    // A list of images for several machines is no image, and takes nothing.
    let stored = list.into_iter().filter(|image| !image.is_manifest_list).map(|image| {
        let made = rows.iter().filter(|row| row.image_id == image.id).count();
        StoredImage {
            last_used: uses.get(&image.id).copied(),
            containers: u32::try_from(made).unwrap_or(u32::MAX).max(image.containers),
            id: image.id,
            names: image.names,
            size: image.size,
            created_ms: image.created_ms,
            has_children: image.has_children,
        }
    });
    Ok(stored.collect())
}

fn ended(row: &ContainerSummary) -> EndedContainer {
    let managed_by = row.managed_by.as_ref().map(|manager| match manager {
        ForeignManager::Systemd(unit) => format!("the systemd unit {unit}"),
        ForeignManager::Pod(pod) => format!("the pod {pod}"),
        ForeignManager::AutoRemove => "Podman itself (--rm)".to_owned(),
    });
    EndedContainer {
        name: row.name.clone(),
        labels: row.labels.clone(),
        ended: matches!(row.state, EngineState::Exited | EngineState::Stopped),
        exited_ms: row.exited_ms,
        size: None,
        managed_by,
    }
}

async fn logs(
    context: &Finder<'_>,
    policy: &DiskPolicy,
    rows: &[ContainerSummary],
) -> Result<Vec<LogFile>, Error> {
    let asked = policy.cleanup.iter().any(|step| matches!(step, CleanupStep::TruncateContainerLogs { .. }));
    let mut logs = Vec::new();
    for row in rows.iter().filter(|_| asked) {
        let live = context.engine.inspect_container(&row.name).await?;
        let Some(path) = live.and_then(|live| live.log_path) else { continue };
        if let Some(size) = context.disks.file_size(&policy.path, &path).await {
            let own = owner(&row.labels).is_some_and(|(instance, _)| instance == context.world.instance());
            logs.push(LogFile { container: row.name.clone(), own, path, size });
        }
    }
    Ok(logs)
}

/// The volumes that the policy names.
async fn volumes(context: &Finder<'_>, policy: &DiskPolicy) -> Result<Vec<StoredVolume>, Error> {
    let named = policy.cleanup.iter().filter_map(|step| match step {
        CleanupStep::PruneVolumes { names } => Some(names),
        _ => None,
    });
    let named: BTreeSet<&String> = named.flatten().collect();
    let mut volumes = Vec::new();
    if named.is_empty() {
        return Ok(volumes);
    }
    for volume in context.engine.list_volumes().await?.into_iter().filter(|it| named.contains(&it.name)) {
        let users = context.engine.volume_users(&volume.name).await?.into_iter().collect();
        volumes.push(StoredVolume { users, name: volume.name, size: None });
    }
    Ok(volumes)
}

/// Notes which images there are, and which of them containers use.
pub async fn note_images(context: &Context) -> Result<(), Error> {
    let rows = context.engine.list_containers().await?;
    let used: BTreeSet<String> = rows.into_iter().map(|row| row.image_id).collect();
    let present: BTreeSet<String> =
        context.engine.list_images().await?.into_iter().map(|image| image.id).collect();
    context.survive(context.keeper.store().images_seen(context.now(), &used, &present));
    Ok(())
}

/// What takes most: directories of the filesystem and, where it holds what Podman keeps, that by its parts.
async fn consumers(context: &Finder<'_>, policy: &DiskPolicy) -> Vec<Consumer> {
    let mut consumers = context.disks.largest(&policy.path).await;
    let root = context.world.engine().value().and_then(|info| info.graph_root.clone()).unwrap_or_default();
    if context.disks.are_together(&policy.path, &root).await == Ok(true)
        && let Ok(usage) = context.engine.disk_usage().await
    {
        consumers.retain(|consumer| !consumer.name.starts_with(&root));
        consumers.extend(kept(context, usage).await);
    }
    consumers.sort_by(|a, b| b.size.cmp(&a.size).then_with(|| a.name.cmp(&b.name)));
    consumers.truncate(CONSUMERS_MAX);
    consumers
}

/// What Podman keeps, by its parts.
async fn kept(context: &Finder<'_>, usage: DiskUsage) -> Vec<Consumer> {
    let consumer = |what, name: String, size| Consumer { what, name, size };
    let names = context.engine.list_images().await.unwrap_or_default();
    let name = |id: &str| {
        let known = names.iter().find(|image| image.id == id);
        known.and_then(|image| image.names.first().cloned()).unwrap_or_else(|| id.to_owned())
    };
    let containers = usage.containers.into_iter();
    let containers = containers.map(|it| consumer(ConsumerKind::Container, it.name, it.written));
    let images = usage.images.iter().map(|it| consumer(ConsumerKind::Image, name(&it.id), it.unique));
    let volumes = usage.volumes.into_iter().map(|it| consumer(ConsumerKind::Volume, it.name, it.size));
    containers.chain(images).chain(volumes).filter(|consumer| consumer.size > 0).collect()
}
