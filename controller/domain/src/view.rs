//! One object as the detectors see it: the World with the questions that every detector asks already answered.
//!
//! Owns the derived facts (whose is it, does it live, what differs). Never a judgement about them.
//! Built once per evaluation by [`crate::evaluate`] and handed to detection, decision and status.

use std::sync::Arc;

use podsteward_specs::backup::BackupCheck;
use podsteward_specs::container::{Container, Probes};
use podsteward_specs::disk::DiskPolicy;
use podsteward_specs::document::Document;

use crate::backup::{BackupFacts, ProofOf, Word};
use crate::compare;
use crate::disk::facts::DiskFacts;
use crate::disk::{Gauge, Measure};
use crate::exit;
use crate::finding::{FieldDiff, Remedy};
use crate::live::{self, LiveContainer};
use crate::liveness::Liveness;
use crate::memory::{Exit, ExitCause};
use crate::observation::Observation;
use crate::probe::declared::Documents;
use crate::probe::ready::{Readiness, readiness};
use crate::time::Moment;
use crate::world::{ContainerFacts, Desired, Subject, World};

/// One object, looked at.
#[derive(Debug)]
pub struct View<'w> {
    /// Everything.
    pub world: &'w World,
    /// The document in force.
    pub document: Option<&'w Arc<Document>>,
    /// Whether the live object is there, and whose it is.
    pub presence: Presence,
    /// The document differs from the one last applied, or none was applied yet.
    pub edited: bool,
    /// What differs between the document and the live object.
    pub diffs: Vec<FieldDiff>,
    /// What only a container has.
    pub container: Option<ContainerView<'w>>,
    /// What only a watched filesystem has; `None` also while nothing declares it.
    pub disk: Option<DiskView<'w>>,
    /// What only a check of a backup has; `None` also while nothing declares it.
    pub backup: Option<BackupView<'w>>,
    /// Names of the containers that use a network or volume.
    pub users: &'w [String],
}

/// Whether a live object is there, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Presence {
    /// Not read yet.
    NotYet,
    /// Cannot be read.
    Unknown,
    /// Not there.
    Absent,
    /// There, and ours.
    Ours,
    /// There, not made by us, and `adopt: true` takes it over.
    Adoptable,
    /// There, and not ours: why.
    Foreign(String),
}

impl Presence {
    /// Whether it is known what is there.
    pub fn is_known(&self) -> bool {
        !matches!(self, Self::NotYet | Self::Unknown)
    }

    /// Whether there is a live object that podsteward may touch.
    pub fn is_ours(&self) -> bool {
        *self == Self::Ours
    }
}

/// What only a watched filesystem has.
#[derive(Debug, Clone, Copy)]
pub struct DiskView<'w> {
    /// What is known.
    pub facts: &'w DiskFacts,
    /// What is declared.
    pub policy: &'w DiskPolicy,
}

impl DiskView<'_> {
    /// The used share of a measure in basis points, if it is known.
    pub fn share(&self, measure: Measure) -> Option<u16> {
        measure.of(self.facts.sample.value()?).map(Gauge::share)
    }

    /// Whether a measure is at its `critical` threshold.
    pub fn is_critical(&self) -> bool {
        Measure::ALL.into_iter().any(|measure| {
            self.share(measure).is_some_and(|share| share >= measure.thresholds(self.policy).critical)
        })
    }
}

fn facts_of<'w>(facts: &'w DiskFacts, document: Option<&'w Arc<Document>>) -> Option<DiskView<'w>> {
    let policy = document.and_then(|document| document.disk())?;
    Some(DiskView { facts, policy })
}

/// What only a check of a backup has.
#[derive(Debug, Clone, Copy)]
pub struct BackupView<'w> {
    /// What is known.
    pub facts: &'w BackupFacts,
    /// What is declared.
    pub check: &'w BackupCheck,
}

impl BackupView<'_> {
    /// The word on one of its proofs; `None`: none is declared.
    pub fn word(&self, of: ProofOf, now: Moment) -> Option<Word> {
        Word::on(of, self.check, self.facts, now)
    }
}

/// What only a container has.
#[derive(Debug)]
pub struct ContainerView<'w> {
    /// What is known.
    pub facts: &'w ContainerFacts,
    /// What is declared.
    pub spec: Option<&'w Container>,
    /// The probes that the live container is asked by: those of the document that it was made from.
    pub probes: Option<&'w Probes>,
    /// The live container.
    pub live: Option<&'w LiveContainer>,
    /// Whether its main process lives; `None` when there is no container.
    pub liveness: Option<Liveness>,
    /// How its last end is understood; `None` while it lives or while that cannot be told yet.
    pub exit: Option<Exit>,
}

impl<'w> View<'w> {
    /// Looks at the World.
    pub fn of(world: &'w World) -> Self {
        let document = world.desired.document();
        let edited = document.is_some_and(|document| {
            world.memory.applied.as_ref().is_none_or(|applied| *applied.canonical != *document.canonical)
        });
        let mut view = Self {
            world,
            document,
            presence: presence(world),
            edited,
            diffs: Vec::new(),
            container: None,
            disk: None,
            backup: None,
            users: &[],
        };
        match &world.subject {
            Subject::Container(facts) => view.container = Some(ContainerView::of(world, facts, document)),
            Subject::Network(facts) => view.users = &facts.users,
            Subject::Volume(facts) => view.users = &facts.users,
            Subject::Disk(facts) => view.disk = facts_of(facts, document),
            Subject::Backup(facts) => {
                let check = document.and_then(|document| document.backup_check());
                view.backup = check.map(|check| BackupView { facts, check });
            }
            Subject::Channel(_) | Subject::Setting => {}
        }
        if view.presence.is_ours() {
            view.diffs = compare::diffs(world);
        }
        view
    }
}

impl View<'_> {
    /// Whether something differs that can be mended.
    pub fn is_drifting(&self) -> bool {
        self.diffs.iter().any(|diff| matches!(diff.remedy, Remedy::InPlace | Remedy::Recreate))
    }
}

impl<'w> ContainerView<'w> {
    fn of(world: &'w World, facts: &'w ContainerFacts, document: Option<&'w Arc<Document>>) -> Self {
        let live = facts.live.value().and_then(Option::as_deref);
        let liveness = live.map(|live| Liveness::of(live, facts.kernel));
        let down = live.filter(|_| liveness.is_some_and(|liveness| !liveness.is_up()));
        let exit = down.filter(|live| live.started_ms.is_some()).and_then(|live| {
            let exit = exit::judge(live, facts.exit.as_ref(), world.memory.last_exit.as_ref(), world.now)?;
            Some(ended_by_probe(world, live, exit))
        });
        let documents = Documents {
            declared: document,
            applied: world.applied.as_ref(),
            previous: world.previous.as_ref(),
        };
        let made_from = live.and_then(|live| documents.of_live(&world.memory, world.intent.as_ref(), live));
        let probes = made_from.and_then(|document| document.container()).map(|spec| &spec.probes);
        let spec = document.and_then(|document| document.container());
        Self { facts, spec, probes, live, liveness, exit }
    }

    /// Whether it is ready, by its probes; of one that does not run nobody asks.
    pub fn readiness(&self, now: Moment) -> Readiness<'w> {
        match self.probes.filter(|_| self.is_up()) {
            Some(probes) => readiness(probes, &self.facts.probes, now),
            None => Readiness::Undeclared,
        }
    }

    /// Whether it was ever started.
    pub fn was_started(&self) -> bool {
        self.live.is_some_and(|live| live.started_ms.is_some())
    }

    /// Whether the main process lives.
    pub fn is_up(&self) -> bool {
        self.liveness.is_some_and(Liveness::is_up)
    }
}

/// What podsteward ended because of a probe died, as far as the restart policy is concerned.
fn ended_by_probe(world: &World, live: &LiveContainer, exit: Exit) -> Exit {
    let by_probe = world.memory.ended_by_probe(live.start().as_deref()).is_some();
    let cause = if by_probe { ExitCause::Death } else { exit.cause };
    Exit { cause, ..exit }
}

/// Whether the live object of a World is there, and whose it is.
pub fn presence(world: &World) -> Presence {
    match &world.subject {
        Subject::Container(facts) => container_presence(world, &facts.live),
        Subject::Network(facts) => {
            resource_presence(world, &facts.live, |network| (&network.labels, "network"))
        }
        Subject::Volume(facts) => resource_presence(world, &facts.live, |volume| (&volume.labels, "volume")),
        // A filesystem is there when it can be measured; nobody makes or removes one.
        Subject::Disk(_) if world.desired.document().is_none() => Presence::Absent,
        // One that nobody watches any more is not measured any more, and must be taken note of all the same.
        Subject::Disk(_) if matches!(world.desired, Desired::Vanishing { .. }) => Presence::Ours,
        Subject::Disk(facts) => match facts.sample {
            Observation::NotYet => Presence::NotYet,
            Observation::Unknown { .. } => Presence::Unknown,
            Observation::Known { .. } => Presence::Ours,
        },
        // A setting is there as soon as it is declared: nothing on the host stands for it.
        Subject::Backup(_) | Subject::Channel(_) | Subject::Setting if world.desired.document().is_some() => {
            Presence::Ours
        }
        Subject::Backup(_) | Subject::Channel(_) | Subject::Setting => Presence::Absent,
    }
}

fn container_presence(world: &World, live: &Observation<Option<Arc<LiveContainer>>>) -> Presence {
    let live = match live {
        Observation::NotYet => return Presence::NotYet,
        Observation::Unknown { .. } => return Presence::Unknown,
        Observation::Known { value: None, .. } => return Presence::Absent,
        Observation::Known { value: Some(live), .. } => live,
    };
    let adopted = world.memory.applied.as_ref().is_some_and(|applied| applied.adopted);
    let adopt = world
        .desired
        .document()
        .and_then(|document| document.container())
        .is_some_and(|container| container.adopt);
    match live::owner(&live.labels) {
        Some(owner) if is_ours(world, owner) => Presence::Ours,
        Some(owner) => Presence::Foreign(belongs_to(world, owner)),
        None if live.managed_by.is_some() => Presence::Foreign(managed_by(live)),
        None if adopted => Presence::Ours,
        None if adopt => Presence::Adoptable,
        None => Presence::Foreign(
            "a container of this name exists that podsteward did not make (set `adopt: true` to take it over, \
             or remove it)"
                .to_owned(),
        ),
    }
}

fn managed_by(live: &LiveContainer) -> String {
    use crate::live::ForeignManager::{AutoRemove, Pod, Systemd};
    match &live.managed_by {
        Some(Systemd(unit)) => format!("the systemd unit {unit} manages it; disable the unit first"),
        Some(Pod(pod)) => format!("it is a member of the pod {pod}; members of pods are not taken over"),
        Some(AutoRemove) | None => {
            "Podman removes it when it ends (--rm); such containers are not taken over".to_owned()
        }
    }
}

fn resource_presence<T>(
    world: &World,
    live: &Observation<Option<Arc<T>>>,
    labels: impl Fn(&T) -> (&std::collections::BTreeMap<String, String>, &'static str),
) -> Presence {
    let live = match live {
        Observation::NotYet => return Presence::NotYet,
        Observation::Unknown { .. } => return Presence::Unknown,
        Observation::Known { value: None, .. } => return Presence::Absent,
        Observation::Known { value: Some(live), .. } => live,
    };
    let (labels, noun) = labels(live);
    match live::owner(labels) {
        Some(owner) if is_ours(world, owner) => Presence::Ours,
        Some(owner) => Presence::Foreign(belongs_to(world, owner)),
        None => Presence::Foreign(format!(
            "a {noun} of this name exists that podsteward did not make: it is used as it is, never changed or \
             removed"
        )),
    }
}

fn belongs_to(world: &World, (instance, object): (&str, &str)) -> String {
    let of_this = instance == &*world.instance;
    if of_this {
        format!("it belongs to {object}")
    } else {
        format!("it belongs to the instance '{instance}'")
    }
}

/// What carries the label of another object is ours where nothing is declared of its own name: what an accident left
/// under the name of one that waits, or somebody renamed, is found.
fn is_ours(world: &World, (instance, object): (&str, &str)) -> bool {
    let own = object == world.key.to_string() || world.desired == Desired::Absent;
    instance == &*world.instance && own
}
