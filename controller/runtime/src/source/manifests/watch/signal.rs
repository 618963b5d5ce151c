//! From the kernel's events to "something changed".
//!
//! Owns the choice of events that matter. Never queues them: a burst of any length leaves one flag and a bounded
//! set of files that are being written. Filled by the watcher's thread, read by [`super::rest`].

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use notify::event::{AccessKind, AccessMode, CreateKind, ModifyKind};
use notify::{Event, EventKind};
use tokio::sync::Notify;

use crate::source::manifests::read::is_manifest;

/// The most files whose writing is followed one by one. Beyond that the wait for their end has its limit anyway.
const WRITING_MAX: usize = 1_024;

/// What the events of a time amount to.
pub(super) struct Signal {
    root: PathBuf,
    state: Mutex<State>,
    woken: Notify,
}

#[derive(Debug, Default)]
struct State {
    changed: bool,
    /// Files that were written to and not closed yet.
    writing: BTreeSet<PathBuf>,
}

/// What is known when a change is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// Every file that was written was closed.
    Whole,
    /// A file is still being written.
    Writing,
}

impl Signal {
    pub(super) fn new(root: &Path) -> Self {
        Self { root: root.to_owned(), state: Mutex::default(), woken: Notify::new() }
    }

    /// Takes one event. Called on the watcher's thread, in bursts without a bound: it must stay short.
    pub(super) fn take(&self, event: notify::Result<Event>) {
        // An error, and an overflow of the kernel's queue, say that events were lost.
        let known = event.ok().filter(|event| !event.need_rescan());
        let changed = self.with(|state| {
            let changed = known.is_none_or(|event| state.take(&event, &self.root));
            state.changed |= changed;
            changed
        });
        if changed {
            self.woken.notify_one();
        }
    }

    /// Returns when there was a change since the last call.
    pub(super) async fn next(&self) -> Change {
        loop {
            let woken = self.woken.notified();
            let change = self.with(|state| {
                let writing = if state.writing.is_empty() { Change::Whole } else { Change::Writing };
                std::mem::take(&mut state.changed).then_some(writing)
            });
            match change {
                Some(change) => return change,
                None => woken.await,
            }
        }
    }

    /// Gives up following the files that are being written: whoever waited has waited long enough.
    pub(super) fn stop_waiting(&self) {
        self.with(|state| state.writing.clear());
    }

    fn with<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        work(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl State {
    /// Whether the event is one that matters.
    fn take(&mut self, event: &Event, root: &Path) -> bool {
        let mut changed = false;
        for path in event.paths.iter().filter(|path| matters(path, root)) {
            changed |= self.take_path(event.kind, path);
        }
        changed
    }

    fn take_path(&mut self, kind: EventKind, path: &Path) -> bool {
        let manifest = path.file_name().is_some_and(|name| is_manifest(&name.to_string_lossy()));
        match kind {
            EventKind::Access(AccessKind::Close(AccessMode::Write)) => {
                self.writing.remove(path);
                manifest
            }
            // Above all the opening of files by our own reads.
            EventKind::Access(_) => false,
            EventKind::Modify(ModifyKind::Data(_)) | EventKind::Create(CreateKind::File) => {
                if manifest && self.writing.len() < WRITING_MAX {
                    self.writing.insert(path.to_owned());
                }
                manifest
            }
            // Renames and removals count by any name: a turned link may be called `..data`.
            _ => {
                self.writing.remove(path);
                true
            }
        }
    }
}

/// Whether a path lies in the directory, or on the way to it. The directory above it may be a busy one.
fn matters(path: &Path, root: &Path) -> bool {
    let Ok(inside) = path.strip_prefix(root) else { return root.starts_with(path) };
    let hidden = |name: &str| name.starts_with('.') && !name.starts_with("..");
    let mut names = inside.components().filter_map(|component| match component {
        Component::Normal(name) => Some(name.to_string_lossy()),
        _ => None,
    });
    // What lies under a hidden directory is not read. The directory itself may be what a link leads to.
    let _ = names.next_back();
    !names.any(|name| hidden(&name))
}

#[cfg(test)]
mod tests;
