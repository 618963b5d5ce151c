//! How a decision is carried out: sections of steps, as data.
//!
//! Owns the shape of a plan. Never carries one out: the runtime's executor does,
//! and makes no choice while doing so.

mod step;

use std::collections::BTreeSet;
use std::time::Duration;

use podsteward_specs::key::Key;
use serde::{Deserialize, Serialize};

use crate::disk::{DiskSample, Measure};
use crate::memory::Attempt;
use crate::playbook::Course;
use crate::snapshot::Source;

pub use step::Step;

/// Steps between which the switch is not read: a begun section finishes or is compensated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// What it is for: `prepare`, `replace`, `start`, `settle`.
    pub title: &'static str,
    /// The steps, in order.
    pub steps: Vec<Step>,
    /// Before each step is measured whether it is still needed; a step that fails ends the section, not the plan.
    pub until: Option<Until>,
    /// A step that fails ends the section, not the plan: so a playbook wants it.
    pub forgiving: bool,
}

impl Section {
    /// Steps that are all taken.
    pub fn new(title: &'static str, steps: Vec<Step>) -> Self {
        Self { title, steps, until: None, forgiving: false }
    }
}

/// What a plan works towards, measured before each of its steps: when it is reached, the plan has done enough.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Until {
    /// A path on the filesystem.
    pub path: String,
    /// What of it.
    pub measure: Measure,
    /// Less than this share is used, in basis points.
    pub below: u16,
}

impl Until {
    /// Whether a sample is what the plan works towards.
    pub fn is_reached(&self, sample: &DiskSample) -> bool {
        self.measure.of(sample).is_some_and(|gauge| gauge.share() < self.below)
    }

    /// How much of what is measured must still go until it is reached; of what a filesystem does not tell, nothing.
    pub fn missing(&self, sample: &DiskSample) -> u64 {
        let gauge = self.measure.of(sample).filter(|_| !self.is_reached(sample));
        gauge.map_or(0, |gauge| gauge.above(self.below).saturating_add(1))
    }
}

/// What a plan touches; leased for its life.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Touches {
    /// Objects.
    pub objects: BTreeSet<Key>,
    /// Container names.
    pub containers: BTreeSet<String>,
    /// Image ids.
    pub images: BTreeSet<String>,
    /// Volume names.
    pub volumes: BTreeSet<String>,
}

impl Touches {
    /// Touches these, too.
    pub fn add(&mut self, also: Self) {
        self.objects.extend(also.objects);
        self.containers.extend(also.containers);
        self.images.extend(also.images);
        self.volumes.extend(also.volumes);
    }
}

/// How a decision is carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// What kind of plan, and what recovery must know of it.
    pub shape: Shape,
    /// The sections before verification, in order.
    pub sections: Vec<Section>,
    /// The section after a good verification.
    pub settle: Option<Section>,
    /// What it touches.
    pub touches: Touches,
    /// What verification looks for, and how long it waits.
    pub expectation: Expectation,
}

impl Plan {
    /// Every step, in order.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        self.sections.iter().chain(&self.settle).flat_map(|section| &section.steps)
    }

    /// Whether any step before verification is destructive.
    pub fn is_destructive(&self) -> bool {
        self.sections.iter().flat_map(|section| &section.steps).any(Step::is_destructive)
    }
}

/// What kind of plan it is, with what recovery must know after a crash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "shape", rename_all = "kebab-case")]
pub enum Shape {
    /// A container is made and started.
    Create,
    /// A container is replaced; the old one waits under another name.
    Recreate {
        /// The name of the old container meanwhile.
        previous: String,
        /// Whether the old container ran before, and must run again if it comes back.
        was_running: bool,
        /// What snapshots are taken of.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        keeps: Vec<Source>,
    },
    /// A container is started.
    Start,
    /// A container is stopped and started.
    Restart,
    /// A container is stopped.
    Stop,
    /// A container's main process gets a signal.
    Signal,
    /// A live object is changed.
    Change,
    /// An object is removed.
    Remove,
    /// A filesystem is cleaned.
    Clean {
        /// What of it is too full.
        measure: Measure,
    },
    /// A snapshot is put back.
    Restore {
        /// Its name.
        name: String,
        /// The containers that are stopped meanwhile, and must run again.
        users: Vec<String>,
    },
    /// A playbook is carried out.
    Playbook(Box<Course>),
    /// The document is noted as applied; the host needs no change.
    Note,
}

impl Shape {
    /// What it tries, as a permanent error remembers it.
    pub fn attempt(&self) -> Attempt {
        match self {
            Self::Create | Self::Recreate { .. } => Attempt::Make,
            Self::Start | Self::Restart => Attempt::Start,
            Self::Stop
            | Self::Signal
            | Self::Change
            | Self::Remove
            | Self::Clean { .. }
            | Self::Restore { .. }
            | Self::Playbook(_)
            | Self::Note => Attempt::Other,
        }
    }
}

/// What verification looks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expectation {
    /// The state that must be there.
    pub state: ExpectedState,
    /// How long it must hold.
    pub stabilise: Duration,
}

/// The state that must be there after a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExpectedState {
    /// The container runs, and did not end since.
    Running,
    /// The container ended with 0, or still runs: for those that need not run for ever.
    RunningOrCompleted,
    /// The container exists and does not run.
    Stopped,
    /// The object is as declared.
    AsDeclared,
    /// The container runs as declared, and did not end since.
    RunningAsDeclared,
    /// The container runs, did not end since, and is not unhealthy any more.
    Well,
    /// The container runs, did not end since, and uses less memory than before.
    Lighter,
    /// Less of the filesystem is used than before.
    Relieved,
    /// Every container that was stopped for it runs.
    Restored,
    /// What a playbook wants to hold holds.
    Checked,
    /// The object is gone.
    Gone,
}
