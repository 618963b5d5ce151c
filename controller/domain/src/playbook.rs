//! Playbooks as they stand right before they are carried out, and what is known of that.
//!
//! Owns the checks with everything filled in, what they came to, what a person asked for, and which programs may be run. Never
//! makes a plan ([`crate::planning`] does) and never runs anything.

mod allowed;
mod check;
mod page;
mod request;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use podsteward_specs::key::{Key, Name};
use podsteward_specs::playbook::Playbook;
use serde::{Deserialize, Serialize};

use crate::action::PlaybookName;
use crate::intent::{IntentId, JournalEntry, StepEvent};
use crate::risk::Risk;
use crate::verify::report::{Report, Status};
use crate::words;
use crate::world::World;

pub use allowed::Allowed;
pub use check::{Checked, PlannedCheck, Unmet, asked, is_well};
pub use page::lines;
pub(crate) use request::of as request_of;
pub use request::{Request, Requests, answered, asked_for};

/// A container that a playbook makes anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remade {
    /// The container.
    pub key: Key,
    /// The name of the old one meanwhile.
    pub previous: String,
    /// Whether the old one ran.
    pub was_running: bool,
}

/// What recovery and verification must know of a playbook.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Course {
    /// It may take so long as a whole.
    pub timeout: Duration,
    /// The containers that ran before and that it interrupts.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub ran: BTreeSet<Key>,
    /// How often it starts containers anew.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub restarts: BTreeMap<Key, u32>,
    /// The containers that it makes anew, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remade: Vec<Remade>,
    /// What must hold afterwards.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<PlannedCheck>,
}

impl Course {
    /// The containers that it is about, other than the object whose plan it is.
    pub fn others(&self, target: &Key) -> BTreeSet<Key> {
        let looked_at = self.checks.iter().filter_map(PlannedCheck::container);
        let touched = self.ran.iter().chain(self.remade.iter().map(|remade| &remade.key)).cloned();
        touched.chain(looked_at).filter(|key| key != target).collect()
    }
}

/// How the steps of one playbook and its checks afterwards stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckFacts {
    /// Of which plan.
    pub intent: IntentId,
    /// What they came to.
    pub checked: Checked,
}

/// The playbook of a name, as it is declared.
pub fn declared(world: &World, name: PlaybookName) -> Option<&Playbook> {
    let name: Name = name.key()?.name;
    world.host.playbooks.get(&name)?.playbook()
}

/// How much a playbook may break by its own word.
pub fn risk(playbook: &Playbook) -> Risk {
    use podsteward_specs::playbook::PlaybookRisk;
    match playbook.risk {
        PlaybookRisk::Low => Risk::Low,
        PlaybookRisk::Medium => Risk::Medium,
        PlaybookRisk::High => Risk::High,
    }
}

/// A command as people read it: a word that is not plain stands in quotes, so that each is seen to be one.
pub fn in_words(argv: &[String]) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,@%+".contains(c);
    let word = |word: &String| {
        let shown = words::quoted(word);
        if !word.is_empty() && word.chars().all(plain) { shown } else { format!("'{shown}'") }
    };
    argv.iter().map(word).collect::<Vec<_>>().join(" ")
}

/// What the steps of a plan said and which of them failed, line by line.
pub fn said(journal: &[JournalEntry]) -> Vec<String> {
    let line = |entry: &JournalEntry| match &entry.event {
        StepEvent::Said { text } => Some(format!("{}: {text}", entry.text)),
        StepEvent::NotDone { error } | StepEvent::Unknowable { error } => {
            Some(format!("{}: {error}", entry.text))
        }
        _ => None,
    };
    journal.iter().filter_map(line).collect()
}

/// What verification found, with what the steps said. One that failed and was gone on from is worth knowing; where nobody
/// knows what it did, nobody knows whether all of it worked.
#[must_use]
pub fn told(report: Report, journal: &[JournalEntry]) -> Report {
    let failed = |entry: &JournalEntry| matches!(entry.event, StepEvent::NotDone { .. });
    let in_doubt = |entry: &JournalEntry| matches!(entry.event, StepEvent::Unknowable { .. });
    let status = match report.status {
        Status::Verified if journal.iter().any(in_doubt) => Status::Inconclusive,
        Status::Verified if journal.iter().any(failed) => Status::Warning,
        status => status,
    };
    let detail = [report.detail.clone()].into_iter().chain(said(journal)).filter(|part| !part.is_empty());
    Report { status, detail: detail.collect::<Vec<_>>().join("; "), ..report }
}

#[cfg(test)]
mod tests;
