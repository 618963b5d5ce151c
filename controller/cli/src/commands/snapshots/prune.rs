//! `snapshots prune`: remove what was kept for long enough.
//!
//! Owns the order: it is removed, then written down. A controller that runs may do the same at the same time; what is
//! gone is gone.

use podsteward_runtime::listing::Snapshots;
use podsteward_runtime::real::snapshots::HostSnapshots;
use podsteward_runtime::source::snapshots;
use podsteward_store::StoredSnapshot;

use crate::commands::Context;
use crate::exit::Exit;
use crate::output;

/// Removes, and prints what went.
pub(super) fn run(context: &Context) -> anyhow::Result<Exit> {
    super::refuse_while_paused(context)?;
    let state = context.state()?;
    let (mut gone, mut failed) = (Vec::new(), false);
    if state.read()?.is_some() {
        let store = state.write()?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        for snapshot in snapshots::over(&store, context.now())? {
            let removal = snapshots::remove(&store, &HostSnapshots, &snapshot, context.now());
            match runtime.block_on(removal) {
                Ok(()) => gone.push(StoredSnapshot { snapshot, removed_ms: None }),
                Err(error) => {
                    failed = true;
                    output::note(&format!("{} is not removed: {error}", snapshot.name));
                }
            }
        }
    }
    if gone.is_empty() && !failed {
        output::note("no snapshot was kept for long enough yet");
    }
    output::show(&Snapshots::new(gone, context.now()), context.global.output)?;
    Ok(if failed { Exit::Failed } else { Exit::Done })
}
