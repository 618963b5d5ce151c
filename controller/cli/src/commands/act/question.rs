//! An approval before it is answered: whether it still may be, and whether what it asks for is still what would be done.
//!
//! Owns the words of every refusal. Never writes an answer.

use podsteward_domain::approval::{Approval, ApprovalId, ApprovalState};
use podsteward_domain::decision::Decision;
use podsteward_domain::switch::SwitchState;
use podsteward_domain::time::Moment;
use podsteward_store::Store;

use crate::exit::Error;
use crate::look::Look;
use crate::output::age;

/// The numbers, each once.
pub(in crate::commands) fn distinct(ids: &[i64]) -> Vec<ApprovalId> {
    let mut distinct = Vec::new();
    for id in ids.iter().copied().map(ApprovalId) {
        if !distinct.contains(&id) {
            distinct.push(id);
        }
    }
    distinct
}

/// The approval of a number.
pub(in crate::commands) fn known(store: &Store, id: ApprovalId) -> anyhow::Result<Approval> {
    Ok(store.approval(id)?.ok_or(Error::NoApproval(id.0))?)
}

/// While podsteward is stopped, nobody says yes.
pub(in crate::commands) fn refuse_while_stopped(store: &Store, now: Moment) -> anyhow::Result<()> {
    let switch = store.switch()?;
    if switch.state(now) != SwitchState::Stopped {
        return Ok(());
    }
    let pause = switch.pause.as_ref();
    let by = pause.map(|pause| format!(" by {}", pause.by)).unwrap_or_default();
    let reason = pause.map(|pause| pause.reason.as_str()).filter(|reason| !reason.is_empty());
    let reason = reason.map(|reason| format!(" ({reason})")).unwrap_or_default();
    Err(Error::Refused {
        what: format!("podsteward is stopped{by}{reason}: new approvals are refused"),
        next: "`podsteward resume` ends the stop; the time of approvals stands still meanwhile".to_owned(),
    }
    .into())
}

/// Whether somebody may still say yes.
pub(in crate::commands) fn may_be_approved(approval: &Approval, now: Moment) -> Result<(), Error> {
    if approval.state == ApprovalState::Pending { Ok(()) } else { Err(is_over(approval, now)) }
}

/// Whether somebody may still say no.
pub(in crate::commands) fn may_be_rejected(approval: &Approval, now: Moment) -> Result<(), Error> {
    match approval.state {
        ApprovalState::Pending | ApprovalState::Approved { .. } => Ok(()),
        _ => Err(is_over(approval, now)),
    }
}

/// What became of an approval that waits no more.
pub(in crate::commands) fn is_over(approval: &Approval, now: Moment) -> Error {
    became(approval, &approval.state, now)
}

fn became(approval: &Approval, state: &ApprovalState, now: Moment) -> Error {
    let (id, target) = (approval.id, &approval.question.target);
    let ago = |at: Moment| format!("{} ago", age::short(now.since(at)));
    let what = match state {
        ApprovalState::Pending => format!("approval {id} still waits"),
        ApprovalState::Approved { by, at, .. } => {
            format!("approval {id} was given already, by {by} {}", ago(*at))
        }
        ApprovalState::Rejected { by, reason, at } => {
            let reason = if reason.is_empty() { String::new() } else { format!(": {reason}") };
            format!("approval {id} was rejected by {by} {}{reason}", ago(*at))
        }
        ApprovalState::Expired => format!("approval {id} is over: nobody answered in time"),
        ApprovalState::Lapsed => {
            format!("approval {id} is over: it was given, and could not be used in time")
        }
        ApprovalState::Closed { why } => format!("approval {id} is over: {why}"),
        ApprovalState::Used => format!("approval {id} was used already"),
    };
    let next = match state {
        ApprovalState::Approved { .. } => format!("`podsteward execute --action-id {id}` acts on it now"),
        ApprovalState::Rejected { .. } => {
            format!("a no holds until the plan changes; `podsteward why {target}` tells more")
        }
        ApprovalState::Used => format!("`podsteward decisions --target {target}` tells what came of it"),
        _ => format!("`podsteward why {target}` tells what holds now"),
    };
    Error::Refused { what, next }
}

/// What is decided now about what an approval asks for, if that is still the same.
pub(in crate::commands) fn revalidated<'a>(
    approval: &Approval,
    seen: &'a Look,
) -> Result<&'a Decision, Error> {
    let question = &approval.question;
    let closed = |why: String| Err(became(approval, &ApprovalState::Closed { why }, seen.now));
    let Some(evaluation) = seen.of(&question.target) else {
        return closed(format!("{} is neither declared nor there any more", question.target));
    };
    if let Some((_, state)) = evaluation.approvals.iter().find(|(id, _)| *id == approval.id) {
        return Err(became(approval, state, seen.now));
    }
    let mut of_action = evaluation.decisions.iter().filter(|it| it.action == question.action).peekable();
    if of_action.peek().is_none() {
        return closed("what called for it is gone".to_owned());
    }
    let Some(same) = of_action.find(|decision| decision.digest == question.digest) else {
        return closed("the plan is another one now".to_owned());
    };
    if same.trigger != question.trigger {
        return closed(format!("{} calls for it now, not {}", same.trigger, question.trigger));
    }
    Ok(same)
}

#[cfg(test)]
mod tests;
