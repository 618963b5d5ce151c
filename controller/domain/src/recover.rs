//! What a failed step or a crash leaves, and how it is put right.
//!
//! Owns one rule for both: look at what exists, and first restore "NAME runs". Never trusts the journal about
//! the host. Called by the runtime with a fresh World whose intent is not stabilising.

mod data;
mod playbook;

use std::time::Duration;

use crate::intent::{Intent, IntentState, Outcome};
use crate::liveness::Liveness;
use crate::plan::{Shape, Step};
use crate::planning;
use crate::playbook::Remade;
use crate::view::{ContainerView, View};
use crate::world::Desired;

pub(crate) use data::proven;

/// Why an intent is not simply going on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interruption {
    /// The controller was gone in between.
    Crash,
    /// A step failed, or verification did.
    Failure,
    /// What had to hold before the first step did not.
    Unmet,
    /// Nobody knows what a step did.
    InDoubt,
}

/// How an interrupted intent goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recovery {
    /// What is there is what was meant: verify it.
    Stabilise,
    /// It was verified already: finish the last section.
    Settle {
        /// The steps.
        steps: Vec<Step>,
    },
    /// Take these steps, then close it.
    Undo {
        /// The steps, possibly none.
        steps: Vec<Step>,
        /// What came of it.
        outcome: Outcome,
    },
}

/// How an interrupted intent goes on, by what exists now. A crash while something was being taken back goes on
/// taking it back.
pub fn recover(view: &View<'_>, intent: &Intent, interruption: Interruption) -> Recovery {
    let rolling_back = intent.state == IntentState::RollingBack;
    let interruption = if rolling_back { Interruption::Failure } else { interruption };
    let container = view.container.as_ref();
    match (&intent.shape, container) {
        (Shape::Recreate { previous, was_running, .. }, Some(container)) => {
            recreate(view, container, intent, &Old { name: previous, ran: *was_running }, interruption)
        }
        (Shape::Playbook(course), _) => playbook::recover(view, intent, course, interruption),
        (Shape::Restore { users, .. }, _) => close(run_again(view, users), interruption),
        (Shape::Restart, Some(container)) if !container.is_up() && container.live.is_some() => {
            let steps = vec![start(view.world.key.name.as_str(), container)];
            close(steps, interruption)
        }
        (Shape::Restart, Some(container)) if !was_started_since(intent, container) => {
            close(Vec::new(), interruption)
        }
        (Shape::Create | Shape::Start | Shape::Restart, Some(container))
            if container.is_up() && interruption == Interruption::Crash =>
        {
            Recovery::Stabilise
        }
        // What is gone is gone, whoever interrupted it; what is left to do is planned anew.
        (Shape::Clean { .. }, _) => Recovery::Undo { steps: Vec::new(), outcome: Outcome::Inconclusive },
        (Shape::Remove, Some(container))
            if is_half_removed(view, intent, container) && interruption == Interruption::Crash =>
        {
            close(discard(view.world.key.name.as_str(), container), interruption)
        }
        _ => close(Vec::new(), interruption),
    }
}

/// Whether it was stopped to be removed by a person's word, which is used up: it is not left lying about until the same
/// is asked again. What a manifest declares again is left.
fn is_half_removed(view: &View<'_>, intent: &Intent, container: &ContainerView<'_>) -> bool {
    let declared = matches!(view.world.desired, Desired::Declared(_));
    intent.approval.is_some() && !declared && container.live.is_some() && !container.is_up()
}

/// Whether a container that runs was started by the plan; else what it was to be restarted for is still to be done.
fn was_started_since(intent: &Intent, container: &ContainerView<'_>) -> bool {
    let started = container.live.and_then(|live| live.started_ms);
    started.is_some_and(|started_ms| started_ms >= intent.begun.wall_ms)
}

/// The steps after a good verification: what was replaced is no longer needed.
pub fn settle(intent: &Intent) -> Vec<Step> {
    match &intent.shape {
        Shape::Recreate { previous, .. } => {
            vec![Step::RemoveContainer { name: previous.clone(), force: true }]
        }
        Shape::Playbook(course) => {
            let removal =
                |remade: &Remade| Step::RemoveContainer { name: remade.previous.clone(), force: true };
            course.remade.iter().map(removal).collect()
        }
        _ => Vec::new(),
    }
}

/// The container that was to be replaced.
struct Old<'a> {
    name: &'a str,
    ran: bool,
}

fn close(steps: Vec<Step>, interruption: Interruption) -> Recovery {
    let outcome = match interruption {
        Interruption::Crash | Interruption::InDoubt => Outcome::Inconclusive,
        Interruption::Failure => Outcome::Failure,
        Interruption::Unmet => Outcome::Withheld,
    };
    Recovery::Undo { steps, outcome }
}

fn recreate(
    view: &View<'_>,
    container: &ContainerView<'_>,
    intent: &Intent,
    old: &Old<'_>,
    interruption: Interruption,
) -> Recovery {
    let name = view.world.key.name.as_str();
    let waiting = container.facts.previous.iter().any(|summary| summary.name == old.name);
    let finished = intent.state == IntentState::Verified;
    match (waiting, container.live) {
        _ if finished => Recovery::Settle { steps: settle(intent) },
        // A replacement that runs is not thrown away because the controller was gone.
        (true, Some(_)) if container.is_up() && interruption == Interruption::Crash => Recovery::Stabilise,
        (true, live) => {
            let mut steps = Vec::new();
            if live.is_some() {
                // The data comes back between: as long as the new container is there, that can be seen to be undone.
                let mut discarded = discard(name, container);
                let removal = discarded.split_off(discarded.len().saturating_sub(1));
                steps.extend(discarded);
                steps.extend(data::put_back(view, intent, old.name));
                steps.extend(removal);
            }
            steps.push(Step::RenameContainer { from: old.name.to_owned(), to: name.to_owned() });
            if old.ran {
                steps.push(start(name, container));
            }
            Recovery::Undo { steps, outcome: returned(interruption) }
        }
        (false, Some(_)) if old.ran && !container.is_up() => {
            Recovery::Undo { steps: vec![start(name, container)], outcome: returned(interruption) }
        }
        // It came back already, or cannot.
        (false, Some(_)) if !matches!(intent.state, IntentState::Begun | IntentState::Acting) => {
            Recovery::Undo { steps: Vec::new(), outcome: returned(interruption) }
        }
        // Nothing was touched yet; or somebody removed both.
        (false, _) => close(Vec::new(), interruption),
    }
}

/// Starts what was stopped so that a snapshot could be put back. That is either in place or not: the swap is one step.
fn run_again(view: &View<'_>, users: &[String]) -> Vec<Step> {
    let down = view.world.restore.iter().flat_map(|restore| &restore.users);
    let down = down.filter(|user| !user.running && users.contains(&user.name));
    down.map(planning::start_again).collect()
}

fn returned(interruption: Interruption) -> Outcome {
    match interruption {
        Interruption::Crash | Interruption::InDoubt => Outcome::Inconclusive,
        Interruption::Failure | Interruption::Unmet => Outcome::RolledBack,
    }
}

/// Stops and removes the replacement.
fn discard(name: &str, container: &ContainerView<'_>) -> Vec<Step> {
    let up = container.liveness.is_some_and(|liveness| liveness != Liveness::Down);
    let grace = container.live.map_or(Duration::ZERO, |live| live.config.stop_timeout);
    let stop = up.then(|| Step::StopContainer { name: name.to_owned(), grace });
    stop.into_iter().chain([Step::RemoveContainer { name: name.to_owned(), force: true }]).collect()
}

fn start(name: &str, container: &ContainerView<'_>) -> Step {
    let deadline = container.spec.map_or(Duration::from_mins(2), |spec| spec.start_timeout);
    Step::StartContainer { name: name.to_owned(), deadline }
}
