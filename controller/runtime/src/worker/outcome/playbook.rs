//! What the end of a playbook has of its own: its checks afterwards, and what its steps said.
//!
//! Owns that. Never judges a check: [`podsteward_domain::verify::checked`] does.

use std::sync::Arc;

use podsteward_domain::intent::Intent;
use podsteward_domain::plan::Shape;
use podsteward_domain::playbook::{self, CheckFacts, Checked};
use podsteward_domain::verify::report::Report;
use podsteward_domain::world::World;

use crate::context::Context;
use crate::executor;
use crate::worker::Error;

/// Looks at the checks after a playbook, in order, up to the first that does not hold.
pub(in crate::worker) async fn ask_checks(context: &Arc<Context>, world: &World, intent: &Intent) {
    let Shape::Playbook(course) = &intent.shape else { return };
    // They take long, and the drain does not.
    let failed = tokio::select! {
        biased;
        () = context.shutdown.cancelled() => return,
        failed = executor::first_unmet(context, &course.checks) => failed,
    };
    let before = world.checks.as_ref().filter(|facts| facts.intent == intent.id).map(|facts| &facts.checked);
    let checked = Checked::after(before, failed, context.now());
    context.world.put_checks(&intent.key, Some(CheckFacts { intent: intent.id, checked }));
}

/// What verification found, with what the steps said.
pub(super) fn told(context: &Context, intent: &Intent, report: Report) -> Result<Report, Error> {
    Ok(playbook::told(report, &context.keeper.store().journal(intent.id)?))
}

/// What is told of one that did not come to its end: what its steps said, and why it ended where no step says that.
pub(super) fn said(context: &Context, intent: &Intent, detail: &str) -> Result<String, Error> {
    let said = playbook::said(&context.keeper.store().journal(intent.id)?);
    let told = said.iter().any(|line| line.ends_with(detail));
    let why = (!told).then(|| detail.to_owned());
    Ok(why.into_iter().chain(said).collect::<Vec<_>>().join("; "))
}
