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

/// So many notifications a digest names; nobody reads more.
const DIGEST_LINES: usize = 30;

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
    /// The trouble that it tells of, or the end of: with the object, what a notification and its recovery have in common.
    /// Whoever was told of a trouble is told of its end, and nobody else is. None: it has no end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<FindingKind>,
}

impl Notification {
    /// The trouble that this tells the end of.
    pub fn ends(&self) -> Option<FindingKind> {
        self.about.filter(|_| self.event == NotificationEvent::Recovered)
    }
}

/// An action begins that is told of.
pub fn acting(decision: &Decision, case: &Case) -> Notification {
    Notification {
        event: NotificationEvent::Acting,
        severity: Severity::Info,
        object: decision.target.clone(),
        title: format!("{}: {} begins", decision.target, decision.action),
        body: format!("{}. {}.{}", decision.reason, case.effect, judgement(decision)),
        about: Some(decision.trigger),
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
        about: Some(question.trigger),
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
        about: Some(decision.trigger),
    }
}

/// Whether somebody hears of a finding as such: of what does not work, and of what is left to people unless they said
/// otherwise. What an approval or the host's own findings tell of is not told twice.
pub fn is_told(kind: FindingKind, severity: Severity) -> bool {
    // An engine that is silent is a finding of the host's own. What is not known of a backup only its check tells.
    let silent = kind == FindingKind::SourceUnknown && severity == Severity::Critical;
    let told_otherwise = silent || kind == FindingKind::MassDeletion;
    let left_to_people = matches!(
        kind,
        FindingKind::MemoryPressure
            | FindingKind::BackupMissing
            | FindingKind::BackupStale
            | FindingKind::BackupFailed
            | FindingKind::BackupUnproven
            | FindingKind::SourceUnknown
            | FindingKind::ChannelRefused
            | FindingKind::SecretExposed
    );
    let left_to_people = left_to_people && severity >= Severity::Warning;
    (severity == Severity::Critical || left_to_people) && !told_otherwise
}

/// A finding that somebody must know of is open.
pub fn finding(finding: &Finding) -> Notification {
    let Finding { kind, target, severity, message, .. } = finding;
    let event = if *kind == FindingKind::Storm { NotificationEvent::Storm } else { NotificationEvent::Alert };
    Notification {
        event,
        severity: *severity,
        object: target.clone(),
        title: format!("{target}: {kind}"),
        body: message.clone(),
        about: Some(*kind),
    }
}

/// A finding is over, after so long. It is told where anything about it was.
pub fn over(target: &Key, kind: FindingKind, message: &str, lasted: Duration) -> Notification {
    Notification {
        event: NotificationEvent::Recovered,
        severity: Severity::Info,
        object: target.clone(),
        title: format!("{target}: {kind} is over"),
        body: format!("It lasted {}. It was: {message}", words::duration(lasted)),
        about: Some(kind),
    }
}

/// A plan ended that was told of, or badly; `None`: nobody needs to hear of it. `about`: what called for it.
pub fn ended(
    intent: &Intent,
    about: Option<FindingKind>,
    outcome: Outcome,
    detail: &str,
) -> Option<Notification> {
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
        Outcome::Withheld if intent.was_told() => (NotificationEvent::Recovered, Severity::Info),
        _ => return None,
    };
    let word = match outcome {
        Outcome::Success => "worked",
        Outcome::Warning => "worked, with a warning",
        Outcome::RolledBack => "failed and was taken back",
        Outcome::Withheld => "did nothing",
        Outcome::Failure | Outcome::Inconclusive => "failed",
    };
    let title = format!("{}: {} {word}", intent.key, intent.action);
    // A document that was taken back is held, and that is what somebody has to mend.
    let held = outcome == Outcome::RolledBack && intent.judgement.is_none();
    let about = if held { Some(FindingKind::Quarantined) } else { about };
    let body = match about {
        _ if !detail.is_empty() => detail.to_owned(),
        Some(about) => format!("{about} called for it, and what was expected of it holds."),
        None => "What was expected of it holds.".to_owned(),
    };
    Some(Notification { event, severity, object: intent.key.clone(), title, body, about })
}

/// A breaker opened. That of one object is told of until what called for the action is over, see [`ended`]; one of all
/// objects is a finding about the host besides, which is told of until it is closed.
pub fn breaker_opened(intent: &Intent, about: Option<FindingKind>, anywhere: bool) -> Notification {
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
        about: Some(FindingKind::HandStopped),
    }
}

/// What waited through quiet hours, in one message: each with what the clock showed when it was written.
pub fn digest(waited: &[(String, &Notification)]) -> Notification {
    let lines = waited.iter().take(DIGEST_LINES).map(|(clock, it)| format!("{clock} {}", it.title));
    let more = waited.len().saturating_sub(DIGEST_LINES);
    let more = (more > 0).then(|| format!("and {more} more: `podsteward status`"));
    Notification {
        event: NotificationEvent::Digest,
        severity: waited.iter().map(|(_, it)| it.severity).max().unwrap_or(Severity::Info),
        object: Key::host(),
        title: format!("{} notifications waited through the quiet hours", waited.len()),
        body: lines.chain(more).collect::<Vec<_>>().join("\n"),
        about: None,
    }
}

/// Somebody tries whether notifications arrive.
pub fn test(instance: &str) -> Notification {
    Notification {
        event: NotificationEvent::Test,
        severity: Severity::Info,
        object: Key::host(),
        title: format!("podsteward: a test of instance {instance}"),
        body: "Nothing is wrong: notifications of this instance arrive here.".to_owned(),
        about: None,
    }
}

fn judgement(decision: &Decision) -> String {
    decision.judgement.as_ref().map_or_else(String::new, |judgement| {
        format!(" Confidence {}, risk {}.", judgement.confidence.total, judgement.risk)
    })
}
