//! What is remembered of one object between two reconciles, and over a restart of podsteward.
//!
//! Owns the shape of memory. Never what follows from it. Written by [`crate::learn`], kept by the store.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::consequence::Caused;
use crate::disk::memory::DiskMemory;
use crate::finding::FieldDiff;
use crate::intent::IntentId;
use crate::probe::ProbeKind;
use crate::time::Moment;

/// The last document that was applied, and what it meant at that time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applied {
    /// The document as canonical JSON.
    pub canonical: String,
    /// Counts the applied documents of this object, from 1.
    pub generation: u64,
    /// The id of the image that the reference meant.
    pub image_id: Option<String>,
    /// The config files' digests when the container was last made or restarted for them, by path.
    pub config_digests: BTreeMap<String, String>,
    /// Taken over with `adopt: true` and not yet made anew by podsteward.
    pub adopted: bool,
    /// When.
    pub at: Moment,
}

/// What is remembered of one object.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Memory {
    /// The last document that was applied.
    pub applied: Option<Applied>,
    /// The one before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous: Option<Applied>,
    /// The starts and ends of a container.
    pub restarts: Restarts,
    /// A stop by hand that is being respected: since when.
    pub hand_stopped: Option<Moment>,
    /// How the last end of the main process is understood.
    pub last_exit: Option<Exit>,
    /// A document, or drift, that is not to be tried again as it is.
    pub quarantine: Option<Quarantine>,
    /// The last permanent error.
    pub terminal: Option<Terminal>,
    /// The start of each followed dependency that this container has taken into account: name to start.
    pub followed: BTreeMap<String, String>,
    /// The drift that was last mended, and how often in a row.
    pub mended: Option<Mended>,
    /// Not well since then: found unhealthy, and not well again since.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unwell: Option<Moment>,
    /// The start of which the startup probe has succeeded: `ID@STARTED_MS`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_up: Option<String>,
    /// The start of which the startup probe is being asked, and has not succeeded: `ID@STARTED_MS`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub starting_up: Option<String>,
    /// The id of the container that was seen healthy and ready once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub healthy_once: Option<String>,
    /// The start that was ended because of a probe and is not to be followed by another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_by_probe: Option<EndedByProbe>,
    /// Something that it depends on was bad, until just now or still.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caused: Option<Caused>,
    /// The last plan that changed it or had it start anew: what alerts began with it may be its doing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disturbed: Option<Disturbed>,
    /// Under memory pressure since then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_pressure: Option<Moment>,
    /// What only a filesystem is remembered for.
    #[serde(skip_serializing_if = "DiskMemory::is_empty")]
    pub disk: DiskMemory,
}

/// The restarts of a container, for back-off.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Restarts {
    /// All restarts by podsteward since the document was first applied.
    pub total: u64,
    /// Restarts in a row without 10 minutes up between them.
    pub streak: u32,
    /// When the container was last started by podsteward.
    pub last_start: Option<Moment>,
    /// When its process was last seen to end.
    pub last_exit: Option<Moment>,
    /// The latest ends, oldest first, as far as the window of `crash_loop` reaches.
    pub recent: Vec<Moment>,
    /// Those of them that podsteward brought about because of a probe.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub by_probe: Vec<Moment>,
    /// It keeps ending: so many ends were in that window, and it was not up for 10 minutes since.
    pub looping: bool,
}

/// A start that podsteward ended because of a probe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndedByProbe {
    /// The start: `ID@STARTED_MS`.
    pub start: String,
    /// Which probe.
    pub probe: ProbeKind,
    /// What it said, for people.
    pub why: String,
}

/// How the end of a main process is understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exit {
    /// The container's id.
    pub container: String,
    /// The start that ended, in milliseconds since 1970: an exit belongs to one start.
    pub started_ms: Option<i64>,
    /// Why it ended.
    pub cause: ExitCause,
    /// The exit code, where it is known yet.
    pub code: Option<i32>,
    /// When it was seen.
    pub at: Moment,
}

/// Why a main process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExitCause {
    /// By itself, or killed.
    Death,
    /// Stopped by hand.
    HandStop,
    /// Stopped by podsteward.
    Ours,
}

/// What is not to be tried again until a fact changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quarantine {
    /// The facts at the time, see [`crate::facts`].
    pub facts: String,
    /// Why, for people.
    pub reason: String,
    /// What was given up.
    pub cause: QuarantineCause,
    /// Since when.
    pub since: Moment,
}

/// What was given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum QuarantineCause {
    /// The document failed verification and was taken back.
    RolledBack,
    /// The same drift came back right after it was mended.
    NotConverging,
}

/// A permanent error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terminal {
    /// The facts at the time, as in [`Quarantine::facts`].
    pub facts: String,
    /// The error, for people.
    pub message: String,
    /// What was tried.
    #[serde(default)]
    pub attempt: Attempt,
    /// When it last happened.
    pub at: Moment,
}

/// What was tried when a permanent error came. Only the same rests: that a new document cannot be applied does not
/// keep the old container from being started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Attempt {
    /// To make a container.
    #[default]
    Make,
    /// To start one that is there.
    Start,
    /// Anything else.
    Other,
}

/// A plan that is over, and under which the object did not run as usual.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disturbed {
    /// What was done.
    pub action: Action,
    /// When it was begun.
    pub begun: Moment,
    /// When it was over.
    pub ended: Moment,
}

/// A drift that was mended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mended {
    /// What differed.
    pub diffs: Vec<FieldDiff>,
    /// How often in a row the very same difference was mended.
    pub times: u32,
    /// When it was last mended.
    pub at: Moment,
    /// By which plan: one that is closed again after a crash mended it once.
    #[serde(default)]
    pub by: Option<IntentId>,
}

impl Memory {
    /// Why podsteward ended this very start, where it did because of a probe.
    pub fn ended_by_probe(&self, start: Option<&str>) -> Option<&EndedByProbe> {
        self.ended_by_probe.as_ref().filter(|ended| Some(ended.start.as_str()) == start)
    }

    /// Forgets what holds the object back, because a person says that something changed: quarantine, permanent
    /// error, drift that did not converge and restart back-off. Answers with the names of what was there.
    pub fn forget_failures(&mut self) -> Vec<&'static str> {
        let mut forgotten = Vec::new();
        if self.quarantine.take().is_some() {
            forgotten.push("quarantine");
        }
        if self.terminal.take().is_some() {
            forgotten.push("permanent error");
        }
        if self.mended.take().is_some_and(|mended| mended.times > 1) {
            forgotten.push("repeated drift");
        }
        if std::mem::take(&mut self.restarts.streak) > 0 {
            forgotten.push("restart back-off");
        }
        if self.hand_stopped.take().is_some() {
            forgotten.push("hold after a stop by hand");
        }
        self.restarts.recent.clear();
        self.restarts.by_probe.clear();
        self.restarts.looping = false;
        forgotten
    }
}
