//! What verification found, check by check: for the decision log and for people.
//!
//! Owns the list of checks and the sentence. Never judges: it tells what [`super::verify`] judged.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Verification;
use super::wellness::Wellness;
use crate::action::Action;
use crate::finding::Remedy;
use crate::intent::{Baseline, Intent};
use crate::live::{HealthStatus, LiveContainer};
use crate::plan::ExpectedState;
use crate::view::{Presence, View};

/// How a check, or the whole verification, came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It holds.
    Verified,
    /// It holds, with something worth knowing.
    Warning,
    /// It does not hold.
    Failed,
    /// Nobody can tell.
    Inconclusive,
}

impl Status {
    /// The name in the decision log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Warning => "warning",
            Self::Failed => "failed",
            Self::Inconclusive => "inconclusive",
        }
    }
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// What was looked at, as a statement that should be true.
    pub statement: String,
    /// How it came out.
    pub status: Status,
}

/// What verification found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// As a whole.
    pub status: Status,
    /// Check by check.
    pub checks: Vec<Check>,
    /// Why it is not simply verified; empty if it is.
    pub detail: String,
}

impl Report {
    /// How many checks came out so.
    pub fn count(&self, status: Status) -> usize {
        self.checks.iter().filter(|check| check.status == status).count()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.status.as_str())?;
        if !self.detail.is_empty() {
            write!(f, ": {}", self.detail)?;
        }
        for (number, check) in self.checks.iter().enumerate() {
            let mark = match check.status {
                Status::Verified => "yes",
                Status::Warning => "almost",
                Status::Failed => "no",
                Status::Inconclusive => "unknown",
            };
            write!(f, "{} {}: {mark}", if number == 0 { ";" } else { "," }, check.statement)?;
        }
        Ok(())
    }
}

/// What is told of a verification that has an answer.
pub fn report(view: &View<'_>, intent: &Intent, baseline: &Baseline, answer: &Verification) -> Report {
    let (status, detail) = match answer {
        Verification::Passed => (Status::Verified, String::new()),
        Verification::Warned(detail) => (Status::Warning, detail.clone()),
        Verification::Failed(detail) => (Status::Failed, detail.clone()),
        Verification::Inconclusive(detail) => (Status::Inconclusive, detail.clone()),
        Verification::Superseded => (Status::Inconclusive, "a newer document takes over".to_owned()),
        Verification::Wait { .. } => (Status::Inconclusive, "it is not over yet".to_owned()),
    };
    let mut checks = checks(view, intent, baseline);
    // What only the judgement saw, such as a complaint in the log, is a check of its own.
    let seen = checks.iter().any(|check| check.status != Status::Verified);
    if matches!(status, Status::Warning | Status::Failed) && !seen {
        checks.push(Check { statement: "nothing else is wrong".to_owned(), status });
    }
    Report { status, checks, detail }
}

fn checks(view: &View<'_>, intent: &Intent, baseline: &Baseline) -> Vec<Check> {
    let state = intent.expectation.state;
    let runs = matches!(
        state,
        ExpectedState::Running
            | ExpectedState::RunningOrCompleted
            | ExpectedState::RunningAsDeclared
            | ExpectedState::Well
            | ExpectedState::Lighter
    );
    let compares = matches!(state, ExpectedState::AsDeclared | ExpectedState::RunningAsDeclared)
        || !intent.mends.is_empty();
    let known = view.presence.is_known();
    let say = |statement: &str, holds: bool| Check {
        statement: statement.to_owned(),
        status: match (known, holds) {
            (false, _) => Status::Inconclusive,
            (true, true) => Status::Verified,
            (true, false) => Status::Failed,
        },
    };
    let mut checks = Vec::new();
    if runs {
        let container = view.container.as_ref();
        let live = container.and_then(|container| container.live);
        let up = container.is_some_and(super::ContainerView::is_up);
        if state == ExpectedState::RunningOrCompleted {
            checks.push(say("it runs or ended with 0", up || super::completed(view, baseline)));
        } else {
            checks.push(say("it runs", up));
        }
        let same =
            |live: &LiveContainer| baseline.started_ms.is_none() || baseline.started_ms == live.started_ms;
        checks.push(say("nobody started it again", live.is_some_and(same)));
        let live = live.filter(|_| up);
        checks.extend(live.and_then(super::health_since_start).map(|status| healthy(known, status)));
        let doubted = intent.action == Action::LivenessRestart;
        checks.extend(live.and_then(|_| probed(known, &Wellness::by_probes(view, doubted))));
    }
    if compares {
        let differs = view.diffs.iter().any(|diff| matches!(diff.remedy, Remedy::InPlace | Remedy::Recreate));
        checks.push(say("it is as declared", view.presence == Presence::Ours && !differs));
    }
    match state {
        ExpectedState::Stopped => {
            let up = view.container.as_ref().is_some_and(super::ContainerView::is_up);
            checks.push(say("it does not run", !up));
        }
        ExpectedState::Gone => checks.push(say("it is gone", view.presence != Presence::Ours)),
        ExpectedState::Relieved => checks.extend(super::relieved::check(view, intent)),
        ExpectedState::Lighter => checks.push(lighter(view, intent)),
        ExpectedState::Checked => checks.extend(super::checked::checks(view, intent)),
        _ => {}
    }
    checks
}

fn lighter(view: &View<'_>, intent: &Intent) -> Check {
    let usage = view.container.as_ref().and_then(|container| container.facts.memory.usage.value());
    let status = match usage.zip(intent.before.memory) {
        Some((now, before)) if super::lighter::is_lighter(now.used, before) => Status::Verified,
        Some(_) => Status::Warning,
        None => Status::Inconclusive,
    };
    Check { statement: "it uses less memory than before".to_owned(), status }
}

/// What its probes say, where they say anything.
fn probed(known: bool, wellness: &Wellness) -> Option<Check> {
    let status = match wellness {
        Wellness::Untold => return None,
        _ if !known => Status::Inconclusive,
        Wellness::Well => Status::Verified,
        Wellness::Starting { .. } => Status::Warning,
        Wellness::Late { .. } | Wellness::Ill { .. } | Wellness::Lost { .. } => Status::Failed,
    };
    Some(Check { statement: "its probes say that it is well".to_owned(), status })
}

fn healthy(known: bool, status: HealthStatus) -> Check {
    let status = match status {
        _ if !known => Status::Inconclusive,
        HealthStatus::Healthy => Status::Verified,
        HealthStatus::Starting => Status::Warning,
        HealthStatus::Unhealthy => Status::Failed,
    };
    Check { statement: "its healthcheck says healthy".to_owned(), status }
}
