//! The report that is due by itself, and what a report needs that nobody else writes down: that somebody watched.
//!
//! Owns the schedule and the spans of the switch. Never words a report: the domain does.

use std::sync::Arc;
use std::time::Duration;

use podsteward_domain::report::Watch;
use podsteward_domain::switch::SwitchState;
use podsteward_domain::time::Moment;
use podsteward_metrics::ReportEvent;
use podsteward_specs::policy::Mode;
use tokio::time::sleep;

use crate::context::Context;
use crate::listing;

/// When a report was last made by itself, or, before the first, when the first start was.
const LAST: &str = "report_last";
/// How often it is written down that somebody watches: so much may be missing after a crash.
const PERIOD: Duration = Duration::from_mins(5);

/// How often it is looked whether the manifests were read.
const READ: Duration = Duration::from_millis(50);

/// Reports when that is due, and writes down how the switch stands, until the controller ends.
pub async fn run(context: Arc<Context>) {
    let mut goes_on = false;
    // What the mode is, the manifests say.
    while context.world.manifests().is_none() {
        tokio::select! {
            biased;
            () = context.shutdown.cancelled() => return,
            () = sleep(READ) => {}
        }
    }
    loop {
        goes_on |= watched(&context, goes_on);
        context.survive(report_if_due(&context, context.now()));
        tokio::select! {
            biased;
            () = context.shutdown.cancelled() => {
                watched(&context, goes_on);
                return;
            }
            () = context.switch_changed.notified() => {}
            () = sleep(PERIOD) => {}
        }
    }
}

/// Writes down that somebody watches, and how the switch stands. False: that could not be written.
fn watched(context: &Context, goes_on: bool) -> bool {
    let now = context.now();
    let watch = match (context.world.switch().state(now), context.world.policy().mode) {
        (SwitchState::Stopped, _) => Watch::Stopped,
        (SwitchState::Paused, _) => Watch::Paused,
        (SwitchState::Running, Mode::Observe) => Watch::Observing,
        (SwitchState::Running, Mode::Ask) => Watch::Asking,
        (SwitchState::Running, Mode::Full) => Watch::Acting,
    };
    context.survive(context.keeper.store().put_span(watch, goes_on, now.wall_ms)).is_some()
}

/// One that is due waits until everything is known.
fn report_if_due(context: &Context, now: Moment) -> podsteward_store::Result<()> {
    let store = context.keeper.store();
    let Some(last) = store.last_done(LAST)? else { return store.put_last_done(LAST, now) };
    let Some(every) = context.world.policy().report_every else { return Ok(()) };
    if context.world.ready().is_none() || !now.left_of(last, every).is_zero() {
        return Ok(());
    }
    let report = listing::report(store, every, now)?;
    store.put_report(&report, now)?;
    store.put_last_done(LAST, now)?;
    context.telemetry.emit(ReportEvent::Made { report: &report });
    context.outbox.notify_one();
    Ok(())
}
