//! Plans that clean a filesystem: the steps of its policy in order, each only with what really lies there and nothing needs.
//!
//! Owns what may go. An empty answer is "nothing to do", never "everything". Never looks at the host: the inventory does.

mod images;

use std::collections::BTreeSet;
use std::time::Duration;

use podsteward_specs::disk::CleanupStep;

use crate::disk::Measure;
use crate::disk::facts::FRESH;
use crate::disk::inventory::{EndedContainer, EngineParts, FoundFiles, Inventory, Needed, Part};
use crate::live::INSTANCE_LABEL;
use crate::observation::Observation;
use crate::plan::{Expectation, ExpectedState, Plan, Section, Shape, Step, Touches, Until};
use crate::view::{DiskView, View};
use crate::words;

/// An inventory in which nothing may go counts for this part of the time that the pressure lasts already: what may go grows
/// old soon where the disk fills fast, and looking again and again costs.
const NOTHING_RESTS_PART: u32 = 4;
/// The shortest and the longest of that.
const NOTHING_RESTS: [Duration; 2] = [Duration::from_secs(5), Duration::from_mins(10)];
/// Labels by which other programs mark the containers that they look after.
const OTHERS_LABELS: [&str; 8] = [
    "com.github.containers.toolbox",
    "com.github.debarshiray.toolbox",
    "manager",
    "distrobox.unshare_groups",
    "io.podman.compose.project",
    "com.docker.compose.project",
    "PODMAN_SYSTEMD_UNIT",
    INSTANCE_LABEL,
];

/// The plan to clean a filesystem; `None`: nothing may go, or it is below its target already, whatever is to come. Where it
/// is not known what lies there, the plan has no steps, and the gate of freshness has it read first.
pub(super) fn plan(view: &View<'_>, measure: Measure) -> Option<Plan> {
    let disk = view.disk.as_ref()?;
    if disk.share(measure)? < measure.thresholds(disk.policy).target {
        return None;
    }
    let sections = if is_read(view) { sections(view, disk, measure) } else { Some(Vec::new()) };
    let sections = sections.filter(|sections| !sections.is_empty() || !is_read(view))?;
    Some(Plan {
        shape: Shape::Clean { measure },
        touches: touches(view, &sections),
        sections,
        settle: None,
        expectation: Expectation { state: ExpectedState::Relieved, stabilise: Duration::ZERO },
    })
}

/// Whether the inventory is known and young enough to act on, or to say that nothing may go.
pub fn is_read(view: &View<'_>) -> bool {
    let [least, most] = NOTHING_RESTS;
    let age = match removable(view) {
        None => return false,
        Some(true) => FRESH,
        Some(false) => lasts(view).map_or(most, |lasts| (lasts / NOTHING_RESTS_PART).clamp(least, most)),
    };
    view.disk.as_ref().is_some_and(|disk| disk.facts.inventory.is_fresh(view.world.now, age))
}

/// Whether anything may go, as far as the last inventory tells; `None`: there is none, or it is from before the pressure
/// and so tells nothing about what brought it.
pub fn removable(view: &View<'_>) -> Option<bool> {
    let disk = view.disk.as_ref()?;
    let tells = disk.facts.inventory.is_fresh(view.world.now, lasts(view).unwrap_or(Duration::MAX));
    tells.then(|| sections(view, disk, Measure::Space).is_some_and(|sections| !sections.is_empty()))
}

/// Why what a step of the policy names is of no use, for people.
pub fn useless(view: &View<'_>) -> Vec<String> {
    let Some((disk, inventory)) = view.disk.as_ref().and_then(|it| Some((it, it.facts.inventory.value()?)))
    else {
        return Vec::new();
    };
    let engine = useless_part("what Podman keeps", &inventory.engine);
    let journal = useless_part("journalVacuum", &inventory.journal);
    let files = disk.policy.cleanup.iter().enumerate().filter_map(|(index, step)| {
        let CleanupStep::DeleteFiles { root, .. } = step else { return None };
        let (what, part) = (format!("deleteFiles of {root}"), inventory.files.get(&index)?);
        let stays = part.found().filter(|found| found.files.is_empty() && !found.stays.is_empty());
        let stays = stays.map(|found| format!("{what}: {}", words::staying(&found.stays)));
        stays.or_else(|| useless_part(&what, part))
    });
    files.chain(engine).chain(journal).collect()
}

fn useless_part<T>(what: &str, part: &Part<T>) -> Option<String> {
    match part {
        Part::Useless(why) => Some(format!("{what}: {why}")),
        Part::NotAsked | Part::Found(_) => None,
    }
}

/// How long the oldest pressure lasts.
fn lasts(view: &View<'_>) -> Option<Duration> {
    let pressure = Measure::ALL.into_iter().filter_map(|measure| view.world.memory.disk.pressure(measure));
    pressure.map(|since| view.world.now.since(since)).max()
}

/// One section a step of the policy that has something to do.
fn sections(view: &View<'_>, disk: &DiskView<'_>, measure: Measure) -> Option<Vec<Section>> {
    let Observation::Known { value: inventory, .. } = &disk.facts.inventory else { return None };
    let until =
        Until { path: disk.policy.path.clone(), measure, below: measure.thresholds(disk.policy).target };
    // What one step throws away is not there for the next one.
    let mut gone = BTreeSet::new();
    let mut sections = Vec::new();
    for (index, step) in disk.policy.cleanup.iter().enumerate() {
        let mut steps = steps(view, disk, inventory, (index, step));
        steps.retain(|step| gone.insert(identity(step)));
        if !steps.is_empty() {
            sections.push(Section {
                title: step.name(),
                steps,
                until: Some(until.clone()),
                forgiving: false,
            });
        }
    }
    Some(expendable_first(sections))
}

/// Data that cannot be had again goes only where nothing else may: what is expendable does not wait for a person because of
/// it.
fn expendable_first(sections: Vec<Section>) -> Vec<Section> {
    let is_data =
        |section: &Section| section.steps.iter().any(|step| matches!(step, Step::RemoveVolume { .. }));
    let (data, expendable): (Vec<_>, Vec<_>) = sections.into_iter().partition(is_data);
    if expendable.is_empty() { data } else { expendable }
}

/// What a step throws away.
fn identity(step: &Step) -> String {
    match step {
        Step::RemoveImage { id, .. } => format!("image {id}"),
        other => other.to_string(),
    }
}

fn steps(
    view: &View<'_>,
    disk: &DiskView<'_>,
    inventory: &Inventory,
    (index, step): (usize, &CleanupStep),
) -> Vec<Step> {
    let needed = &*disk.facts.needed;
    let engine = inventory.engine.found();
    let of_engine = |found: &dyn Fn(&EngineParts) -> Vec<Step>| engine.map(found).unwrap_or_default();
    match step {
        CleanupStep::PruneDanglingImages => of_engine(&|engine| images::dangling(engine, needed)),
        CleanupStep::PruneUnusedImages { unused_for, keep_last, protect } => {
            let rule = images::Rule { unused_for: *unused_for, keep_last: *keep_last, protect };
            of_engine(&|engine| images::unused(engine, needed, &rule, view.world.now))
        }
        CleanupStep::PruneContainers { exited_for, labels } => of_engine(&|engine| {
            let wanted = |container: &&EndedContainer| {
                has_ended_for(container, *exited_for, view.world.now.wall_ms)
                    && has_labels(container, labels)
                    && is_nobodys(container, needed)
            };
            let names = engine.containers.iter().filter(wanted).map(|container| container.name.clone());
            names.map(|name| Step::RemoveContainer { name, force: false }).collect()
        }),
        CleanupStep::PruneBuildCache => of_engine(&|engine| {
            let size = engine.build_cache;
            if size == Some(0) { Vec::new() } else { vec![Step::PruneBuildCache { size }] }
        }),
        CleanupStep::TruncateContainerLogs { over } => of_engine(&|engine| {
            let large = engine.logs.iter().filter(|log| log.own && log.size > over.0);
            large
                .map(|log| Step::TruncateLog {
                    disk: disk.policy.path.clone(),
                    container: log.container.clone(),
                    path: log.path.clone(),
                    size: log.size,
                })
                .collect()
        }),
        CleanupStep::DeleteFiles { root, glob, older_than } => {
            let found = inventory.files.get(&index).and_then(Part::found);
            let step = |found: &FoundFiles| Step::DeleteFiles {
                root: root.clone(),
                glob: glob.clone(),
                older_than: *older_than,
                files: found.files.clone(),
                stays: found.stays.clone(),
            };
            found.filter(|found| !found.files.is_empty()).map(step).into_iter().collect()
        }
        CleanupStep::JournalVacuum { keep } => {
            let size = inventory.journal.found().filter(|size| **size > keep.0);
            size.map(|size| Step::VacuumJournal { keep: *keep, size: *size }).into_iter().collect()
        }
        CleanupStep::PruneVolumes { names } => of_engine(&|engine| {
            let named = engine.volumes.iter().filter(|volume| names.contains(&volume.name));
            let free =
                named.filter(|volume| volume.users.is_empty() && !needed.volumes.contains(&volume.name));
            free.map(|volume| Step::RemoveVolume { name: volume.name.clone() }).collect()
        }),
    }
}

fn has_ended_for(container: &EndedContainer, exited_for: Duration, wall_ms: i64) -> bool {
    let age = container.exited_ms.map(|exited_ms| wall_ms.saturating_sub(exited_ms));
    let age = age.and_then(|age| u64::try_from(age).ok()).map(Duration::from_millis);
    container.ended && age.is_some_and(|age| age >= exited_for)
}

fn has_labels(
    container: &EndedContainer,
    labels: &std::collections::BTreeMap<String, Option<String>>,
) -> bool {
    let has = |(name, value): (&String, &Option<String>)| {
        let own = container.labels.get(name);
        own.is_some_and(|own| value.as_ref().is_none_or(|value| value == own))
    };
    !labels.is_empty() && labels.iter().all(has)
}

/// Neither podsteward nor any other program that is known looks after it.
fn is_nobodys(container: &EndedContainer, needed: &Needed) -> bool {
    let others = |label: &str| match container.labels.get(label) {
        Some(value) => label != "manager" || value == "distrobox",
        None => false,
    };
    container.managed_by.is_none()
        && !needed.containers.contains(&container.name)
        && !OTHERS_LABELS.into_iter().any(others)
}

fn touches(view: &View<'_>, sections: &[Section]) -> Touches {
    let mut touches = Touches::default();
    touches.objects.insert(view.world.key.clone());
    for step in sections.iter().flat_map(|section| &section.steps) {
        match step {
            Step::RemoveImage { id, .. } => {
                touches.images.insert(id.clone());
            }
            Step::RemoveContainer { name, .. } => {
                touches.containers.insert(name.clone());
            }
            Step::RemoveVolume { name } => {
                touches.volumes.insert(name.clone());
            }
            _ => {}
        }
    }
    touches
}
