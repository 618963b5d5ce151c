//! `check`: one pass over everything, and what follows. Touches nothing.
//!
//! Owns the page for people. The shape for programs is [`podsteward_runtime::listing::Assessment`].

mod page;

use podsteward_runtime::listing::Assessment;

use super::Context;
use crate::exit::Exit;
use crate::look;
use crate::output;

/// Looks at everything once and tells what is wrong and what should be done; touches nothing
///
/// One observe-orient-decide pass: what is wrong, what would be done about it, how sure podsteward is, and what
/// keeps it from being done. Works with a controller running or without. Findings are not an error: it ends with 0.
/// While Podman cannot be read it tells what is known without it, and ends with 4 (or 1, where Podman answers wrongly).
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  podsteward check
  podsteward check -o json | jq .health_score
  podsteward check -o json | jq -r '.recommended_actions[] | \"\\(.type) \\(.target): \\(.decision)\"'

JSON: one object
  timestamp, health_score (0..100, null before the first complete read), unknown[]
  observations         [{id, kind, target, severity, message, age_seconds}]
  recommended_actions  [{id, type, target, reason, confidence, confidence_parts: {prediction, history, impact,
                       rollback, adjustment}, risk, decision, gates: [{gate, result, detail, until}]}]
                       id is the number of its open approval, or else ACTION:KIND/NAME
  pending_queue        [as `approvals`]: what waits for a person, or was approved and not done yet")]
pub(crate) struct Args {}

/// Looks and prints.
pub(crate) fn run(_args: &Args, context: &Context) -> anyhow::Result<Exit> {
    let seen = look::look_as_far(context, None)?;
    let assessment = Assessment::new(&seen.objects, seen.missing, &seen.background, seen.now);
    output::show(&assessment, context.global.output)?;
    if !seen.problems.is_empty() {
        let problems = output::count(seen.problems.len(), "problem");
        output::note(&format!("note: {problems} in the manifests; `podsteward validate` lists them"));
    }
    // What is known was told; that Podman could not be asked is the error.
    seen.unread.map_or(Ok(Exit::Done), |error| Err(error.into()))
}
