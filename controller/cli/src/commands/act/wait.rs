//! Waiting for what comes of a person's word.
//!
//! Owns how the end is told from the store alone: the controller that acts is another process. Never acts.

use std::thread;
use std::time::Duration;

use podsteward_domain::approval::{Approval, ApprovalState};
use podsteward_domain::decision::Gate;
use podsteward_domain::time::Moment;
use podsteward_runtime::listing::Gate as GateView;
use podsteward_store::{DecisionFilter, LoggedDecision, LoggedOutcome, Store};

use super::{Wish, question};
use crate::commands::Context;
use crate::exit::{Error, Exit};
use crate::output::{self, Screen, age};
use crate::state::State;
use crate::view::gate;

/// How often the store is asked.
const PERIOD: Duration = Duration::from_millis(50);
/// By then a controller has heard of the word; what it withheld before, it withheld without.
const HEARD_AFTER: Duration = Duration::from_secs(1);
/// Among how many of the latest decisions the one is looked for.
const LATEST: u32 = 50;

/// How a wish ended.
#[derive(Debug)]
pub(super) enum Ending {
    /// It was carried out.
    Over(Box<LoggedDecision>),
    /// A gate withholds it.
    Withheld(Box<LoggedDecision>),
    /// A person is asked first.
    Asked(Box<Approval>),
    /// Its approval is over without it.
    ApprovalOver(String),
    /// It is not over.
    Open {
        /// Whether it was begun.
        begun: bool,
    },
}

impl Ending {
    /// What the shell sees.
    pub(super) fn exit(&self) -> Exit {
        match self {
            Self::Over(logged) => match logged.outcome {
                Some(LoggedOutcome::Success | LoggedOutcome::Warning) => Exit::Done,
                Some(LoggedOutcome::Withheld) => Exit::Refused,
                _ => Exit::Failed,
            },
            Self::Withheld(_) | Self::Asked(_) | Self::ApprovalOver(_) => Exit::Refused,
            Self::Open { .. } => Exit::Failed,
        }
    }

    /// What people hear on stderr, besides the decision itself.
    pub(super) fn sentence(&self, wish: &Wish, now: Moment) -> Option<String> {
        let Wish { target, action, .. } = wish;
        match self {
            Self::Over(_) => None,
            Self::Withheld(logged) => {
                let stop = logged.decision.withheld_by();
                let why = stop.map(|stop| gate::sentence(&GateView::new(stop, now)));
                let why = why.unwrap_or_else(|| format!("withheld: {}", logged.detail));
                Some(format!("{action} of {target} is {why}"))
            }
            Self::Asked(approval) => Some(asked(wish, approval).to_string()),
            Self::ApprovalOver(what) => Some(what.clone()),
            Self::Open { begun } => {
                let state = if *begun { "is not over yet" } else { "has not begun" };
                Some(format!("{action} of {target} {state}; `podsteward why {target}` tells more"))
            }
        }
    }

    /// Whether waiting longer than so long tells nothing new.
    fn is_final(&self, waited: Duration) -> bool {
        match self {
            Self::Over(_) | Self::Asked(_) | Self::ApprovalOver(_) => true,
            Self::Withheld(logged) => waited >= HEARD_AFTER && !may_pass_soon(logged),
            Self::Open { .. } => false,
        }
    }
}

/// Somebody is asked before a wish comes true.
pub(super) fn asked(wish: &Wish, approval: &Approval) -> Error {
    let (id, why) = (approval.id, &approval.question.why_asked);
    Error::Refused {
        what: format!("{} of {} waits for approval {id}: {why}", wish.action, wish.target),
        next: format!("`podsteward approve {id}` says yes, and has it done"),
    }
}

/// Whether what withholds it passes as soon as something else is done or read.
fn may_pass_soon(logged: &LoggedDecision) -> bool {
    let Some(stop) = logged.decision.withheld_by() else { return false };
    let timed = GateView::new(stop, logged.last).until.is_some();
    match stop.gate {
        Gate::OneInFlight | Gate::Freshness => true,
        Gate::Budget => !timed,
        _ => false,
    }
}

/// Waits until every wish has its end, the time is over, or the controller that should act is gone.
pub(super) fn for_all(
    wishes: &[Wish],
    timeout: Duration,
    state: &State,
    context: &Context,
) -> anyhow::Result<Vec<Ending>> {
    let store = state.read()?.ok_or_else(|| Error::Refused {
        what: "the store is gone".to_owned(),
        next: "look at `podsteward status`".to_owned(),
    })?;
    let begun = context.now();
    let mut told = vec![String::new(); wishes.len()];
    loop {
        let now = context.now();
        let endings = wishes.iter().map(|wish| came_of(wish, &store, now));
        let endings = endings.collect::<anyhow::Result<Vec<_>>>()?;
        let waited = now.since(begun);
        let over = endings.iter().all(|ending| ending.is_final(waited));
        if over || waited >= timeout {
            return Ok(endings);
        }
        if !state.is_running() {
            output::note("note: the controller ended meanwhile; `podsteward run` goes on");
            return Ok(endings);
        }
        for (wish, told) in wishes.iter().zip(&mut told) {
            tell(wish, told, &store, begun, now)?;
        }
        thread::sleep(PERIOD);
    }
}

/// Tells on a terminal where the plan of a wish stands, each time that changes.
fn tell(wish: &Wish, told: &mut String, store: &Store, begun: Moment, now: Moment) -> anyhow::Result<()> {
    if Screen::of_stderr().width.is_none() {
        return Ok(());
    }
    let intent = store.intent(&wish.target)?.filter(|intent| intent.action == wish.action);
    let stands = intent.map_or("waits for the controller", |intent| intent.state.as_str());
    if stands != told.as_str() {
        stands.clone_into(told);
        let after = age::short(now.since(begun));
        output::note(&format!("{after:>4}  {} of {}: {stands}", wish.action, wish.target));
    }
    Ok(())
}

/// What came of a wish so far.
pub(super) fn came_of(wish: &Wish, store: &Store, now: Moment) -> anyhow::Result<Ending> {
    let filter = DecisionFilter {
        target: Some(wish.target.clone()),
        action: Some(wish.action),
        limit: LATEST,
        ..DecisionFilter::default()
    };
    let logged = store.decisions(&filter)?;
    if let Some(carried) = logged.iter().find(|logged| is_of(logged, wish)) {
        let carried = carried.clone();
        let over = carried.outcome.is_some();
        return Ok(if over { Ending::Over(Box::new(carried)) } else { Ending::Open { begun: true } });
    }
    if let Some(id) = wish.approval {
        let approval = question::known(store, id)?;
        if !matches!(approval.state, ApprovalState::Approved { .. } | ApprovalState::Used) {
            return Ok(Ending::ApprovalOver(question::is_over(&approval, now).to_string()));
        }
    }
    let is_asked = |approval: &Approval| {
        let question = &approval.question;
        let same = question.target == wish.target && question.action == wish.action;
        same && approval.state == ApprovalState::Pending && not_before(approval.asked, wish.since)
    };
    if let Some(approval) = store.open_approvals()?.into_iter().find(is_asked) {
        return Ok(Ending::Asked(Box::new(approval)));
    }
    let withheld = logged.into_iter().find(|logged| {
        logged.outcome == Some(LoggedOutcome::Withheld) && not_before(logged.last, wish.since)
    });
    Ok(match withheld {
        Some(withheld) => Ending::Withheld(Box::new(withheld)),
        None => Ending::Open { begun: false },
    })
}

/// Whether a plan was begun for a wish: with its approval, or since the person spoke.
fn is_of(logged: &LoggedDecision, wish: &Wish) -> bool {
    let approved = wish.approval.is_some() && logged.approval == wish.approval;
    logged.intent.is_some() && (approved || not_before(logged.at, wish.since))
}

fn not_before(at: Moment, since: Moment) -> bool {
    at == since || !at.since(since).is_zero()
}

#[cfg(test)]
mod tests;
