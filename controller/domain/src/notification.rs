//! What somebody must hear of.
//!
//! Owns the sentences. Never sends anything: it is written into the outbox with what it is about, and the runtime
//! delivers it to the channels that the manifests declare.

use std::time::Duration;

use podsteward_specs::channel::NotificationEvent;
use podsteward_specs::key::Key;
use serde::{Deserialize, Serialize};

use crate::admit::Case;
use crate::approval::{ApprovalId, Question};
use crate::decision::{Decision, Gate, Verdict};
use crate::finding::{Finding, FindingKind, Severity};
use crate::intent::{Intent, Outcome};
use crate::words;

/// What somebody must hear of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notification {
    /// What happened.
    pub event: NotificationEvent,
    /// How bad it is.
    pub severity: Severity,
    /// About which object.
    pub object: Key,
    /// One line.
    pub title: String,
    /// The rest, in sentences.
    pub body: String,
}

/// An action begins that is told of.
pub fn acting(decision: &Decision, case: &Case) -> Notification {
    Notification {
        event: NotificationEvent::Acting,
        severity: Severity::Info,
        object: decision.target.clone(),
        title: format!("{}: {} begins", decision.target, decision.action),
        body: format!("{}. {}.{}", decision.reason, case.effect, judgement(decision)),
    }
}

/// A person is asked.
pub fn asked(id: ApprovalId, question: &Question) -> Notification {
    let Question { action, target, reason, why_asked, effect, rollback, .. } = question;
    Notification {
        event: NotificationEvent::ApprovalNeeded,
        severity: Severity::Warning,
        object: target.clone(),
        title: format!("{target}: {action} needs approval {id}"),
        body: format!(
            "{reason}. Why it is asked: {why_asked}. Expected: {effect}. Way back: {rollback}. \
             Say `podsteward approve {id}` or `podsteward reject {id}`."
        ),
    }
}

/// What somebody must hear of a decision that is withheld: that it is left to people.
pub fn withheld(decision: &Decision) -> Option<Notification> {
    // How old the last look is says nothing about who should act.
    let mut stops = decision.stops().filter(|result| !result.wants_fresh_look());
    let alone = stops.all(|result| result.gate == Gate::Verdict);
    (decision.verdict == Verdict::AlertOnly && alone).then(|| left_to_people(decision))
}

fn left_to_people(decision: &Decision) -> Notification {
    let gate = decision.withheld_by().and_then(|gate| gate.answer.detail()).unwrap_or_default();
    Notification {
        event: NotificationEvent::Alert,
        severity: Severity::Warning,
        object: decision.target.clone(),
        title: format!("{}: {} is left to you", decision.target, decision.action),
        body: format!("{}. It is {gate}.", decision.reason),
    }
}

/// Whether somebody hears of a finding as such: of what does not work, and of what is about to fail and is left to people
/// unless they said otherwise. What an approval or the host's own findings tell of is not told twice.
pub fn is_told(kind: FindingKind, severity: Severity) -> bool {
    let told_otherwise = matches!(kind, FindingKind::SourceUnknown | FindingKind::MassDeletion);
    let about_to_fail = kind == FindingKind::MemoryPressure && severity >= Severity::Warning;
    (severity == Severity::Critical || about_to_fail) && !told_otherwise
}

/// A finding that somebody must know of is open, or over again.
pub fn finding(finding: &Finding, open: bool) -> Notification {
    let Finding { kind, target, severity, message, .. } = finding;
    let (event, severity, title) = if open {
        let event =
            if *kind == FindingKind::Storm { NotificationEvent::Storm } else { NotificationEvent::Alert };
        (event, *severity, format!("{target}: {kind}"))
    } else {
        (NotificationEvent::Recovered, Severity::Info, format!("{target}: {kind} is over"))
    };
    Notification { event, severity, object: target.clone(), title, body: message.clone() }
}

/// A plan ended that was told of, or badly; `None`: nobody needs to hear of it.
pub fn ended(intent: &Intent, outcome: Outcome, detail: &str) -> Option<Notification> {
    let (event, severity) = match outcome {
        // What declared work cannot do is a finding of its own: a crash loop, a permanent error.
        Outcome::Failure | Outcome::RolledBack
            if intent.judgement.is_some() || outcome == Outcome::RolledBack =>
        {
            (NotificationEvent::Failed, Severity::Critical)
        }
        Outcome::Success | Outcome::Warning if intent.was_told() => {
            (NotificationEvent::Recovered, Severity::Info)
        }
        _ => return None,
    };
    let word = match outcome {
        Outcome::Success => "worked",
        Outcome::Warning => "worked, with a warning",
        Outcome::RolledBack => "failed and was taken back",
        Outcome::Failure | Outcome::Inconclusive => "failed",
    };
    let title = format!("{}: {} {word}", intent.key, intent.action);
    Some(Notification { event, severity, object: intent.key.clone(), title, body: detail.to_owned() })
}

/// A breaker opened.
pub fn breaker_opened(intent: &Intent, anywhere: bool) -> Notification {
    let (scope, resume) = if anywhere {
        ("on any target".to_owned(), "podsteward resume".to_owned())
    } else {
        (format!("on {}", intent.key), format!("podsteward resume {}", intent.key))
    };
    let ladder = intent.judgement.as_ref().and_then(|judgement| judgement.ladder.as_ref());
    let tried = ladder.filter(|_| !anywhere).map(|ladder| format!("{} ", ladder.given_up()));
    let tried = tried.unwrap_or_default();
    Notification {
        event: NotificationEvent::BreakerOpened,
        severity: Severity::Warning,
        object: intent.key.clone(),
        title: format!("{} rests {scope}: it failed too often", intent.action),
        body: format!("{tried}One trial is allowed after a while; `{resume}` closes the breaker by hand."),
        about: about.filter(|_| !anywhere),
    }
}

/// Somebody stopped a container by hand.
pub fn hand_stop(object: &Key, hold: Duration) -> Notification {
    Notification {
        event: NotificationEvent::HandStop,
        severity: Severity::Warning,
        object: object.clone(),
        title: format!("{object}: stopped by hand"),
        body: format!(
            "It is left alone for {}, then started again. `podsteward pause {object}` leaves it alone for longer.",
            words::duration(hold)
        ),
    }
}

fn judgement(decision: &Decision) -> String {
    decision.judgement.as_ref().map_or_else(String::new, |judgement| {
        format!(" Confidence {}, risk {}.", judgement.confidence.total, judgement.risk)
    })
}
