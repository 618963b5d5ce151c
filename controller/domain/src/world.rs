//! The World as one object sees it: everything that a decision about it may look at.
//!
//! Owns the shape of the input. Never fetches anything: the runtime's world store fills it from its caches, and
//! its cost does not grow with the number of other objects.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use podsteward_specs::document::Document;
use podsteward_specs::key::{Key, Name};
use podsteward_specs::policy::RemediationPolicy;

use crate::admit::Lease;
use crate::alert::Routed;
use crate::backup::{BackupFacts, Guard};
use crate::channel::ChannelFacts;
use crate::disk::facts::DiskFacts;
use crate::engine::EngineInfo;
use crate::intent::Intent;
use crate::live::{ContainerSummary, LiveContainer, LiveImage, LiveNetwork, LiveVolume};
use crate::memory::Memory;
use crate::observation::Observation;
use crate::playbook;
use crate::pressure::MemoryFacts;
use crate::probe::ProbeFacts;
use crate::snapshot::Snapshot;
use crate::snapshot::facts::{DataFacts, RestoreFacts};
use crate::standing::Standing;
use crate::switch::Switch;
use crate::time::Moment;

/// The World of one object.
#[derive(Debug, Clone)]
pub struct World {
    /// Now.
    pub now: Moment,
    /// Which instance of podsteward this is.
    pub instance: Arc<str>,
    /// Which object.
    pub key: Key,
    /// What the manifests say about it.
    pub desired: Desired,
    /// Problems of the file or document it stands in; the last good document, where there is one, holds meanwhile.
    pub manifest_problems: Vec<String>,
    /// What the engine can do.
    pub engine: Observation<EngineInfo>,
    /// What exists.
    pub subject: Subject,
    /// What is remembered.
    pub memory: Memory,
    /// The document of [`Memory::applied`], read again.
    pub applied: Option<Arc<Document>>,
    /// The document of [`Memory::previous`], read again.
    pub previous: Option<Arc<Document>>,
    /// The plan in progress.
    pub intent: Option<Intent>,
    /// The switch and the pauses.
    pub switch: Switch,
    /// Why nothing but declared work is begun: the memory that remediation is judged by was lost.
    pub remediation_off: Option<String>,
    /// How far podsteward may go by itself.
    pub policy: Arc<RemediationPolicy>,
    /// What is remembered of actions on it, and of approvals.
    pub standing: Standing,
    /// The snapshots that the plan in progress took.
    pub snapshots: Vec<Snapshot>,
    /// The other objects that playbooks about it name, or that its plan in progress is about.
    pub others: BTreeMap<Key, World>,
    /// The playbooks that a person asked for on it.
    pub playbooks_asked: playbook::Requests,
    /// What the checks after its playbook came to.
    pub checks: Option<playbook::CheckFacts>,
    /// What a person wants put back of its data.
    pub restore: Option<RestoreFacts>,
    /// The alerts about it that are not over.
    pub alerts: Vec<Routed>,
    /// What is wrong with it among the other documents, though it is valid.
    pub lint: Vec<String>,
    /// What the host at large is about.
    pub host: HostFacts,
}

/// What the host at large is about, as far as one object is concerned.
#[derive(Debug, Clone, Default)]
pub struct HostFacts {
    /// What the plans in progress hold, of all objects, in the order in which they began.
    pub leases: Vec<Lease>,
    /// The containers that it depends on or that depend on it, directly or not, itself included.
    pub group: BTreeSet<Key>,
    /// The containers that cannot do without it, directly or not.
    pub dependents: BTreeSet<Key>,
    /// How many containers are declared.
    pub containers: usize,
    /// Since when so much goes wrong at once that nothing is touched.
    pub storm: Option<Moment>,
    /// Since when everything is known: the first complete read of this run.
    pub ready: Option<Moment>,
    /// What the engine can do is only assumed so far: what is compared because of it is not known to be equal.
    pub engine_assumed: bool,
    /// Every check of a backup, with what it covers.
    pub guards: Vec<Guard>,
    /// The playbooks that are declared.
    pub playbooks: Arc<BTreeMap<Name, Arc<Document>>>,
    /// The programs that playbooks may run.
    pub allowed: Arc<playbook::Allowed>,
}

/// What the manifests say about an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Desired {
    /// The manifests were not read completely yet.
    NotYet,
    /// It is declared.
    Declared(Arc<Document>),
    /// It was declared, and is not any more; the last document still holds until this is certain.
    Vanishing {
        /// The last document.
        last: Arc<Document>,
        /// Since when it is gone.
        since: Moment,
        /// How many complete reads in a row did not have it.
        reads: u32,
        /// So many vanished together that a person must say it was meant: how many, of how many.
        mass: Option<(usize, usize)>,
    },
    /// It is not declared.
    Absent,
}

impl Desired {
    /// The document in force.
    pub fn document(&self) -> Option<&Arc<Document>> {
        match self {
            Self::Declared(document) | Self::Vanishing { last: document, .. } => Some(document),
            Self::NotYet | Self::Absent => None,
        }
    }
}

/// What exists of an object, by kind.
#[derive(Debug, Clone)]
pub enum Subject {
    /// A container.
    Container(Box<ContainerFacts>),
    /// A network.
    Network(NetworkFacts),
    /// A volume.
    Volume(VolumeFacts),
    /// A watched filesystem.
    Disk(Box<DiskFacts>),
    /// A backup: what the last looks at its proofs said.
    Backup(BackupFacts),
    /// A notification channel: how it goes with it.
    Channel(ChannelFacts),
    /// Any other setting of podsteward's own: nothing on the host.
    Setting,
}

/// What is known about a container and what it needs.
#[derive(Debug, Clone, Default)]
pub struct ContainerFacts {
    /// The container of this name.
    pub live: Observation<Option<Arc<LiveContainer>>>,
    /// The kernel's word on its main process.
    pub kernel: KernelLiveness,
    /// What was seen when its main process last ended, while this controller watched.
    pub exit: Option<ExitFacts>,
    /// When the latest result of its healthcheck came in, if it did while this controller watched. Podman's own word on
    /// that is by the wall clock, which may have been set since.
    pub checked: Option<Moment>,
    /// What the probes of this start came to.
    pub probes: ProbeFacts,
    /// What its main process's container uses of its memory, as sampled of the ones that have a limit.
    pub memory: MemoryFacts,
    /// Containers of this name's plans in progress: `NAME-podsteward-previous-*`.
    pub previous: Vec<ContainerSummary>,
    /// The image that the declared reference means now.
    pub image: Observation<Option<LiveImage>>,
    /// The image that [`Memory::previous`] was made from, by its id.
    pub previous_image: Observation<Option<LiveImage>>,
    /// Its dependencies.
    pub dependencies: BTreeMap<Name, DependencyFacts>,
    /// The networks it is attached to by declaration.
    pub networks: BTreeMap<String, NeedFacts>,
    /// The named volumes it mounts by declaration.
    pub volumes: BTreeMap<String, NeedFacts>,
    /// What snapshots of its data need to know.
    pub data: DataFacts,
    /// Its config files' digests; a file that is not there is `Known` with the digest `missing`.
    pub config_files: BTreeMap<String, Observation<String>>,
}

/// What was seen when a main process ended. Which end it was follows from [`crate::exit::cause`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExitFacts {
    /// The container's id.
    pub container: String,
    /// The start that ended, in milliseconds since 1970.
    pub started_ms: Option<i64>,
    /// When the end was seen.
    pub at: Moment,
    /// Podman's word right after the end.
    pub engine: EngineWord,
    /// Podman told of a `kill`.
    pub killed: bool,
    /// Podman told of a `stop`.
    pub stopped: bool,
    /// How often Podman told of a `cleanup`, and when first: a stop by hand has two, a death one.
    pub cleanups: Option<(u32, Moment)>,
    /// A plan of ours was stopping it at that moment.
    pub ours: bool,
}

/// Podman's word right after an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EngineWord {
    /// It was asked and has not answered yet.
    Asked,
    /// It still knew nothing of the end, or something of it.
    Said {
        /// The state.
        state: crate::live::EngineState,
        /// Whether a user stopped it, where this version tells (Podman 5).
        by_user: Option<bool>,
    },
    /// It was not asked: no kernel watches, and the end was seen in what Podman said by itself.
    NotAsked,
}

/// The kernel's word on a main process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum KernelLiveness {
    /// It is not being watched: its pid is not visible here, or not known yet.
    #[default]
    Unwatched,
    /// It lives.
    Alive {
        /// The process.
        pid: u32,
    },
    /// It is gone.
    Dead {
        /// The process.
        pid: u32,
        /// When its end was seen.
        at: Moment,
    },
}

/// What is known about a dependency.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DependencyFacts {
    /// It runs.
    pub running: Observation<bool>,
    /// Its healthcheck says healthy and its probes say ready. A container with neither is healthy when it runs.
    pub healthy: bool,
    /// It ended with 0 and is not meant to run again.
    pub completed: bool,
    /// Which start of which container it is: `ID@STARTED_MS`.
    pub start: Option<String>,
}

/// What is known about a network or volume that a container needs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NeedFacts {
    /// A manifest declares it, so it will come.
    pub declared: bool,
    /// It exists.
    pub exists: Observation<bool>,
}

/// What is known about a network.
#[derive(Debug, Clone, Default)]
pub struct NetworkFacts {
    /// The network of this name.
    pub live: Observation<Option<Arc<LiveNetwork>>>,
    /// Containers that are attached to it, by name.
    pub users: Vec<String>,
}

/// What is known about a volume.
#[derive(Debug, Clone, Default)]
pub struct VolumeFacts {
    /// The volume of this name.
    pub live: Observation<Option<Arc<LiveVolume>>>,
    /// Containers that mount it, by name.
    pub users: Vec<String>,
}
