//! Which snapshots a plan takes, and the plan that puts one back.
//!
//! Owns what of a container's data is kept before it is changed. Never takes, restores or removes a snapshot.

use std::collections::BTreeSet;
use std::time::Duration;

use podsteward_specs::container::{Container, DataTier, MountSource};
use podsteward_specs::key::{Key, Name};

use super::container;
use crate::plan::{Expectation, ExpectedState, Plan, Section, Shape, Step, Touches};
use crate::snapshot::facts::{DataFacts, DataUser, Lies};
use crate::snapshot::{PlannedSnapshot, RETENTION, Source, area};
use crate::view::{ContainerView, View};

/// What is kept of a container's data before it is made anew: every directory that the new one may write, if anything
/// about the container asks for it.
pub(super) fn kept(container: &ContainerView<'_>, spec: &Container) -> Vec<PlannedSnapshot> {
    let data = &container.facts.data;
    let sources = sources(container, spec);
    sources.into_iter().filter_map(|source| planned(data, source)).collect()
}

/// Why what is to be kept cannot be kept now, if it cannot.
pub fn obstacles(view: &View<'_>) -> Vec<String> {
    let Some((container, spec)) = view.container.as_ref().and_then(|it| Some((it, it.spec?))) else {
        return Vec::new();
    };
    let sources = sources(container, spec);
    sources.iter().filter_map(|source| obstacle(view, &container.facts.data, source)).collect()
}

/// Nothing is added to a filesystem that is being cleaned or is about to be full.
fn obstacle(view: &View<'_>, data: &DataFacts, source: &Source) -> Option<String> {
    if source.path.is_empty() {
        return Some(format!("no snapshot of {source} can be taken: its data does not lie on this host"));
    }
    let Some(planned) = planned(data, source.clone()) else {
        return Some(format!(
            "no snapshot of {source} can be taken: containers mount everything beside {}",
            source.path
        ));
    };
    let disk = data.disk_of(&planned.area)?;
    let why = if view.world.host.leases.iter().any(|lease| lease.key == disk.key) {
        "is being cleaned"
    } else if disk.critical {
        "is about to be full"
    } else {
        return None;
    };
    Some(format!("no snapshot of {source} is taken while {} {why}", disk.key))
}

fn planned(data: &DataFacts, source: Source) -> Option<PlannedSnapshot> {
    let area = area(&source.path, &data.mounted)?;
    let keep = data.disk_of(&area).map_or(RETENTION, |disk| disk.retention.max(RETENTION));
    Some(PlannedSnapshot { source, area, keep })
}

/// The directories that the new container may write and that hold something by now. What is not a directory, lives in
/// memory, is mounted to be read, or belongs to somebody else, is none of them.
fn sources(container: &ContainerView<'_>, spec: &Container) -> BTreeSet<Source> {
    let data = &container.facts.data;
    let writable = || spec.mounts.values().filter(|mount| !mount.read_only).map(|mount| &mount.source);
    let of_volume = |source: &MountSource| match source {
        MountSource::Volume(name) => data.volumes.get(name).is_some_and(|volume| volume.snapshot),
        MountSource::Bind(_) | MountSource::Tmpfs => false,
    };
    if spec.data_tier != DataTier::Snapshot && !writable().any(of_volume) {
        return BTreeSet::new();
    }
    let declared = writable().filter_map(|source| match source {
        MountSource::Volume(name) => {
            let volume = data.volumes.get(name).filter(|volume| !volume.foreign)?;
            Some(Source { path: volume.path.clone().unwrap_or_default(), volume: Some(name.clone()) })
        }
        MountSource::Bind(path) => {
            let path = match data.binds.get(path) {
                Some(Lies::File) => return None,
                Some(Lies::Directory(really)) => really,
                None => path,
            };
            Some(Source { path: path.clone(), volume: None })
        }
        MountSource::Tmpfs => None,
    });
    let anonymous = container::reattached(container.live, spec).into_iter().filter_map(|(target, volume)| {
        let path = container.live?.mounts_on_host.get(&target)?.clone();
        Some(Source { path, volume: Some(volume) })
    });
    declared.chain(anonymous).collect()
}

/// The plan that puts a snapshot back: exactly the containers that use the directory and run are stopped meanwhile.
pub(super) fn restore(view: &View<'_>) -> Option<Plan> {
    let restore = view.world.restore.as_ref()?;
    let running: Vec<&DataUser> = restore.users.iter().filter(|user| user.running).collect();
    let (name, source) = (restore.snapshot.name.clone(), restore.snapshot.source.clone());
    let stop = |user: &&DataUser| Step::StopContainer { name: user.name.clone(), grace: user.grace };
    let mut steps: Vec<Step> = running.iter().map(stop).collect();
    steps.push(Step::RestoreSnapshot { name: name.clone(), source });
    steps.extend(running.iter().map(|user| start(user)));
    let stabilise = if running.is_empty() { Duration::ZERO } else { container::STABILISE };
    Some(Plan {
        shape: Shape::Restore { name, users: running.iter().map(|user| user.name.clone()).collect() },
        sections: vec![Section::new("restore", steps)],
        settle: None,
        touches: touches(view, &restore.users, restore.snapshot.source.volume.clone()),
        expectation: Expectation { state: ExpectedState::Restored, stabilise },
    })
}

/// Starts a container again.
pub(crate) fn start(user: &DataUser) -> Step {
    Step::StartContainer { name: user.name.clone(), deadline: user.deadline }
}

fn touches(view: &View<'_>, users: &[DataUser], volume: Option<String>) -> Touches {
    let keys = users.iter().filter_map(|user| Some(Key::container(Name::new(&user.name).ok()?)));
    Touches {
        objects: keys.chain([view.world.key.clone()]).collect(),
        containers: users.iter().map(|user| user.name.clone()).collect(),
        volumes: volume.into_iter().collect(),
        ..Touches::default()
    }
}
