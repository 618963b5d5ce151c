//! The real snapshots behind [`crate::snapshots::Snapshots`].
//!
//! Owns how much a copy may take. Never decides anything.

use std::path::{Path, PathBuf};
use std::time::Duration;

use async_trait::async_trait;
use podsteward_domain::snapshot::facts::Lies;
use podsteward_domain::snapshot::{PlannedSnapshot, Snapshot};
use podsteward_host::snapshot::{self, Request};
use podsteward_metrics::chain;
use tokio::time::timeout;

use crate::snapshots::{Error, Snapshots, Taken};

/// A copy that shares no blocks takes as much again as the directory, while its container is down.
const COPY_BYTES_MAX: u64 = 1 << 30;
/// How long the removal of one that could not be read back is waited for: a container is down meanwhile.
const REMOVED_WITHIN: Duration = Duration::from_mins(1);

/// Snapshots of this host's directories.
pub struct HostSnapshots;

fn told(error: &snapshot::Error) -> Error {
    match error {
        snapshot::Error::NameTaken(path) => Error::NameTaken(path.display().to_string()),
        error => Error::Host(chain(error)),
    }
}

#[async_trait]
impl Snapshots for HostSnapshots {
    async fn take(&self, planned: &PlannedSnapshot, name: &str) -> Result<Taken, Error> {
        let request = Request {
            source: PathBuf::from(&planned.source.path),
            area: PathBuf::from(&planned.area),
            name: name.to_owned(),
            bound: COPY_BYTES_MAX,
        };
        let taken = snapshot::take(request).await.map_err(|error| told(&error))?;
        if let Err(error) = snapshot::read_back(&taken).await {
            let removing = snapshot::remove(&taken.location, taken.provider);
            let left = match timeout(REMOVED_WITHIN, removing).await {
                Ok(removed) => removed.err().map(|left| chain(&left)),
                Err(_) => Some("it could not be removed in time".to_owned()),
            };
            let left = left.map(|left| format!("; and it is left there: {left}"));
            return Err(Error::Host(format!("{}{}", chain(&error), left.unwrap_or_default())));
        }
        let location = taken.location.to_str().map(str::to_owned);
        let location = location.ok_or_else(|| Error::Host("its path is no text".to_owned()))?;
        Ok(Taken { provider: taken.provider, location, bytes: taken.census.bytes })
    }

    async fn restore(&self, snapshot: &Snapshot) -> Result<(), Error> {
        let (location, source) = (Path::new(&snapshot.location), Path::new(&snapshot.source.path));
        snapshot::restore(location, snapshot.provider, source).await.map_err(|error| told(&error))
    }

    async fn remove(&self, snapshot: &Snapshot) -> Result<(), Error> {
        let location = Path::new(&snapshot.location);
        snapshot::remove(location, snapshot.provider).await.map_err(|error| told(&error))
    }

    async fn lies_at(&self, path: &str) -> Option<Lies> {
        if !tokio::fs::metadata(path).await.ok()?.is_dir() {
            return Some(Lies::File);
        }
        let really = tokio::fs::canonicalize(path).await.ok()?;
        Some(Lies::Directory(really.to_str()?.to_owned()))
    }
}
