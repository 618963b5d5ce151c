//! What a cleanup came to, by its journal.
//!
//! Owns the sums and the sentence. Never measures: the executor writes down after each batch what it freed.

use std::collections::BTreeMap;

use super::Size;
use crate::intent::{JournalEntry, StepEvent};

/// Whether a step of a cleanup was carried out at all, by its journal: where none could be, it is not the cleanup that
/// failed.
pub fn did_anything(journal: &[JournalEntry]) -> bool {
    journal.iter().any(|entry| matches!(entry.event, StepEvent::Done | StepEvent::Freed { .. }))
}

/// How much a cleanup freed, by its journal.
pub fn freed_bytes(journal: &[JournalEntry]) -> u64 {
    let freed = journal.iter().filter_map(|entry| match entry.event {
        StepEvent::Freed { bytes, .. } => Some(bytes),
        _ => None,
    });
    freed.sum()
}

/// What a cleanup freed and from where, by its journal, for people; empty: nothing was measured. A step that was measured
/// several times is told once.
pub fn freed(journal: &[JournalEntry]) -> String {
    let mut steps: BTreeMap<u32, Told<'_>> = BTreeMap::new();
    for entry in journal {
        let told = steps.entry(entry.step).or_default();
        told.text = &entry.text;
        match &entry.event {
            StepEvent::Freed { bytes, files } => {
                told.freed = Some(told.freed.unwrap_or_default().saturating_add(*bytes));
                told.files = told.files.zip(*files).map(|(one, other)| one + other).or(*files).or(told.files);
            }
            StepEvent::NotDone { error } | StepEvent::Unknowable { error } => told.error = Some(error),
            StepEvent::Begun | StepEvent::Done | StepEvent::Said { .. } => {}
        }
    }
    steps.into_values().flat_map(Told::sentences).collect::<Vec<_>>().join("; ")
}

/// What is told of one step.
#[derive(Default)]
struct Told<'a> {
    text: &'a str,
    freed: Option<u64>,
    files: Option<u64>,
    error: Option<&'a str>,
}

impl Told<'_> {
    fn sentences(self) -> Vec<String> {
        let Self { text, freed, files, error } = self;
        let freed = freed.map(|bytes| match files {
            Some(files) => format!("{text}: {files} deleted, {} freed", Size(bytes)),
            None => format!("{text}: {} freed", Size(bytes)),
        });
        let error = error.map(|error| format!("{text}: not done: {error}"));
        freed.into_iter().chain(error).collect()
    }
}
