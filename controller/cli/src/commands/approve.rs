//! `approve`: a person's yes, and what comes of it.
//!
//! Owns the order: is it still asked, does it still fit, write it down, wait. Never carries out a step itself.

use std::collections::BTreeSet;
use std::time::Duration;

use podsteward_domain::approval::{Approval, ApprovalState};
use podsteward_domain::time::Moment;
use podsteward_runtime::listing::{Approvals, Gate};
use podsteward_store::{Answered, Incident};

use super::Context;
use super::act::{self, Wish, Word, question};
use crate::exit::{Error, Exit};
use crate::look::{self, Look};
use crate::output;
use crate::view::gate;

/// Says yes to what waits for approval, and waits until it is done
///
/// What was asked is compared with the present first: if what called for it is gone, or the plan is another one now,
/// the yes is refused. It lifts the verdict only; every other gate still holds. With a controller running that one
/// acts within a second; without one it is done here. Refused while podsteward is stopped.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  podsteward approvals
  podsteward approve 7
  podsteward approve 7 8 --no-wait

Ends with 0 when it is done and verified, 1 when it failed, and 3 when it is refused: podsteward is stopped, the
approval is over, the plan is another one now, or a gate withholds it.

JSON: {decisions: [as `decisions`]}; with --no-wait, or while a gate withholds it, {approvals: [as `approvals`]}")]
pub(crate) struct Args {
    /// The numbers of the approvals, as `podsteward approvals` lists them
    #[arg(required = true, value_name = "ID", value_parser = crate::args::approval)]
    ids: Vec<i64>,
    /// Write it down and do not wait
    #[arg(long)]
    no_wait: bool,
    /// How long to wait, for example 10m
    #[arg(long, value_name = "D", default_value = "5m", value_parser = crate::args::duration)]
    timeout: Duration,
}

/// Writes the answers, waits, and prints what came of them.
pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<Exit> {
    let asked = asked(args, context)?;
    let targets: BTreeSet<_> = asked.iter().map(|approval| approval.question.target.clone()).collect();
    let seen = look::look_at(context, &targets)?;
    let word = Word { approves: true, forces: false, waits: false };
    let mut stopped = Vec::new();
    let running = context.state()?.is_running();
    for approval in &asked {
        let decision = match question::revalidated(approval, &seen) {
            Ok(decision) => decision,
            // A healthcheck that never ends is seen by the controller alone, and it looks once more before it acts.
            Err(_) if running && is_found(approval, &seen) => continue,
            Err(error) => return Err(error.into()),
        };
        let gate = act::in_the_way(decision, word);
        stopped.extend(gate.map(|gate| (approval.id, Gate::new(gate, seen.now))));
    }
    let since = context.now();
    let answered = answer(&asked, since, context)?;
    if !args.no_wait && stopped.is_empty() {
        let wishes: Vec<_> = asked.iter().map(|approval| wish(approval, since)).collect();
        return act::carry_out(&wishes, args.timeout, context);
    }
    let listing = Approvals::new(answered, &seen.background.policy.approvals, since);
    output::show(&listing, context.global.output)?;
    for (id, gate) in &stopped {
        let why = gate::sentence(gate);
        output::note(&format!("approval {id} is given, and {why}; it is used if that ends in time"));
    }
    Ok(if stopped.is_empty() { Exit::Done } else { Exit::Refused })
}

/// Whether the controller finds ill health that this look cannot see.
fn is_found(approval: &Approval, seen: &Look) -> bool {
    let question = &approval.question;
    let same = |incident: &Incident| incident.target == question.target && incident.kind == question.trigger;
    question.trigger.is_of_health() && seen.background.incidents.iter().any(same)
}

/// The approvals that are meant, all of them still waiting.
fn asked(args: &Args, context: &Context) -> anyhow::Result<Vec<Approval>> {
    let first = args.ids.first().copied().unwrap_or_default();
    // Looking must leave nothing behind: a store is not made for a slip of the fingers.
    let store = context.state()?.read()?.ok_or(Error::NoApproval(first))?;
    let now = context.now();
    question::refuse_while_stopped(&store, now)?;
    let waiting = |id| {
        let approval = question::known(&store, id)?;
        question::may_be_approved(&approval, now)?;
        Ok(approval)
    };
    question::distinct(&args.ids).into_iter().map(waiting).collect()
}

fn answer(asked: &[Approval], since: Moment, context: &Context) -> anyhow::Result<Vec<Approval>> {
    let store = context.state()?.write()?;
    let by = crate::args::surroundings().user();
    let yes = ApprovalState::Approved { by, at: since, force: false };
    let answer = |approval: &Approval| match store.answer_approval(approval.id, yes.clone())? {
        Answered::Done(approval) => Ok(approval),
        Answered::NotPending(approval) => Err(question::is_over(&approval, since).into()),
        Answered::Unknown => Err(Error::NoApproval(approval.id.0).into()),
    };
    asked.iter().map(answer).collect()
}

fn wish(approval: &Approval, since: Moment) -> Wish {
    let (target, action) = (approval.question.target.clone(), approval.question.action);
    Wish { target, action, approval: Some(approval.id), since }
}
