//! A drill in words.
//!
//! Owns what people read of one. Called by the notification, the findings, the command line and the report.

use podsteward_specs::channel::NotificationEvent;
use podsteward_specs::key::Key;

use super::{Drill, DrillResult, Phase};
use crate::decision::Gate;
use crate::finding::{FindingKind, Severity};
use crate::notification::Notification;

/// How it ended, or where it stands: what follows "the drill".
pub fn sentence(drill: &Drill) -> String {
    let Some(ended) = &drill.ended else { return format!("is under way: {}", drill.phase.as_str()) };
    match (ended.result, &ended.gate) {
        (DrillResult::Passed, _) => format!("passed: {}", times(drill)),
        (DrillResult::Refused, Some(gate)) => {
            format!("was refused by the gate {gate} (phase {}): {}", drill.phase.as_str(), ended.detail)
        }
        (DrillResult::Failed | DrillResult::Refused, _) => {
            format!("failed in the phase {}: {}", drill.phase.as_str(), ended.detail)
        }
    }
}

/// What each phase took, of one that passed.
fn times(drill: &Drill) -> String {
    let said = [
        (Phase::Detect, "detected"),
        (Phase::Decide, "decided"),
        (Phase::Act, "acted"),
        (Phase::Verify, "verified"),
    ];
    let known = said.into_iter().filter_map(|(phase, word)| Some((word, *drill.took_ms.get(&phase)?)));
    let parts: Vec<String> = known.map(|(word, ms)| format!("{word} in {}", brief(ms))).collect();
    let all = drill.took().map_or(0, |took| u64::try_from(took.as_millis()).unwrap_or(u64::MAX));
    format!("{}; {} in all", parts.join(", "), brief(all))
}

/// Milliseconds, or seconds with one decimal.
pub fn brief(ms: u64) -> String {
    if ms < 1000 { format!("{ms} ms") } else { format!("{}.{} s", ms / 1000, ms % 1000 / 100) }
}

/// What somebody must hear of a drill that ended; `None`: it has not.
pub fn notification(drill: &Drill) -> Option<Notification> {
    let ended = drill.ended.as_ref()?;
    let result = ended.result;
    // Whoever paused or stopped podsteward knows that it does nothing: there is nothing that would have an end.
    let by_hand = ended.gate == Some(Gate::Switch);
    let passed = result == DrillResult::Passed;
    let next = if passed { "" } else { " `podsteward drill --wait` tries again." };
    Some(Notification {
        event: NotificationEvent::Drill,
        severity: if passed { Severity::Info } else { Severity::Warning },
        object: Key::host(),
        title: format!("podsteward: the drill {}", result_word(result)),
        body: format!("The drill {}.{next}", sentence(drill)),
        about: (!passed && !by_hand).then_some(FindingKind::DrillFailed),
    })
}

fn result_word(result: DrillResult) -> &'static str {
    match result {
        DrillResult::Passed => "passed",
        DrillResult::Failed => "failed",
        DrillResult::Refused => "was refused",
    }
}
