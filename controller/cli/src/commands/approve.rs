//! `approve`: a person's yes, and what comes of it.
//!
//! Owns the order: is it still asked, does it still fit, write it down, wait. Never carries out a step itself.

use std::time::Duration;

use podsteward_domain::approval::ApprovalState;
use podsteward_runtime::listing::{Approvals, Gate};
use podsteward_store::Answered;

use super::Context;
use super::act::{self, Wish, Word, question};
use crate::exit::{Error, Exit};
use crate::look;
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
    #[arg(required = true, value_name = "ID")]
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
    let state = context.state()?;
    let ids = question::distinct(&args.ids);
    let first = args.ids.first().copied().unwrap_or_default();
    let store = state.read()?.ok_or(Error::NoApproval(first))?;
    question::refuse_while_stopped(&store, context.now())?;
    let mut asked = Vec::new();
    for id in ids {
        let approval = question::known(&store, id)?;
        question::may_be_approved(&approval, context.now())?;
        asked.push(approval);
    }
    let seen = look::look(context)?;
    let word = Word { approves: true, forces: false };
    let mut stopped = Vec::new();
    for approval in &asked {
        let decision = question::revalidated(approval, &seen)?;
        let gate = act::in_the_way(decision, word);
        stopped.extend(gate.map(|gate| (approval.id, Gate::new(gate, seen.now))));
    }
    let store = state.write()?;
    let since = context.now();
    let yes = ApprovalState::Approved { by: crate::args::surroundings().user(), at: since, force: false };
    let mut answered = Vec::new();
    for approval in &asked {
        answered.push(match store.answer_approval(approval.id, yes.clone())? {
            Answered::Done(approval) => approval,
            Answered::NotPending(approval) => return Err(question::is_over(&approval, since).into()),
            Answered::Unknown => return Err(Error::NoApproval(approval.id.0).into()),
        });
    }
    drop(store);
    if args.no_wait || !stopped.is_empty() {
        let listing = Approvals::new(answered, &seen.background.policy.approvals, since);
        output::show(&listing, context.global.output)?;
        for (id, gate) in &stopped {
            output::note(&format!(
                "approval {id} is given, and {}; it is used if that ends in time",
                gate::sentence(gate)
            ));
        }
        return Ok(if stopped.is_empty() { Exit::Done } else { Exit::Refused });
    }
    let wish = |approval: &podsteward_domain::approval::Approval| Wish {
        target: approval.question.target.clone(),
        action: approval.question.action,
        approval: Some(approval.id),
        since,
    };
    let wishes: Vec<_> = asked.iter().map(wish).collect();
    act::carry_out(&wishes, args.timeout, context)
}
