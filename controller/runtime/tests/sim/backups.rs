//! The backups of one run, as a test says them.
//!
//! Owns what each proof shows, and how often it was looked at.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use podsteward_domain::backup::evidence::{Evidence, SeenFile, SeenFiles};
use podsteward_runtime::backups::Backups;
use podsteward_specs::backup::Proof;

/// The backups.
#[derive(Debug, Default)]
pub(crate) struct FakeBackups {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// What stands for each glob, program or file.
    shown: BTreeMap<String, Evidence>,
    /// How often each was looked at.
    looks: BTreeMap<String, usize>,
}

impl FakeBackups {
    /// What a glob, a program or a metric file shows from now on.
    pub(crate) fn show(&self, what: &str, evidence: Evidence) {
        self.lock().shown.insert(what.to_owned(), evidence);
    }

    /// A glob shows a file that was written at a time, in milliseconds since 1970.
    pub(crate) fn file(&self, glob: &str, changed_ms: i64) {
        let file = SeenFile { path: format!("{glob}/new"), size: 1 << 20, changed_ms };
        self.show(glob, Evidence::Files(SeenFiles { newest: vec![file], ..SeenFiles::default() }));
    }

    /// How often it was looked at.
    pub(crate) fn looks(&self, what: &str) -> usize {
        self.lock().looks.get(what).copied().unwrap_or_default()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Backups for FakeBackups {
    async fn look(&self, proof: &Proof) -> Evidence {
        let what = match proof {
            Proof::Files { glob, .. } => glob,
            Proof::Command { argv, .. } => &argv[0],
            Proof::MetricFile { path, .. } => path,
        };
        let mut state = self.lock();
        *state.looks.entry(what.clone()).or_default() += 1;
        let nothing = || Evidence::Unseen(format!("{what} is not there"));
        state.shown.get(what).cloned().unwrap_or_else(nothing)
    }
}
