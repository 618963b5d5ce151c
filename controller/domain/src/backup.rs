//! Backups: what the last look at one said, and what that means now.
//!
//! Owns the looks that are kept, and the word on a backup: fresh, stale, missing, failed, or not known. Never looks at
//! one: the host's adapter tells what it saw, and [`evidence`] reads that. Asked by the detectors, the gate of backups and
//! the runtime's source, which owns when it is looked.

pub mod cadence;
pub mod evidence;
mod metric;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use podsteward_specs::backup::{BackupCheck, Proof};
use podsteward_specs::key::{Key, Kind};
use serde::{Deserialize, Serialize};

use crate::plan::Plan;
use crate::time::{Moment, rfc3339};
use crate::words;

pub use evidence::Told;

/// What a proof stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProofOf {
    /// A backup was made.
    Backup,
    /// It can be restored.
    Restore,
}

impl ProofOf {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Backup, Self::Restore];

    /// The name in the store and in logs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Backup => "backup",
            Self::Restore => "restore",
        }
    }

    /// What a check declares of it, with the most that its age may be.
    pub fn declared(self, check: &BackupCheck) -> Option<(&Proof, Duration)> {
        match self {
            Self::Backup => Some((&check.proof, check.max_age)),
            Self::Restore => check.restore.as_ref().map(|restore| (&restore.proof, restore.max_age)),
        }
    }
}

/// What a proof last said, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    /// What it said.
    pub told: Told,
    /// When it was asked.
    pub at: Moment,
    /// When it last was done as far as any look told, in milliseconds since 1970.
    pub last_ms: Option<i64>,
}

impl Look {
    /// The look after another one: what does not say when it was done leaves what was known of that.
    pub fn after(before: Option<&Self>, told: Told, at: Moment) -> Self {
        let last_ms = match told {
            Told::Done { ms, .. } => Some(ms),
            Told::Nothing(_) | Told::Failed(_) | Told::Unknown(_) => before.and_then(|look| look.last_ms),
        };
        Self { told, at, last_ms }
    }
}

/// What is known of what a `BackupCheck` declares; nothing: it was not asked yet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BackupFacts {
    /// That a backup was made.
    pub backup: Option<Look>,
    /// That it can be restored.
    pub restore: Option<Look>,
}

impl BackupFacts {
    /// The last look at one proof.
    pub fn look(&self, of: ProofOf) -> Option<&Look> {
        match of {
            ProofOf::Backup => self.backup.as_ref(),
            ProofOf::Restore => self.restore.as_ref(),
        }
    }

    /// Takes in a look at one proof; answers the one before.
    pub fn put(&mut self, of: ProofOf, look: Option<Look>) -> Option<Look> {
        let kept = match of {
            ProofOf::Backup => &mut self.backup,
            ProofOf::Restore => &mut self.restore,
        };
        std::mem::replace(kept, look)
    }
}

/// The word on what a proof stands for, now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Word {
    /// It was not asked yet.
    NotYet,
    /// Nobody knows: why.
    Unknown(String),
    /// It was done, and lately enough.
    Fresh(String),
    /// It was done too long ago.
    Stale(String),
    /// It was never done: why that is thought.
    Missing(String),
    /// The last attempt failed: how.
    Failed(String),
}

impl Word {
    /// The word on a proof. What was looked at too long ago is not known any more.
    pub fn of(proof: &Proof, look: Option<&Look>, max_age: Duration, now: Moment) -> Self {
        let Some(look) = look else { return Self::NotYet };
        if now.since(look.at) > cadence::holds(proof, max_age) {
            return Self::Unknown(format!("it was not looked at since {}", look.at));
        }
        match &look.told {
            Told::Unknown(why) => Self::Unknown(why.clone()),
            Told::Nothing(why) => Self::Missing(why.clone()),
            Told::Failed(how) => Self::Failed(format!("{how}{}", last(look))),
            // The wall clock was set back meanwhile: how old it is nobody knows.
            Told::Done { ms, by } if evidence::is_of_the_future(*ms, now) => {
                Self::Unknown(format!("{} is in the future ({by}): its age is not known", rfc3339(*ms)))
            }
            Told::Done { ms, by } if age(*ms, now) <= max_age => {
                Self::Fresh(format!("at {} ({by})", rfc3339(*ms)))
            }
            Told::Done { ms, by } => {
                let most = words::duration(max_age);
                Self::Stale(format!("at {}, which is longer than {most} ago ({by})", rfc3339(*ms)))
            }
        }
    }

    /// The word on what a check declares of a proof; `None`: it declares none.
    pub fn on(of: ProofOf, check: &BackupCheck, facts: &BackupFacts, now: Moment) -> Option<Self> {
        let (proof, max_age) = of.declared(check)?;
        Some(Self::of(proof, facts.look(of), max_age, now))
    }

    /// Whether it was done, and lately enough.
    pub fn is_fresh(&self) -> bool {
        matches!(self, Self::Fresh(_))
    }

    /// Whether it is not known.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::NotYet | Self::Unknown(_))
    }

    /// The word itself, as it stands in metrics, conditions and sentences.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::NotYet | Self::Unknown(_) => "unknown",
            Self::Fresh(_) => "fresh",
            Self::Stale(_) => "stale",
            Self::Missing(_) => "missing",
            Self::Failed(_) => "failed",
        }
    }

    /// What is said about it, for people.
    pub fn detail(&self) -> &str {
        match self {
            Self::NotYet => "it was not looked at yet",
            Self::Unknown(text)
            | Self::Fresh(text)
            | Self::Stale(text)
            | Self::Missing(text)
            | Self::Failed(text) => text,
        }
    }
}

/// What is left of a success before a failure. Times are said as they are: how long ago changes with every look.
fn last(look: &Look) -> String {
    match look.last_ms {
        Some(ms) => format!("; it last went well at {}", rfc3339(ms)),
        None => String::new(),
    }
}

fn age(ms: i64, now: Moment) -> Duration {
    Duration::from_millis(u64::try_from(now.wall_ms.saturating_sub(ms)).unwrap_or(0))
}

/// When the word on any proof of a check changes by the passing of time alone.
pub fn again(check: &BackupCheck, facts: &BackupFacts, now: Moment) -> Option<Duration> {
    let changes = |of: ProofOf| {
        let ((proof, max_age), look) = of.declared(check).zip(facts.look(of))?;
        changes(proof, look, max_age, now)
    };
    ProofOf::ALL.into_iter().filter_map(changes).min()
}

fn changes(proof: &Proof, look: &Look, max_age: Duration, now: Moment) -> Option<Duration> {
    let holds = cadence::holds(proof, max_age).checked_sub(now.since(look.at));
    let fresh = match look.told {
        Told::Done { ms, .. } if evidence::is_of_the_future(ms, now) => Some(evidence::until_past(ms, now)),
        Told::Done { ms, .. } => max_age.checked_sub(age(ms, now)),
        Told::Nothing(_) | Told::Failed(_) | Told::Unknown(_) => None,
    };
    // A millisecond later it is different.
    [holds, fresh].into_iter().flatten().min().map(|left| left + Duration::from_millis(1))
}

/// A check as far as it guards other objects.
#[derive(Debug, Clone)]
pub struct Guard {
    /// Its key.
    pub key: Key,
    /// What it declares.
    pub check: Arc<BackupCheck>,
    /// What it covers, with the volumes of its containers; empty: everything on the host.
    pub covers: Arc<BTreeSet<Key>>,
    /// What is known of it.
    pub facts: BackupFacts,
}

impl Guard {
    /// The word on its backup.
    pub fn word(&self, now: Moment) -> Word {
        Word::of(&self.check.proof, self.facts.backup.as_ref(), self.check.max_age, now)
    }

    /// Whether what a plan touches is in its backup.
    pub fn covers(&self, plan: &Plan) -> bool {
        let touches = &plan.touches;
        let covered = |key: &Key| match key.kind {
            Kind::Container => {
                touches.containers.contains(key.name.as_str()) || touches.objects.contains(key)
            }
            Kind::Volume => touches.volumes.contains(key.name.as_str()) || touches.objects.contains(key),
            _ => false,
        };
        self.covers.is_empty() || self.covers.iter().any(covered)
    }
}

#[cfg(test)]
mod tests;
