//! Whether a plan worked: what was expected, against what is there.
//!
//! Owns the judgement of a stabilising intent; what is told of it stands in [`report`]. Never rolls anything back: it only says so.
//! Called by [`crate::evaluate`] while an intent is stabilising.

pub mod checked;
mod lighter;
mod relieved;
pub mod report;
mod restored;
mod wellness;

use std::time::Duration;

use crate::action::Action;
use crate::exit::in_words;
use crate::finding::{FieldDiff, Remedy};
use crate::intent::{Baseline, Intent};
use crate::live::{HealthStatus, LiveContainer};
use crate::memory::ExitCause;
use crate::plan::{ExpectedState, Shape};
use crate::planning;
use crate::recover;
use crate::time::Moment;
use crate::view::{ContainerView, Presence, View};
use crate::words;
use crate::world::Desired;

use wellness::Wellness;

/// The answer of verification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verification {
    /// Too early, or not known: look again then.
    Wait {
        /// In how long.
        again: Duration,
    },
    /// It worked.
    Passed,
    /// It worked, with something worth knowing.
    Warned(String),
    /// It did not work.
    Failed(String),
    /// Nobody can tell any more.
    Inconclusive(String),
    /// A newer document takes over.
    Superseded,
}

/// How soon to look again when a fact is missing.
const LOOK_AGAIN: Duration = Duration::from_millis(250);

/// Judges an intent that stabilises since `since`.
pub fn verify(view: &View<'_>, intent: &Intent, since: Moment, baseline: &Baseline) -> Verification {
    if is_superseded(view, intent) {
        return Verification::Superseded;
    }
    let age = view.world.now.since(since);
    match intent.expectation.state {
        ExpectedState::RunningOrCompleted if completed(view, baseline) => {
            mended(view, intent, Verification::Passed)
        }
        ExpectedState::Running | ExpectedState::RunningOrCompleted => {
            mended(view, intent, running(view, intent, baseline, age))
        }
        ExpectedState::Stopped => mended(view, intent, stopped(view)),
        ExpectedState::Well => match running(view, intent, baseline, age) {
            // It cannot be told whether the restart helped what was well again before it.
            Verification::Passed if was_well(intent) && intent.answers.is_none() => {
                Verification::Inconclusive("it was well again before it was restarted".to_owned())
            }
            other => other,
        },
        ExpectedState::Lighter => match running(view, intent, baseline, age) {
            Verification::Passed => lighter::lighter(view, intent, since),
            other => other,
        },
        ExpectedState::RunningAsDeclared => and_as_declared(view, running(view, intent, baseline, age)),
        // Nothing was changed: what differs from what was taken note of is a finding of its own.
        ExpectedState::AsDeclared if intent.shape == Shape::Note => Verification::Passed,
        // What was changed in place must hold for a while, too.
        ExpectedState::AsDeclared => match intent.expectation.stabilise.checked_sub(age) {
            Some(again) if !again.is_zero() => Verification::Wait { again },
            _ => as_declared(view),
        },
        ExpectedState::Relieved => relieved::relieved(view, intent, baseline, since),
        ExpectedState::Checked => checked::checked(view, intent, since),
        ExpectedState::Restored => restored::restored(view, intent, age),
        ExpectedState::Gone => match view.presence {
            Presence::Ours => Verification::Failed("it is still there".to_owned()),
            Presence::NotYet | Presence::Unknown => Verification::Wait { again: LOOK_AGAIN },
            Presence::Absent | Presence::Adoptable | Presence::Foreign(_) => Verification::Passed,
        },
    }
}

fn stopped(view: &View<'_>) -> Verification {
    match &view.container {
        _ if !view.presence.is_known() => Verification::Wait { again: LOOK_AGAIN },
        Some(container) if container.is_up() => Verification::Failed("it runs".to_owned()),
        _ => Verification::Passed,
    }
}

/// The verification of a restart that passed, in the light of what the container wrote since: complaints are worth
/// knowing.
#[must_use]
pub fn with_log(verification: Verification, lines: &[String]) -> Verification {
    let complaint = lines.iter().find(|line| is_complaint(line));
    match (verification, complaint) {
        (Verification::Passed, Some(line)) => {
            Verification::Warned(format!("it is well, and its log says: {}", words::shortened(line.trim())))
        }
        (verification, _) => verification,
    }
}

/// Words with which programs say that something is badly wrong.
const COMPLAINTS: [&str; 6] = ["fatal", "panic", "error", "exception", "traceback", "segfault"];

fn is_complaint(line: &str) -> bool {
    let line = line.to_ascii_lowercase();
    let word = |text: &str| line.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == text);
    COMPLAINTS.into_iter().any(word)
}

/// Whether another document is declared now than the one that the plan carries out.
fn is_superseded(view: &View<'_>, intent: &Intent) -> bool {
    let Desired::Declared(document) = &view.world.desired else { return false };
    intent.document.as_deref().is_some_and(|begun| begun != &*document.canonical)
}

/// A verification that is good only if nothing differs, where drift was to be mended.
fn mended(view: &View<'_>, intent: &Intent, verification: Verification) -> Verification {
    if intent.mends.is_empty() { verification } else { and_as_declared(view, verification) }
}

/// A verification that is good only if nothing differs.
fn and_as_declared(view: &View<'_>, verification: Verification) -> Verification {
    match (&verification, as_declared(view)) {
        (Verification::Passed | Verification::Warned(_), Verification::Passed) => verification,
        (Verification::Passed | Verification::Warned(_), differs) => differs,
        _ => verification,
    }
}

fn was_well(intent: &Intent) -> bool {
    intent.before.health.is_some_and(|health| health != HealthStatus::Unhealthy)
}

/// Whether the very container that was started ended with 0.
fn completed(view: &View<'_>, baseline: &Baseline) -> bool {
    let exit = view.container.as_ref().and_then(|container| container.exit.as_ref());
    exit.is_some_and(|exit| {
        let same = baseline.container.as_ref().is_none_or(|id| *id == exit.container);
        same && exit.cause == ExitCause::Death && exit.code == Some(0)
    })
}

fn running(view: &View<'_>, intent: &Intent, baseline: &Baseline, age: Duration) -> Verification {
    let Some(container) = &view.container else { return Verification::Wait { again: LOOK_AGAIN } };
    let live = match (&view.presence, container.live) {
        (Presence::Ours, Some(live)) => live,
        (Presence::NotYet | Presence::Unknown, _) => return Verification::Wait { again: LOOK_AGAIN },
        _ => return Verification::Inconclusive("somebody removed it meanwhile".to_owned()),
    };
    if baseline.container.as_ref().is_some_and(|id| *id != live.id) {
        return Verification::Inconclusive("somebody replaced it meanwhile".to_owned());
    }
    if !container.is_up() {
        return ended(container, intent);
    }
    if baseline.started_ms.is_some() && baseline.started_ms != live.started_ms {
        return Verification::Inconclusive("somebody restarted it meanwhile".to_owned());
    }
    healthy(view, intent, live, age)
}

fn ended(container: &ContainerView<'_>, intent: &Intent) -> Verification {
    let Some(exit) = &container.exit else { return Verification::Wait { again: LOOK_AGAIN } };
    let needs_code = intent.expectation.state == ExpectedState::RunningOrCompleted;
    match (exit.cause, exit.code) {
        (ExitCause::HandStop, _) => Verification::Inconclusive("somebody stopped it meanwhile".to_owned()),
        (_, None) if needs_code => Verification::Wait { again: LOOK_AGAIN },
        (_, code) => {
            let within = words::duration(intent.expectation.stabilise);
            Verification::Failed(format!("{} within {within} of its start", in_words(code)))
        }
    }
}

/// Health and readiness end the wait early; what is only starting prolongs it as long as it may take to make up its mind.
fn healthy(view: &View<'_>, intent: &Intent, live: &LiveContainer, age: Duration) -> Verification {
    let left_of = |length: Duration| length.checked_sub(age).filter(|left| !left.is_zero());
    let wellness = Wellness::of(view, live, intent.action == Action::LivenessRestart);
    let left = left_of(intent.expectation.stabilise).or_else(|| left_of(wellness.patience()));
    match (wellness, left) {
        (Wellness::Well, _) | (Wellness::Untold, None) => Verification::Passed,
        (Wellness::Lost { what }, _) | (Wellness::Late { what, .. } | Wellness::Ill { what }, None) => {
            unhealthy(view, intent, live, what)
        }
        (_, Some(again)) => Verification::Wait { again },
        (Wellness::Starting { what, .. }, None) => Verification::Warned(format!("it runs, and {what}")),
    }
}

/// What the healthcheck says of this start: a word from before it counts as none yet.
pub(crate) fn health_since_start(live: &LiveContainer) -> Option<HealthStatus> {
    let health = live.health.as_ref()?;
    let before =
        health.last_check_ms.zip(live.started_ms).is_some_and(|(checked, started)| checked < started);
    Some(if before { HealthStatus::Starting } else { health.status })
}

/// A newer image may have rewritten the data, so the old one is not put back on it.
fn unhealthy(view: &View<'_>, intent: &Intent, live: &LiveContainer, what: &str) -> Verification {
    let spec = view.container.as_ref().and_then(|container| container.spec);
    let before = view.world.memory.applied.as_ref().and_then(|applied| applied.image_id.as_deref());
    let image_changed = before.is_some_and(|before| before != live.image_id);
    // What a proven snapshot holds comes back with the old container.
    let data = spec.is_some_and(planning::has_writable_data) && recover::proven(view, intent).is_none();
    if intent.expectation.state == ExpectedState::Well {
        return Verification::Failed(format!("it runs and is still {what}"));
    }
    // A restart that a probe calls for has to satisfy the probes; and what replaces another has to be as good as that.
    let replaces = matches!(intent.shape, Shape::Recreate { .. }) && !(image_changed && data);
    if replaces || intent.action == Action::LivenessRestart {
        return Verification::Failed(format!("it runs and is {what}"));
    }
    Verification::Warned(format!("it runs and is {what}"))
}

fn as_declared(view: &View<'_>) -> Verification {
    if view.world.host.engine_assumed {
        return Verification::Wait { again: LOOK_AGAIN };
    }
    let mendable = |diff: &&FieldDiff| matches!(diff.remedy, Remedy::InPlace | Remedy::Recreate);
    let declared = matches!(view.world.desired, Desired::Declared(_));
    match (&view.presence, view.diffs.iter().find(mendable)) {
        (Presence::NotYet | Presence::Unknown, _) => Verification::Wait { again: LOOK_AGAIN },
        (Presence::Absent, _) if declared => Verification::Failed("it does not exist".to_owned()),
        (Presence::Foreign(why), _) if declared => Verification::Inconclusive(why.clone()),
        (_, None) => Verification::Passed,
        (_, Some(diff)) => {
            Verification::Failed(format!("{}: declared {}, still {}", diff.field, diff.desired, diff.live))
        }
    }
}
