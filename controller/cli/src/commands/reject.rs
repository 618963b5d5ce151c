//! `reject`: a person's no.
//!
//! Owns the writing of it. Never looks at the host: a no needs no proof.

use podsteward_domain::approval::ApprovalState;
use podsteward_runtime::listing::{Approvals, Background};
use podsteward_store::Answered;

use super::Context;
use super::act::question;
use crate::exit::{Error, Exit};
use crate::output;

/// Says no to what waits for approval
///
/// The no holds until the plan changes: the same is not asked again. What was approved and not begun can still be
/// rejected. Works also while podsteward is stopped.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  podsteward reject 7
  podsteward reject 7 8 --reason 'not before the backup is done'

JSON: {approvals: [as `approvals`]}")]
pub(crate) struct Args {
    /// The numbers of the approvals, as `podsteward approvals` lists them
    #[arg(required = true, value_name = "ID", value_parser = crate::args::approval)]
    ids: Vec<i64>,
    /// Why, for whoever looks next
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    reason: String,
}

/// Writes the answers and prints what they are.
pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<Exit> {
    let state = context.state()?;
    let ids = question::distinct(&args.ids);
    let now = context.now();
    for id in &ids {
        // Looking must leave nothing behind: a store is not made for a slip of the fingers.
        let store = state.read()?.ok_or(Error::NoApproval(id.0))?;
        question::may_be_rejected(&question::known(&store, *id)?, now)?;
    }
    let store = state.write()?;
    let no = ApprovalState::Rejected {
        by: crate::args::surroundings().user(),
        reason: args.reason.clone(),
        at: now,
    };
    let mut answered = Vec::new();
    for id in ids {
        match store.answer_approval(id, no.clone())? {
            Answered::Done(approval) => answered.push(approval),
            Answered::NotPending(approval) => return Err(question::is_over(&approval, now).into()),
            Answered::Unknown => return Err(Error::NoApproval(id.0).into()),
        }
    }
    let policy = Background::read(&store)?.policy;
    output::show(&Approvals::new(answered, &policy.approvals, now), context.global.output)?;
    Ok(Exit::Done)
}
