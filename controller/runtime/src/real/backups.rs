//! The real backups behind [`crate::backups::Backups`].
//!
//! Owns how long a look at files may take. Never decides anything.

use std::path::{Path, PathBuf};
use std::time::Duration;

use async_trait::async_trait;
use podsteward_domain::backup::evidence::Evidence;
use podsteward_domain::playbook::Allowed;
use podsteward_host::backup::{self, Limits};
use podsteward_host::command::{self, Ended};
use podsteward_metrics::chain;
use podsteward_specs::backup::Proof;

use super::aside::Calls;
use crate::backups::Backups;
use crate::disks::Error;

/// How long a look at files may take. The disk that backups lie on may be away, and never answer.
const FILES: Duration = Duration::from_secs(30);

/// The backups of this host.
#[derive(Default)]
pub struct HostBackups {
    allowed: Allowed,
    calls: Calls,
}

impl HostBackups {
    /// The backups, with the programs that may be asked about them.
    pub fn new(allowed: Allowed) -> Self {
        Self { allowed, calls: Calls::default() }
    }

    async fn files(&self, glob: &str, least: u64) -> Result<Evidence, Error> {
        let owned = glob.to_owned();
        let look = move || Ok(Evidence::Files(backup::newest(&owned, least, Limits::default())));
        self.calls.aside(Path::new(glob), FILES, look).await
    }

    async fn run(&self, argv: &[String], timeout: Duration) -> Evidence {
        let program = argv.first().map(String::as_str).unwrap_or_default();
        if let Some(why) = self.allowed.refuses(program) {
            return Evidence::Unseen(why);
        }
        match command::run(argv, timeout).await {
            Ok(Ended { code, output, complaint }) => Evidence::Ended { code, output, complaint },
            Err(error) => Evidence::Unseen(chain(&error)),
        }
    }

    async fn text(&self, path: &str) -> Result<Evidence, Error> {
        let owned = PathBuf::from(path);
        let look = move || {
            let unread =
                |error: std::io::Error| Error(format!("{} cannot be read: {error}", owned.display()));
            let (text, changed_ms) = backup::text(&owned).map_err(unread)?;
            Ok(Evidence::Text { text, changed_ms })
        };
        self.calls.aside(Path::new(path), FILES, look).await
    }
}

#[async_trait]
impl Backups for HostBackups {
    async fn look(&self, proof: &Proof) -> Evidence {
        let unseen = |Error(why): Error| Evidence::Unseen(why);
        match proof {
            Proof::Files { glob, min_size } => self.files(glob, min_size.0).await.unwrap_or_else(unseen),
            Proof::MetricFile { path, .. } => self.text(path).await.unwrap_or_else(unseen),
            Proof::Command { argv, timeout } => self.run(argv, *timeout).await,
        }
    }
}
