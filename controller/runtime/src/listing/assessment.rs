//! One pass over everything: what is wrong, what should be done about it, how sure podsteward is, and why not.
//!
//! Owns the shape of `check` and of `/api/v1/assessment`. Never evaluates anything: it is given what the domain said.

use podsteward_domain::action::Action;
use podsteward_domain::confidence::Parts;
use podsteward_domain::decision::{self, Verdict};
use podsteward_domain::evaluate::Evaluation;
use podsteward_domain::finding::{Finding, FindingKind, Severity};
use podsteward_domain::health::{self, Wrong};
use podsteward_domain::risk::Risk;
use podsteward_domain::score::Score;
use podsteward_domain::status::ObjectState;
use podsteward_domain::time::Moment;
use podsteward_specs::key::{Key, Kind};
use serde::Serialize;

use super::{Approval, Background, Gate, Ladder, age_secs};

/// The pass.
#[derive(Debug, Serialize)]
pub struct Assessment {
    /// When it was made.
    pub timestamp: String,
    /// How the host does, from 0 to 100; null before the first complete read.
    pub health_score: Option<u32>,
    /// What is not known.
    pub unknown: Vec<String>,
    /// What is wrong.
    pub observations: Vec<Observation>,
    /// What should be done, whether or not a gate stops it.
    pub recommended_actions: Vec<Recommendation>,
    /// What waits for a person, or was approved and not done yet.
    pub pending_queue: Vec<Approval>,
}

/// One thing that is wrong.
#[derive(Debug, Clone, Serialize)]
pub struct Observation {
    /// `FINDING:KIND/NAME`: the same as long as it is wrong.
    pub id: String,
    /// What kind of fact.
    pub kind: FindingKind,
    /// About which object.
    pub target: Key,
    /// How bad.
    pub severity: Severity,
    /// The sentence for people.
    pub message: String,
    /// How long ago it was first found; 0 if it was found now.
    pub age_seconds: u64,
}

/// One thing that should be done.
#[derive(Debug, Clone, Serialize)]
pub struct Recommendation {
    /// The number of its open approval, or else `ACTION:KIND/NAME`.
    pub id: String,
    /// The action.
    #[serde(rename = "type")]
    pub action: Action,
    /// On what.
    pub target: Key,
    /// What is wrong.
    pub reason: String,
    /// How sure podsteward is; null for declared work.
    pub confidence: Option<Score>,
    /// What that is made of.
    pub confidence_parts: Option<Parts>,
    /// How much it may break; null for declared work.
    pub risk: Option<Risk>,
    /// The verdict.
    pub decision: Verdict,
    /// Where it stands on the escalation ladder; null for an action that has none.
    pub ladder: Option<Ladder>,
    /// All gates, in order.
    pub gates: Vec<Gate>,
    /// The finding that calls for it.
    #[serde(skip)]
    pub trigger: FindingKind,
    /// What makes it riskier than its action.
    #[serde(skip)]
    pub escalated: Option<String>,
}

impl Observation {
    fn wrong(&self) -> Wrong<'_> {
        Wrong { kind: self.kind, severity: self.severity, message: &self.message }
    }
}

impl Assessment {
    /// The pass over these objects. `missing` is what was not read yet.
    pub fn new(
        evaluations: &[(Key, Evaluation)],
        missing: Vec<String>,
        background: &Background,
        now: Moment,
    ) -> Self {
        let complete = missing.is_empty();
        let mut unknown = missing;
        unknown.extend(evaluations.iter().filter_map(|(key, evaluation)| not_known(key, evaluation)));
        let observations = observations(evaluations, background, now);
        let wrong = observations.iter().map(Observation::wrong);
        let health_score = complete.then(|| health::score(wrong));
        let decisions = evaluations.iter().flat_map(|(_, evaluation)| &evaluation.decisions);
        Self {
            timestamp: now.to_rfc3339(),
            health_score,
            unknown,
            recommended_actions: decisions
                .map(|decision| Recommendation::new(decision, background, now))
                .collect(),
            pending_queue: pending(background, now),
            observations,
        }
    }
}

/// The findings of now and, of what no object has, those that the controller keeps. The worst first.
fn observations(evaluations: &[(Key, Evaluation)], background: &Background, now: Moment) -> Vec<Observation> {
    let findings = evaluations.iter().flat_map(|(_, evaluation)| &evaluation.findings);
    let found = findings.map(|finding| Observation::new(finding, background, now));
    let of_host = background.incidents.iter().filter(|incident| incident.target.kind == Kind::Host);
    let kept = of_host.map(|incident| Observation {
        id: format!("{}:{}", incident.kind, incident.target),
        kind: incident.kind,
        target: incident.target.clone(),
        severity: incident.severity,
        message: incident.message.clone(),
        age_seconds: age_secs(now, incident.opened),
    });
    let mut all: Vec<Observation> = found.chain(kept).collect();
    all.sort_by(|one, other| other.severity.cmp(&one.severity).then_with(|| one.target.cmp(&other.target)));
    all.dedup_by(|one, other| one.id == other.id);
    all
}

fn not_known(key: &Key, evaluation: &Evaluation) -> Option<String> {
    let status = &evaluation.status;
    (status.state == ObjectState::Unknown).then(|| format!("{key}: {}", status.message))
}

fn pending(background: &Background, now: Moment) -> Vec<Approval> {
    let waiting = background.waiting(now);
    waiting.map(|approval| Approval::new(approval, &background.policy.approvals, now)).collect()
}

impl Observation {
    /// A finding at a time.
    pub fn new(finding: &Finding, background: &Background, now: Moment) -> Self {
        let Finding { kind, target, severity, message, .. } = finding;
        let known =
            background.incidents.iter().find(|incident| incident.kind == *kind && incident.target == *target);
        Self {
            id: format!("{kind}:{target}"),
            kind: *kind,
            target: target.clone(),
            severity: *severity,
            message: message.clone(),
            age_seconds: known.map_or(0, |incident| age_secs(now, incident.opened)),
        }
    }
}

impl Recommendation {
    /// A decision at a time.
    pub fn new(decision: &decision::Decision, background: &Background, now: Moment) -> Self {
        let judgement = decision.judgement.as_ref();
        let approval = background.approval_of(decision).map(|approval| approval.id.to_string());
        Self {
            id: approval.unwrap_or_else(|| format!("{}:{}", decision.action, decision.target)),
            action: decision.action,
            target: decision.target.clone(),
            reason: decision.reason.clone(),
            confidence: judgement.map(|judgement| judgement.confidence.total),
            confidence_parts: judgement.map(|judgement| judgement.confidence.parts),
            risk: judgement.map(|judgement| judgement.risk),
            decision: decision.verdict,
            ladder: judgement.and_then(|judgement| judgement.ladder.as_ref()).map(Ladder::from),
            gates: Gate::chain(&decision.gates, now),
            trigger: decision.trigger,
            escalated: judgement.and_then(|judgement| judgement.escalated.clone()),
        }
    }

    /// The gates that stop it.
    pub fn stops(&self) -> impl Iterator<Item = &Gate> {
        self.gates.iter().filter(|gate| gate.stops)
    }
}
