//! From a person's word to what came of it, as `approve` and `execute` share it.
//!
//! Owns what a word lifts, the handing over to the controller and the exit code. Never carries out a step itself: with a
//! controller running that one acts and this waits; without one the very same controller runs here, for the objects in
//! question alone.

pub(super) mod question;
mod wait;

use std::collections::BTreeSet;
use std::time::Duration;

use podsteward_domain::action::Action;
use podsteward_domain::approval::ApprovalId;
use podsteward_domain::decision::{Decision, Gate, GateAnswer, GateResult};
use podsteward_domain::time::Moment;
use podsteward_metrics::logging;
use podsteward_runtime::listing::{Decisions, Gate as GateView};
use podsteward_runtime::progress::Progress;
use podsteward_runtime::service;
use podsteward_specs::key::Key;

use super::{Context, run};
use crate::exit::{Error, Exit};
use crate::output;
use crate::state::State;
use crate::view::gate;
use wait::Ending;

/// How far a person's word reaches.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word {
    /// It approves.
    pub(super) approves: bool,
    /// It skips the cooldown.
    pub(super) forces: bool,
    /// It is written down, and waits for its turn.
    pub(super) waits: bool,
}

/// What a person wants done.
#[derive(Debug, Clone)]
pub(super) struct Wish {
    /// On what.
    pub(super) target: Key,
    /// What.
    pub(super) action: Action,
    /// The approval that it is done with.
    pub(super) approval: Option<ApprovalId>,
    /// When the person spoke.
    pub(super) since: Moment,
}

/// The first gate that stops a decision and that a person's word does not lift.
pub(super) fn in_the_way(decision: &Decision, word: Word) -> Option<&GateResult> {
    decision.stops().find(|result| !is_lifted(result, word))
}

fn is_lifted(result: &GateResult, word: Word) -> bool {
    let holds = matches!(result.answer, GateAnswer::Hold { .. });
    match result.gate {
        Gate::Verdict | Gate::Approval => word.approves && holds,
        Gate::Cooldown => word.forces,
        Gate::OneInFlight => word.waits,
        // Whoever acts reads again first, and may have seen when a word on health came in.
        Gate::Freshness => true,
        _ => false,
    }
}

/// `service-restart of container/web is withheld by cooldown: ...`.
pub(super) fn refused(decision: &Decision, gate: &GateResult, now: Moment) -> Error {
    let Decision { action, target, .. } = decision;
    let next = match gate.gate {
        Gate::Switch => "`podsteward resume` ends the pause".to_owned(),
        Gate::Pause => format!("`podsteward resume {target}` ends the pause"),
        Gate::Cooldown => "--force skips the cooldown".to_owned(),
        Gate::Breaker => format!("`podsteward resume {target}` closes its breaker, `podsteward resume` all"),
        Gate::Quarantine | Gate::Backoff => format!("`podsteward retry {target}` tries again"),
        _ => format!("`podsteward why {target}` tells more"),
    };
    let what = format!("{action} of {target} is {}", gate::sentence(&GateView::new(gate, now)));
    Error::Refused { what, next }
}

/// Has the wishes carried out, waits, and prints what came of them.
pub(super) fn carry_out(wishes: &[Wish], timeout: Duration, context: &Context) -> anyhow::Result<Exit> {
    let state = context.state()?;
    let endings = if state.is_running() {
        wait::for_all(wishes, timeout, &state, context)?
    } else {
        act_here(wishes, timeout, &state, context)?
    };
    let done = endings.iter().filter_map(|ending| match ending {
        Ending::Over(logged) => Some((**logged).clone()),
        _ => None,
    });
    let done: Vec<_> = done.collect();
    if !done.is_empty() {
        output::show(&Decisions::new(done, context.now()), context.global.output)?;
    }
    if let ([wish], [Ending::Asked(approval)]) = (wishes, endings.as_slice()) {
        return Err(wait::asked(wish, approval).into());
    }
    let mut exit = Exit::Done;
    for (wish, ending) in wishes.iter().zip(&endings) {
        if let Some(line) = ending.sentence(wish, context.now()) {
            output::note(&line);
        }
        exit = worse(exit, ending.exit());
    }
    Ok(exit)
}

/// A failure is worse than a refusal.
fn worse(one: Exit, other: Exit) -> Exit {
    match (one, other) {
        (Exit::Failed, _) | (_, Exit::Failed) => Exit::Failed,
        (Exit::Done, other) => other,
        (one, _) => one,
    }
}

/// Runs the controller for these objects alone, until nothing is left to do for them.
fn act_here(
    wishes: &[Wish],
    timeout: Duration,
    state: &State,
    context: &Context,
) -> anyhow::Result<Vec<Ending>> {
    let only: BTreeSet<Key> = wishes.iter().map(|wish| wish.target.clone()).collect();
    let names: Vec<_> = only.iter().map(ToString::to_string).collect();
    output::note(&format!("note: no controller is running; acting here, on {} alone", names.join(", ")));
    if context.global.verbose > 0 {
        logging::init(run::log_format(context), context.global.verbose - 1)?;
    }
    let allowed = run::files::allowed_last(context)?;
    let options =
        service::Options { only: Some(only), once: Some(timeout), allowed, ..run::options(context)? };
    let podman = options.podman.clone();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let ran = service::run(options, Progress::default(), run::signals::shutdown()?).await;
        ran.map_err(|error| run::told(error, &state.dir, &podman))
    })?;
    let store = state.write()?;
    wishes.iter().map(|wish| wait::came_of(wish, &store, context.now())).collect()
}

#[cfg(test)]
mod tests;
