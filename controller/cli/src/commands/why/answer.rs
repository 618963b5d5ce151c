//! The one sentence that answers why.
//!
//! Owns the words. A person reads them at night: what should be done, whether it is done, and if not, what must happen
//! first. Never looks at anything but the page.

use std::time::Duration;

use podsteward_domain::decision::{Gate, Verdict};
use podsteward_domain::finding::{FindingKind, Severity};
use podsteward_domain::ladder::Rung;
use podsteward_domain::status::ObjectState;
use podsteward_runtime::listing::{self, Intent, Recommendation};
use podsteward_specs::document::PAUSED_ANNOTATION;
use podsteward_specs::key::Kind;

use super::page::Page;
use crate::output::age;
use crate::view::gate;

/// What the sentence is made of.
pub(super) struct Situation<'a> {
    /// Whether the object is declared or there.
    pub(super) known: bool,
    /// Whether a controller runs.
    pub(super) running: bool,
    /// Whether Podman could not be read.
    pub(super) unread: bool,
    /// How it was when it was last seen, and how long ago, where only that is known.
    pub(super) last: Option<(ObjectState, Duration)>,
    /// What is known of the object.
    pub(super) page: &'a Page,
    /// The plan in progress.
    pub(super) intent: Option<Intent>,
}

/// The answer.
pub(super) fn sentence(situation: &Situation<'_>) -> String {
    if !situation.known && situation.unread {
        return "It is not declared, and whether it is there is not known: Podman cannot be read.".to_owned();
    }
    if !situation.known {
        return "It is neither declared nor there any more; only the log knows it.".to_owned();
    }
    let unseen = situation.unread && situation.page.state == Some(ObjectState::Unknown);
    if let Some(intent) = &situation.intent {
        let waits =
            if unseen { " Podman cannot be read: until it answers, no step of it can be done." } else { "" };
        return format!("{}{waits}", in_progress(intent, situation.running));
    }
    if unseen {
        return not_seen(situation.last);
    }
    match situation.page.recommended_actions.first() {
        Some(action) => about(action, situation),
        None => nothing_to_do(situation.page),
    }
}

fn in_progress(intent: &Intent, running: bool) -> String {
    let stands = match intent.state {
        "stabilising" => "its steps are done, and it must hold before that counts",
        "rolling-back" => "it failed and is being taken back",
        "verified" => "it worked, and the last steps follow",
        _ => "its steps are being carried out",
    };
    let since = age::short(Duration::from_secs(intent.age_seconds));
    let goes_on = if running {
        String::new()
    } else {
        " No controller is running; `podsteward run` finishes it.".to_owned()
    };
    format!("{} is under way for {since}: {stands}.{goes_on}", capitalised(intent.action.as_str()))
}

/// What Podman alone could tell.
fn not_seen(last: Option<(ObjectState, Duration)>) -> String {
    let last = last.map(|(state, ago)| format!(" {} ago it was {state}.", age::short(ago)));
    format!(
        "Podman cannot be read, so how it is now is not known, and nothing is done to it until Podman answers.{}",
        last.unwrap_or_default()
    )
}

fn nothing_to_do(page: &Page) -> String {
    let worst = page.observations.first();
    match (page.state, worst) {
        (Some(ObjectState::Unknown), _) => {
            format!("Nothing is done while it is not known how it is: {}.", page.message)
        }
        (Some(ObjectState::Warning), None) if page.key.kind == Kind::Container => {
            format!(
                "Nothing is to be done: {}. `podman start {}` starts it again.",
                page.message, page.key.name
            )
        }
        (_, None) => "Nothing is wrong with it, so nothing is to be done.".to_owned(),
        (_, Some(worst)) if worst.severity == Severity::Info => {
            format!("Nothing is to be done. Worth knowing: {}.", stripped(&worst.message))
        }
        (_, Some(worst))
            if matches!(worst.kind, FindingKind::LivenessFailed | FindingKind::StartupFailed) =>
        {
            format!("It is left as it is: {}.", stripped(&worst.message))
        }
        (_, Some(worst)) if worst.kind == FindingKind::DiskWarning => {
            format!("Nothing is done about it yet: {}.", stripped(&worst.message))
        }
        (_, Some(worst)) => {
            format!("Nothing that podsteward could do would help: {}.", stripped(&worst.message))
        }
    }
}

fn about(action: &Recommendation, situation: &Situation<'_>) -> String {
    let should = format!("It should be {} ({})", deed(action), stripped(&action.reason));
    // Whoever acts reads again first, if Podman lets him.
    let old =
        |gate: &&listing::Gate| !situation.unread && gate.gate == Gate::Freshness && gate.result == "hold";
    let stops: Vec<_> = action.stops().filter(|gate| !old(gate)).collect();
    match stops.split_first() {
        None => due(&should, action, situation.running),
        Some(_) if stops.iter().all(|stop| is_question(stop) && stop.result == "hold") => {
            format!("{should}, {}", question(action, situation))
        }
        Some((first, [])) => format!("{should}, {}", stopped(first, action)),
        Some((first, others)) => {
            // To skip one gate helps little while another one stands behind it.
            let sooner = if first.gate == Gate::Cooldown { String::new() } else { sooner(first, action) };
            format!("{should}, {}{sooner} {}", withheld(first, action), after_that(others, action))
        }
    }
}

/// What must happen besides.
fn after_that(others: &[&listing::Gate], action: &Recommendation) -> String {
    let (questions, more): (Vec<&listing::Gate>, Vec<_>) = others.iter().partition(|gate| is_question(gate));
    let names: Vec<_> = more.iter().map(|gate| gate.gate.as_str()).collect();
    match (names.as_slice(), questions.is_empty()) {
        ([], _) if action.decision == Verdict::AlertOnly => "After that it is left to you.".to_owned(),
        ([], _) => "After that it needs your word.".to_owned(),
        (names, true) => format!("Also in the way: {}.", names.join(", ")),
        (names, false) => format!("Also in the way: {}, and it needs your word.", names.join(", ")),
    }
}

/// Nothing stops it.
fn due(should: &str, action: &Recommendation, running: bool) -> String {
    let told = match action.decision {
        Verdict::NotifyExecute => ", and you will be told",
        _ => "",
    };
    if running {
        format!("{should}, and nothing is in the way: it is done now{told}.")
    } else {
        format!("{should}, and nothing is in the way, but no controller is running: start `podsteward run`.")
    }
}

/// One gate stops it, and no other.
fn stopped(stop: &listing::Gate, action: &Recommendation) -> String {
    let then = if stop.until.is_some() { " It goes on by itself then." } else { "" };
    format!("{}{then}{}", withheld(stop, action), sooner(stop, action))
}

/// What a gate says.
fn withheld(stop: &listing::Gate, action: &Recommendation) -> String {
    let detail = stop.detail.clone().unwrap_or_default();
    match (stop.gate, stop.result) {
        (Gate::Verdict, "deny") if action.decision == Verdict::AlertOnly => left_to_you(action),
        (_, "hold") => {
            let until = gate::until(stop).map(|until| format!(" ({until})")).unwrap_or_default();
            format!("but not now: {detail}{until}.")
        }
        _ => format!("and is not: {detail}."),
    }
}

/// What the gate says of a pause that a manifest asks for, and that no command ends.
const BY_ANNOTATION: &str = "paused by annotation";

/// What a person can do about a gate.
fn sooner(stop: &listing::Gate, action: &Recommendation) -> String {
    let Recommendation { id, target, .. } = action;
    let annotated = stop.detail.as_deref().is_some_and(|detail| detail.contains(BY_ANNOTATION));
    match stop.gate {
        Gate::Switch => " `podsteward resume` ends that.".to_owned(),
        Gate::Pause if annotated => {
            format!(" To end that, remove the annotation {PAUSED_ANNOTATION} from its manifest.")
        }
        Gate::Pause => format!(" `podsteward resume {target}` ends a pause by command."),
        Gate::Breaker => {
            format!(" `podsteward resume {target}` ends that sooner; `podsteward resume`, everywhere.")
        }
        Gate::Quarantine | Gate::Backoff => format!(" `podsteward retry {target}` tries again at once."),
        Gate::Cooldown => format!(" `podsteward execute --action-id {id} --force` does not wait for it."),
        _ => String::new(),
    }
}

/// A person is asked.
fn question(action: &Recommendation, situation: &Situation<'_>) -> String {
    match action.id.parse::<i64>() {
        Ok(id) => format!("and waits for your word: `podsteward approve {id}` or `podsteward reject {id}`."),
        Err(_) if situation.running => {
            "and you are about to be asked: see `podsteward approvals`.".to_owned()
        }
        Err(_) => {
            "and needs your word, but no controller is running that asks for it: start `podsteward run`."
                .to_owned()
        }
    }
}

/// It is only told.
fn left_to_you(action: &Recommendation) -> String {
    let cap = action.gates.iter().find(|gate| gate.cap == Some(Verdict::AlertOnly));
    let why = match (cap.and_then(|gate| gate.detail.as_deref()), action.confidence, action.risk) {
        (Some(detail), ..) => detail.to_owned(),
        (None, Some(confidence), Some(risk)) => {
            format!("podsteward is not sure enough (confidence {confidence}, risk {risk})")
        }
        (None, ..) => "podsteward is not sure enough".to_owned(),
    };
    format!("and that is left to you: {why}.")
}

fn is_question(stop: &listing::Gate) -> bool {
    matches!(stop.gate, Gate::Verdict | Gate::Approval)
}

/// What should be done to the object, as `It should be ...` goes on.
fn deed(action: &Recommendation) -> &'static str {
    match action.trigger {
        FindingKind::Missing => "made",
        FindingKind::Edited => "made as its manifest says now",
        FindingKind::Deleted | FindingKind::MassDeletion | FindingKind::Orphan => "removed",
        FindingKind::NotStopped => "stopped",
        FindingKind::NotRunning => "started",
        FindingKind::HandStopped => "started again",
        FindingKind::ConfigChanged => "given its changed config file",
        FindingKind::DependencyRestarted => "restarted after what it depends on",
        FindingKind::Drift => "put back as declared",
        FindingKind::LivenessFailed | FindingKind::StartupFailed => "restarted for its probe",
        FindingKind::Unhealthy | FindingKind::NeverHealthy => {
            match action.ladder.as_ref().and_then(|ladder| ladder.rung) {
                Some(Rung::Recreate) => "made anew",
                Some(Rung::PreviousImage) => "taken back to its previous image",
                Some(Rung::Restart) | None => "restarted",
            }
        }
        _ => "mended",
    }
}

/// A sentence of somebody else without its full stop.
fn stripped(text: &str) -> &str {
    text.trim_end().trim_end_matches('.')
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests;
