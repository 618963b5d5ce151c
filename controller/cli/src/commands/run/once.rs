//! `run --once`: until everything is as declared, then a summary.
//!
//! Owns the progress on stderr, the summary on stdout and the exit code. Never decides when it is over: the runtime
//! does.

use podsteward_domain::switch::SwitchState;
use podsteward_metrics::logging;
use podsteward_podman::{Engine as _, Podman};
use podsteward_runtime::listing::{Object, Objects};
use podsteward_runtime::progress::{Change, Progress};
use podsteward_runtime::service::{self, Options, Summary};
use serde::Serialize;
use tokio::sync::mpsc::UnboundedReceiver;

use super::{Context, log_format, signals, told};
use crate::commands::validate::ProblemView;
use crate::exit::{Error, Exit};
use crate::output::progress::Board;
use crate::output::{self, Screen, View, count};

/// Runs until converged.
pub(super) async fn run(options: Options, context: &Context) -> anyhow::Result<Exit> {
    let podman = options.podman.clone();
    // A controller waits for Podman; somebody who waits for the end wants to know at once.
    let reachable = async { Podman::connect(&podman)?.info().await };
    reachable.await.map_err(|error| Error::podman(&podman, error))?;
    let state = context.state()?;
    if context.global.verbose > 0 {
        logging::init(log_format(context), context.global.verbose - 1)?;
    }
    let (progress, changes) = Progress::channel();
    let board = Board::new(Screen::of_stderr());
    let run = service::run(options, progress, signals::shutdown()?);
    let summary = watched(run, changes, board).await.map_err(|error| told(error, &state.dir, &podman))?;
    let converged = summary.converged;
    output::show(&Conclusion::new(summary, context), context.global.output)?;
    Ok(match (converged, state.switch().state(context.now())) {
        (true, _) => Exit::Done,
        (false, SwitchState::Running) => Exit::Failed,
        (false, SwitchState::Paused | SwitchState::Stopped) => Exit::Refused,
    })
}

/// Waits for the end and shows every change meanwhile.
async fn watched<T>(
    run: impl Future<Output = T>,
    mut changes: UnboundedReceiver<Change>,
    mut board: Board,
) -> T {
    let mut run = std::pin::pin!(run);
    loop {
        tokio::select! {
            biased;
            Some(change) = changes.recv() => output::progress(&board.apply(batch(Some(change), &mut changes))),
            result = &mut run => {
                output::progress(&board.apply(batch(None, &mut changes)));
                return result;
            }
        }
    }
}

/// All changes that are there: one drawing shows them together.
fn batch(first: Option<Change>, changes: &mut UnboundedReceiver<Change>) -> Vec<Change> {
    first.into_iter().chain(std::iter::from_fn(|| changes.try_recv().ok())).collect()
}

/// The summary.
#[derive(Debug, Serialize)]
struct Conclusion {
    converged: bool,
    objects: Vec<Object>,
    problems: Vec<ProblemView>,
}

impl Conclusion {
    fn new(summary: Summary, context: &Context) -> Self {
        Self {
            converged: summary.converged,
            objects: Objects::new(summary.objects, context.now()).objects,
            problems: summary.problems.iter().map(ProblemView::from).collect(),
        }
    }
}

impl View for Conclusion {
    fn text(&self, screen: Screen) -> String {
        let problems: String = self.problems.iter().map(ProblemView::line).collect();
        let table = crate::commands::get::table_of(&self.objects, screen);
        let objects = count(self.objects.len(), "object");
        let verdict = if self.converged {
            format!("{objects}, everything is as declared")
        } else {
            format!("{objects}, not everything is as declared: `podsteward plan` tells why")
        };
        format!("{problems}{table}{verdict}\n")
    }
}
