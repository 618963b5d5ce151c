//! Config files: which of the files that containers name changed their content.
//!
//! Owns when they are read: when something near them changed, and every 30 s. Never interprets them.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use podsteward_metrics::ManifestEvent;
use tokio::time::sleep;

use crate::context::Context;
use crate::queue::Reason;

/// How long to go without reading, in case a change was missed.
const PERIOD: Duration = Duration::from_secs(30);
/// How long a change may go on before the file is read: an editor writes in several steps.
const QUIET: Duration = Duration::from_millis(50);

/// Reads config files, until the controller ends.
pub async fn run(context: Arc<Context>) {
    let mut watched = BTreeSet::new();
    loop {
        let files = context.world.config_files();
        if files != watched {
            let changed = Arc::clone(&context.config_changed);
            context
                .config_files
                .watch(files.iter().cloned().collect(), Arc::new(move || changed.notify_one()));
            watched.clone_from(&files);
        }
        for path in files {
            read(&context, &path);
        }
        tokio::select! {
            biased;
            () = context.shutdown.cancelled() => return,
            () = context.config_changed.notified() => {}
            () = sleep(PERIOD) => {}
        }
        sleep(QUIET).await;
    }
}

/// A file that cannot be read is not known, which is no change.
fn read(context: &Arc<Context>, path: &str) {
    let Ok(digest) = context.config_files.digest(path) else { return };
    let first = !context.world.knows_config_file(path);
    let concerned = context.world.put_config_file(path, digest, context.now());
    if !first {
        for key in &concerned {
            context.telemetry.emit(ManifestEvent::ConfigFileChanged { key, path });
        }
    }
    context.request(concerned, Reason::ConfigFileChanged);
}
