//! SIGTERM and Ctrl-C.
//!
//! Owns how the process is asked to end: the first signal lets what was begun finish, the second ends at once,
//! which the journal survives.

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::exit::Exit;
use crate::output;

/// A token that is cancelled by the first signal.
pub(in crate::commands) fn shutdown() -> std::io::Result<CancellationToken> {
    let token = CancellationToken::new();
    let asked = token.clone();
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::spawn(async move {
        loop {
            tokio::select! {
                biased;
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            if asked.is_cancelled() {
                std::process::exit(i32::from(Exit::Failed.code()));
            }
            output::note("ending: what was begun finishes, nothing new begins (once more: at once)");
            asked.cancel();
        }
    });
    Ok(token)
}
