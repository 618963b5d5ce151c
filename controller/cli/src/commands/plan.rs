//! `plan`: what would be done to each object, why, and what stands in the way. Touches nothing.
//!
//! Owns the printing of evaluations. Never evaluates: it shows what the domain says, which is what the controller
//! would act on.

pub(in crate::commands) mod page;

use super::Context;
use super::validate::ProblemView;
use crate::exit::Exit;
use crate::look;
use crate::output::{self, count};
use page::{ObjectPlan, Page};

/// Shows what would be done, field by field, and touches nothing
///
/// Reads the manifests and the host once and prints for each object what differs, the steps that would mend it, and
/// the gates that hold them back. Works with a controller running or without.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  podsteward plan
  podsteward plan --exit-code >/dev/null || echo 'something to do, or it failed'
  podsteward plan -o json | jq '.objects[] | select(.action)'

JSON: {objects: [{key, state, action, verdict, confidence, risk, reason, diffs: [{field, desired, live, remedy}],
       steps: [], ladder: {rung, next, tried, left_out}, gates: [{gate, result, detail, until}]}], problems: [{file, line, column, path, message}]}
confidence and risk are null for declared work. `podsteward why KEY` tells more about one object.")]
pub(crate) struct Args {
    /// End with 0 if nothing would be done, 1 on an error, 2 if something would be done (withheld or not)
    #[arg(long)]
    exit_code: bool,
}

/// Evaluates and prints.
pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<Exit> {
    let seen = look::look(context)?;
    let plan = |(_, evaluation)| ObjectPlan::new(evaluation, seen.now);
    let page = Page {
        objects: seen.objects.into_iter().map(plan).collect(),
        problems: seen.problems.iter().map(ProblemView::from).collect(),
    };
    output::show(&page, context.global.output)?;
    let changes = page.objects.iter().filter(|object| object.changes()).count();
    let withheld = page.objects.iter().filter(|object| object.is_withheld()).count();
    output::note(&format!(
        "{}: {changes} to change ({withheld} of them withheld), {} in the manifests",
        count(page.objects.len(), "object"),
        count(page.problems.len(), "problem"),
    ));
    Ok(if args.exit_code && changes > 0 { Exit::Changes } else { Exit::Done })
}
