//! One decision of the log.
//!
//! Owns the shape of `{"decisions": [...]}`.

use std::time::Duration;

use podsteward_domain::action::Action;
use podsteward_domain::decision::{self, Verdict};
use podsteward_domain::finding::FindingKind;
use podsteward_domain::ladder::Rung;
use podsteward_domain::risk::Risk;
use podsteward_domain::score::{Points, Score};
use podsteward_domain::time::Moment;
use podsteward_domain::verify::report::{Report, Status};
use podsteward_specs::key::Key;
use podsteward_store::{LoggedDecision, LoggedOutcome};
use serde::Serialize;

use super::Gate;

/// Decisions of the log.
#[derive(Debug, Serialize)]
pub struct Decisions {
    /// The latest first.
    pub decisions: Vec<Decision>,
}

/// One decision.
#[derive(Debug, Clone, Serialize)]
pub struct Decision {
    /// Its number.
    pub id: i64,
    /// When it was first made.
    pub timestamp: String,
    /// The action.
    pub action_type: Action,
    /// On what.
    pub target: Key,
    /// The finding that called for it.
    pub trigger: FindingKind,
    /// How sure podsteward was; null for declared work.
    pub confidence: Option<Score>,
    /// How much it may break; null for declared work.
    pub risk: Option<Risk>,
    /// The rung of the escalation ladder that it was; null for an action that has none.
    pub rung: Option<Rung>,
    /// The verdict.
    pub decision: Verdict,
    /// What came of it; null while it is in progress.
    pub outcome: Option<&'static str>,
    /// The gate that withheld it.
    pub withheld_by: Option<decision::Gate>,
    /// What verification found.
    pub verification: Option<Verification>,
    /// How far the outcome moved the confidence.
    pub confidence_delta: Option<Points>,
    /// The confidence after it.
    pub new_confidence: Option<Score>,
    /// The snapshot that was taken before it.
    pub snapshot: Option<String>,
    /// It was taken back.
    pub rolled_back: bool,
    /// Why it was withheld, or what came of it.
    pub details: String,
    /// How long it took.
    pub duration_seconds: Option<f64>,
    /// What was wrong.
    pub reason: String,
    /// How often in a row it was made.
    pub count: u64,
    /// When it was last made.
    pub last: String,
    /// The approval that it asked for, or used.
    pub approval: Option<i64>,
    /// The plan that carries it out.
    pub intent: Option<i64>,
    /// All gates, in order.
    pub gates: Vec<Gate>,
    /// How long ago it was last made.
    #[serde(skip)]
    pub age: Duration,
}

/// What verification found.
#[derive(Debug, Clone, Serialize)]
pub struct Verification {
    /// As a whole.
    pub status: Status,
    /// How many checks hold.
    pub checks_passed: usize,
    /// How many hold with something worth knowing.
    pub checks_warned: usize,
    /// How many do not hold.
    pub checks_failed: usize,
    /// All of it in one line.
    pub report: String,
}

impl Decisions {
    /// The decisions at a time.
    pub fn new(logged: impl IntoIterator<Item = LoggedDecision>, now: Moment) -> Self {
        Self { decisions: logged.into_iter().map(|logged| Decision::new(logged, now)).collect() }
    }
}

impl Decision {
    /// The decision at a time.
    pub fn new(logged: LoggedDecision, now: Moment) -> Self {
        let decided = logged.decision;
        // What had to hold before the first step did not.
        let unmet = logged.outcome == Some(LoggedOutcome::Withheld);
        Self {
            id: logged.id.0,
            timestamp: logged.at.to_rfc3339(),
            action_type: decided.action,
            target: decided.target,
            trigger: decided.trigger,
            confidence: decided.judgement.as_ref().map(|judgement| judgement.confidence.total),
            risk: decided.judgement.as_ref().map(|judgement| judgement.risk),
            rung: decided.judgement.as_ref().and_then(|judgement| judgement.ladder.as_ref()?.rung),
            decision: decided.verdict,
            outcome: logged.outcome.map(LoggedOutcome::as_str),
            // What was approved and begun is withheld no more.
            withheld_by: logged.withheld_by.filter(|_| logged.intent.is_none() || unmet),
            verification: logged.report.as_ref().map(Verification::from),
            confidence_delta: logged.delta,
            new_confidence: logged.new_confidence,
            snapshot: logged.snapshot,
            rolled_back: logged.rolled_back,
            details: logged.detail,
            duration_seconds: logged.duration.map(|duration| duration.as_secs_f64()),
            reason: decided.reason,
            count: logged.count,
            last: logged.last.to_rfc3339(),
            approval: logged.approval.map(|id| id.0),
            intent: logged.intent.map(|id| id.0),
            gates: Gate::chain(&decided.gates, now),
            age: now.since(logged.last),
        }
    }
}

impl From<&Report> for Verification {
    fn from(report: &Report) -> Self {
        Self {
            status: report.status,
            checks_passed: report.count(Status::Verified),
            checks_warned: report.count(Status::Warning),
            checks_failed: report.count(Status::Failed),
            report: report.to_string(),
        }
    }
}
