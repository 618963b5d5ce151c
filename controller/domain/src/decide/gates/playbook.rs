//! Gates about everything that a playbook touches: what holds for one container holds for it on every way.
//!
//! Owns the questions that are asked of each touched object, beside those about the target. Deny wins.

use podsteward_specs::key::{Key, Kind};
use podsteward_specs::playbook::PlaybookStep;

use super::{by_pause, denied, held, racing};
use crate::decide::Proposal;
use crate::decision::{GateAnswer, Verdict};
use crate::limits::{self, Limits};
use crate::plan::{Plan, Shape};
use crate::planning::playbook::{Part, Script, runs_inside};
use crate::view::View;

/// What it needs and is not there now: a container that it would touch, or the end of a stop by hand.
pub(super) fn not_now(view: &View<'_>, proposal: &Proposal) -> Vec<String> {
    let Some(script) = Script::of(view, proposal) else { return Vec::new() };
    let mut not_now = script.compose().not_now;
    let interrupted = script.parts().into_iter().filter(|part| interrupts(part.step));
    let held = interrupted.filter_map(|part| by_hand(&script, &part.about?));
    not_now.extend(held);
    not_now.dedup();
    not_now
}

/// A container that somebody stopped by hand is left alone for as long as it asks for.
fn by_hand(script: &Script<'_>, key: &Key) -> Option<String> {
    let view = script.look_at(key)?;
    let spec = view.container.as_ref()?.spec?;
    let since = view.world.memory.hand_stopped?;
    let until = view.world.now.end_of(since, spec.remediation.manual_hold);
    until.map(|_| format!("{key} was stopped by hand"))
}

/// Whether everything that it is about was read just now.
pub(super) fn is_fresh(view: &View<'_>, proposal: &Proposal) -> bool {
    Script::of(view, proposal).is_none_or(|script| script.is_fresh())
}

/// A pause of anything that it touches.
pub(super) fn paused(view: &View<'_>, proposal: &Proposal) -> GateAnswer {
    let Some(script) = Script::of(view, proposal) else { return GateAnswer::Pass };
    let world = view.world;
    let of = |key: &Key| {
        let document = script.look_at(key).and_then(|view| view.document);
        match document.and_then(|document| document.paused()) {
            Some(reason) => held(format!("{key} is paused by annotation: {reason}"), None),
            None => match by_pause(&world.switch, key, world.now) {
                GateAnswer::Hold { detail, until } => held(format!("{key} is {detail}"), until),
                other => other,
            },
        }
    };
    touched(&script).iter().map(of).find(GateAnswer::stops).unwrap_or(GateAnswer::Pass)
}

/// The budgets of the containers that it starts anew, each its own.
pub(super) fn spent(view: &View<'_>, proposal: &Proposal, plan: &Plan) -> GateAnswer {
    let (Some(script), Shape::Playbook(course)) = (Script::of(view, proposal), &plan.shape) else {
        return GateAnswer::Pass;
    };
    let of = |(key, times): (&Key, &u32)| {
        let (standing, limits) = (&script.look_at(key)?.world.standing, limits_of(&script, key));
        match racing::restarts(standing, limits.restarts_per_hour, *times, view.world.now) {
            GateAnswer::Hold { detail, until } => Some(held(format!("{key}: {detail}"), until)),
            _ => None,
        }
    };
    course.restarts.iter().find_map(of).unwrap_or(GateAnswer::Pass)
}

/// What forbids it: its own steps as they are written, or the manifest or an override of anything that it touches.
pub(super) fn overridden(view: &View<'_>, proposal: &Proposal) -> GateAnswer {
    let Some(script) = Script::of(view, proposal) else { return GateAnswer::Pass };
    if let Some(why) = script.compose().never.into_iter().next() {
        return denied(why);
    }
    let parts = script.parts();
    if let Some(why) = parts.iter().find_map(|part| forbidden(&script, part)) {
        return denied(why);
    }
    let entered = script.entered();
    if let Some(why) = entered.iter().find_map(|key| named_denied(&script, key, &[])) {
        return denied(why);
    }
    let touched = touched(&script);
    let confirmed = touched.iter().find_map(|key| Some((key, limits_of(&script, key).confirmation?)));
    match confirmed {
        Some((key, by)) => GateAnswer::Cap {
            verdict: Verdict::Queue,
            detail: format!("requiresConfirmation is true for {key} by {by}"),
        },
        None => GateAnswer::Pass,
    }
}

/// Everything that it does something to, by its steps or by what its checks run.
fn touched(script: &Script<'_>) -> Vec<Key> {
    let parts = script.parts().into_iter().filter(|part| touches(part.step));
    parts.filter_map(|part| part.about).chain(script.entered()).collect()
}

fn limits_of(script: &Script<'_>, key: &Key) -> Limits {
    let Some(view) = script.look_at(key) else { return Limits::default() };
    limits::limits(&view.world.policy, key.name.as_str(), view.document.map(|document| &**document))
}

/// Why one step may not be taken on what it is about.
fn forbidden(script: &Script<'_>, part: &Part<'_>) -> Option<String> {
    let key = part.about.as_ref().filter(|_| touches(part.step))?;
    let limits = limits_of(script, key);
    let also = match part.step {
        PlaybookStep::Recreate { .. } => ["service-restart", "drift-reconciliation"].as_slice(),
        step if interrupts(step) => &["service-restart"],
        _ if key.kind == Kind::Disk => &["disk-cleanup"],
        _ => &[],
    };
    if let Some(why) = named_denied(script, key, also) {
        return Some(why);
    }
    let by = limits.no_restart.filter(|_| interrupts(part.step))?;
    Some(format!("autoRestart is false for {key} by {by}"))
}

/// A denial of the playbook, or of what else it amounts to, by what one object says.
fn named_denied(script: &Script<'_>, key: &Key, also: &[&str]) -> Option<String> {
    let limits = limits_of(script, key);
    let mut asked = [script.name.as_str()].into_iter().chain(also.iter().copied());
    let action = asked.find(|action| limits.deny.contains(*action))?;
    Some(format!("{action} is denied on {key} by its manifest or an override of the policy"))
}

/// Whether a step stops or starts a container.
fn interrupts(step: &PlaybookStep) -> bool {
    matches!(
        step,
        PlaybookStep::Restart { .. }
            | PlaybookStep::Stop { .. }
            | PlaybookStep::Start { .. }
            | PlaybookStep::Recreate { .. }
    )
}

/// Whether a step does something to what it is about.
fn touches(step: &PlaybookStep) -> bool {
    match step {
        PlaybookStep::Exec { .. } | PlaybookStep::Cleanup { .. } => true,
        PlaybookStep::Probe(probe) => runs_inside(&probe.handler),
        _ => interrupts(step),
    }
}
