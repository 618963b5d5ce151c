//! `approvals`: what waits for a person.
//!
//! Owns the listing. Works while Podman or the controller is gone.

use podsteward_runtime::listing::{Approvals, Background};

use super::Context;
use crate::exit::Exit;
use crate::output;
use crate::state;

/// Shows what waits for a person's word, with everything that an answer needs
///
/// An approval is about one action on one object by one plan. It lifts the verdict and nothing else: every other gate
/// still holds. Once given it must be used within 15 minutes; it closes when what called for it is gone or the plan
/// is another one. A no holds until the plan changes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  podsteward approvals
  podsteward approvals --all
  podsteward approvals -o json | jq -r '.approvals[].id'

JSON: {approvals: [{id, action_type, target, trigger, state, reason, why_asked, confidence, risk, diffs: [{field,
       desired, live, remedy}], steps: [], loses: [], expected_effect, rollback, asked, until, by, answered, answer,
       plan_digest}]}
       state is one of pending, approved, rejected, expired, lapsed (given, and not used in time), closed, used")]
pub(crate) struct Args {
    /// Show also those that are over
    #[arg(long)]
    all: bool,
}

/// How many are shown at most.
const SHOWN_MAX: u32 = 1000;

/// Prints the listing.
pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<Exit> {
    let state = context.state()?;
    let (approvals, background) = match state.read()? {
        Some(store) => (store.approvals(!args.all, SHOWN_MAX)?, Background::read(&store)?),
        None => (Vec::new(), Background::default()),
    };
    let none = approvals.is_empty();
    let listing = Approvals::new(approvals, &background.policy.approvals, context.now());
    output::show(&listing, context.global.output)?;
    if none {
        output::note("nothing waits for approval");
    } else {
        state::note_if_not_running(&state);
    }
    Ok(Exit::Done)
}
