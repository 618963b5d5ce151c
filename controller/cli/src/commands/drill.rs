//! `drill`: has the controller break a canary on purpose and prove that it is found, restarted and verified.
//!
//! Owns the asking and the waiting. Never breaks anything: the controller does, because it is the controller that is
//! tried.

mod page;

use std::thread;
use std::time::Duration;

use podsteward_domain::drill::{DrillResult, Phase};
use podsteward_runtime::listing::Drill;
use podsteward_store::{ControllerLock, DrillId, Store};

use super::Context;
use crate::exit::{Error, Exit};
use crate::output::{self, Screen, age};
use crate::state::State;
use page::Page;

/// Breaks a canary container on purpose, and proves that it is found, restarted and verified
///
/// The controller makes a container named podsteward-canary out of an empty image and the host's own shell, breaks it,
/// and goes the whole way that it goes for any container that is unhealthy: detect, decide, act, verify. Whatever would
/// hold it back then, holds the drill back: it is refused, and says by which gate. Then all of it is removed. Nothing of it
/// counts for other containers. There is one every week by itself (`drill.every` of the policy).
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  podsteward drill --wait
  podsteward drill --wait -o json | jq .drill.phase_seconds

With --wait it ends with 0 when the drill passed, 1 when it failed or is not over when the time is, 3 when a gate refused
it, and 4 when no controller runs, or the one that runs does not take it up: it is the controller that is tried.

JSON: {drill: {id, asked, by, phase, result, gate, detail, ended, seconds, phase_seconds{}, sentence}}
      phase is one of asked, prepare, break, detect, decide, act, verify; result one of passed, failed, refused")]
pub(crate) struct Args {
    /// Wait for the result
    #[arg(long)]
    wait: bool,
    /// How long to wait, for example 10m
    #[arg(long, value_name = "D", default_value = "5m", value_parser = crate::args::duration, requires = "wait")]
    timeout: Duration,
}

/// How often the store is asked.
const PERIOD: Duration = Duration::from_millis(50);

/// Asks for a drill, and waits for its end where that is wanted.
pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<Exit> {
    let state = context.state()?;
    if !state.is_running() {
        return Err(Error::NoController.into());
    }
    let store = state.write()?;
    let (id, new) = store.ask_drill(&crate::args::surroundings().user(), context.now())?;
    if !new {
        output::note("a drill is under way already");
    }
    if args.wait && !wait(id, args.timeout, (&store, &state), context)? {
        return Err(Error::NoController.into());
    }
    let Some(drill) = store.drill(id)? else { return Ok(Exit::Failed) };
    output::show(&Page { drill: Drill::new(&(id, drill.clone())) }, context.global.output)?;
    if !args.wait {
        output::note("`podsteward status` shows what comes of it");
        return Ok(Exit::Done);
    }
    match (drill.ended.map(|ended| ended.result), drill.phase) {
        (Some(DrillResult::Passed), _) => Ok(Exit::Done),
        (Some(DrillResult::Refused), _) => Ok(Exit::Refused),
        (Some(DrillResult::Failed), _) => Ok(Exit::Failed),
        (None, Phase::Asked) => {
            let pid = ControllerLock::holder(&state.dir).and_then(|holder| holder.pid);
            Err(Error::Silent { pid, waited: args.timeout }.into())
        }
        (None, phase) => {
            output::note(&format!(
                "the drill is not over ({}); `podsteward status` tells more",
                page::doing(phase)
            ));
            Ok(Exit::Failed)
        }
    }
}

/// Waits for the end of a drill or of the time, and tells of its phases on a terminal. False: the controller ended meanwhile.
fn wait(
    id: DrillId,
    timeout: Duration,
    (store, state): (&Store, &State),
    context: &Context,
) -> anyhow::Result<bool> {
    let begun = context.now();
    let mut told: Option<Phase> = None;
    loop {
        let Some(drill) = store.drill(id)? else { return Ok(true) };
        let waited = context.now().since(begun);
        if drill.ended.is_some() || waited >= timeout {
            return Ok(true);
        }
        if Screen::of_stderr().width.is_some() && told != Some(drill.phase) {
            told = Some(drill.phase);
            let after = age::short(waited);
            output::note(&format!("{after:>4}  {}", page::doing(drill.phase)));
        }
        if !state.is_running() {
            return Ok(false);
        }
        thread::sleep(PERIOD);
    }
}
