//! The manifests source: reads on every change and hands out views.
//!
//! Owns when to read again. Never decides what is in force (see [`super::merge`]). Started by the wiring.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use podsteward_specs::document::Document;
use podsteward_specs::key::Key;
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::source::manifests::read::ManifestReader;
use crate::source::manifests::view::ManifestView;

/// How the manifests are read.
#[derive(Debug, Clone)]
pub struct Options {
    /// The directory to watch; none where the handle alone says when to read (the simulation).
    pub watch: Option<PathBuf>,
    /// How long to go without reading, in case a change was missed.
    pub poll: Duration,
    /// How long a new problem must last before it is told.
    pub settle: Duration,
}

/// Says when to read, and what is no longer to be kept. Cheap to clone.
#[derive(Clone)]
pub struct ManifestHandle {}

impl ManifestHandle {
    /// Reads now.
    pub fn rescan(&self) {}

    /// The object of a vanished document was removed: its last good form is no longer kept.
    pub fn forget(&self, _key: Key) {}
}

/// The source before it runs.
pub struct ManifestSource {}

impl ManifestSource {
    /// A source that begins with `good`: the documents that were in force when the controller ended.
    pub fn new(
        _options: Options,
        _reader: Arc<dyn ManifestReader>,
        _clock: Arc<dyn Clock>,
        _good: Vec<Arc<Document>>,
    ) -> (ManifestHandle, Self) {
        (ManifestHandle {}, Self {})
    }

    /// Hands every new view to `sink`, until `shutdown`.
    pub async fn run(self, _sink: impl FnMut(ManifestView) + Send, shutdown: CancellationToken) {
        shutdown.cancelled().await;
    }
}
