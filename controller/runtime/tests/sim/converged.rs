//! What must hold once the faults have stopped: the host is as the manifests say.
//!
//! Owns the comparison of the fake's world with the model of the manifests, field by field and without the
//! controller's own comparison; and of what `get` shows with what is there.

use std::collections::BTreeSet;

use podsteward_domain::status::{ConditionStatus, ConditionType, ObjectState, ObjectStatus};
use podsteward_metrics::Format;
use podsteward_podman::Engine as _;
use podsteward_specs::container::{MountSource, Networks};
use podsteward_specs::key::Key;
use podsteward_specs::quantity::Bytes;

use crate::declared::{Container, Declared, Object};
use crate::host::{FOREIGN, Host};
use crate::life::Running;

/// The first thing that is not as declared; `None`: everything is. What the rules hold back counts as it is, unless
/// `wholly`.
pub(crate) async fn unsettled(
    host: &Host,
    running: &Running,
    declared: &Declared,
    wholly: bool,
) -> Option<String> {
    let statuses = running.context.world.statuses();
    for object in declared.objects() {
        let key = object.key();
        let Some(status) = statuses.iter().find(|status| status.key.to_string() == key) else {
            return Some(format!("{key} is not shown"));
        };
        if is_quarantined(status) && !wholly {
            continue;
        }
        if matches!(object, Object::Volume(..)) && status.state == ObjectState::Foreign {
            // Removed by hand, and made by Podman for a container that came before it was noticed.
            continue;
        }
        let wrong = shown(status).or_else(|| object.container().and_then(|container| live(host, container)));
        if let Some(wrong) = wrong {
            return Some(format!("{key}: {wrong} ({})", status.state));
        }
    }
    if let Some(intent) = running.context.world.open_intents().first() {
        return Some(format!("plan {} of {} is open", intent.id, intent.key));
    }
    miscounted(running).or(superfluous(host, running, declared)).or(missing(host, declared).await)
}

/// The metrics say of each object what `get` says, and of no other, also where nothing changed since the start.
fn miscounted(running: &Running) -> Option<String> {
    let text = running.context.telemetry.render(Format::Classic);
    let told: BTreeSet<&str> =
        text.lines().filter(|line| line.starts_with("podsteward_object_state{")).collect();
    let series = |status: &ObjectStatus| {
        format!("podsteward_object_state{{object=\"{}\",state=\"{}\"}} 1", status.key, status.state)
    };
    let shown: BTreeSet<String> = running.context.world.statuses().iter().map(series).collect();
    let differs = shown.iter().map(String::as_str).collect::<BTreeSet<_>>() != told;
    differs.then(|| format!("the metrics tell {told:?}, and {shown:?} is shown"))
}

/// Objects whose document was taken back, or whose drift was given up.
pub(crate) fn quarantined(running: &Running) -> Vec<Key> {
    let statuses = running.context.world.statuses();
    statuses.into_iter().filter(is_quarantined).map(|status| status.key).collect()
}

fn is_quarantined(status: &ObjectStatus) -> bool {
    let applied = status.condition(ConditionType::Applied);
    applied.is_some_and(|applied| {
        applied.status == ConditionStatus::False
            && ["RolledBack", "NotConverging"].contains(&applied.reason.as_str())
    })
}

/// What `get` shows.
fn shown(status: &ObjectStatus) -> Option<String> {
    let moved = || {
        let warning = status.condition(ConditionType::Warning);
        warning.is_some_and(|warning| warning.reason == "ImageMoved")
    };
    match status.state {
        ObjectState::Match | ObjectState::Completed => None,
        ObjectState::Warning if moved() => None,
        state => Some(format!("it shows as {state}: {}", status.message)),
    }
}

/// What is there.
fn live(host: &Host, declared: &Container) -> Option<String> {
    let Some(live) = host.fake.hand().look(&declared.name) else {
        return Some("it does not exist".to_owned());
    };
    let config = &live.config;
    let networks: BTreeSet<&str> = match &config.networks {
        Some(Networks::Attached(attached)) => attached.iter().map(|one| one.name.as_str()).collect(),
        _ => BTreeSet::new(),
    };
    let wanted: BTreeSet<&str> = declared.networks.iter().map(String::as_str).collect();
    let volume = declared.volume.as_ref().map(|name| MountSource::Volume(name.clone()));
    let mounted = config.mounts.get("/data").map(|mount| mount.source.clone());
    let memory = declared.memory.map(|mebibytes| Bytes(u64::from(mebibytes) << 20));
    let alive = live.state.is_up() && live.pid.is_some_and(|pid| host.fake.is_alive(pid));
    let rules = [
        (config.env.get("REV") == Some(&declared.rev.to_string()), "its environment differs"),
        (live.image_name == declared.image, "its image differs"),
        (wanted.is_empty() || networks == wanted, "its networks differ"),
        (mounted == volume, "its volume differs"),
        (memory.is_none() || config.resources.memory == memory, "its memory limit differs"),
        (alive != (declared.stopped || declared.job), "it runs and should not, or the other way round"),
        (!declared.job || live.exit_code == Some(0), "it did not complete"),
    ];
    rules.iter().find(|(holds, _)| !holds).map(|(_, wrong)| (*wrong).to_owned())
}

/// Containers that nobody declares.
fn superfluous(host: &Host, running: &Running, declared: &Declared) -> Option<String> {
    let names = host.fake.hand().names();
    let known = |name: &str| name == FOREIGN || declared.containers().any(|container| container.name == name);
    let name = names.into_iter().find(|name| !known(name))?;
    let shown = |status: &ObjectStatus| (status.key.name.as_str() == name).then(|| status.message.clone());
    let shown = running.context.world.statuses().iter().find_map(shown);
    Some(format!("container {name} is left over: {shown:?}"))
}

/// Networks and volumes that are declared and not there.
async fn missing(host: &Host, declared: &Declared) -> Option<String> {
    let networks: Vec<String> =
        host.fake.list_networks().await.ok()?.into_iter().map(|network| network.name).collect();
    let volumes: Vec<String> =
        host.fake.list_volumes().await.ok()?.into_iter().map(|volume| volume.name).collect();
    let there = |object: &&Object| match object {
        Object::Network(name, _) => networks.contains(name),
        Object::Volume(name, _) => volumes.contains(name),
        Object::Container(_) => true,
    };
    declared.objects().find(|object| !there(object)).map(|object| format!("{} does not exist", object.key()))
}

/// What is not ours is as it was made.
pub(crate) fn foreign_changed(host: &Host) -> Option<String> {
    let live = host.fake.hand().look(FOREIGN);
    let whole = live.is_some_and(|live| live.id == host.foreign && live.labels.len() == 1);
    (!whole).then(|| "the foreign container was touched".to_owned())
}
