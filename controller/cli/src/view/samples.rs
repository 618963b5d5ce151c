//! Fixed decisions, approvals and evaluations, as the tests of several pages need them.

use std::sync::Arc;
use std::time::Duration;

use podsteward_domain::action::Action;
use podsteward_domain::admit::Case;
use podsteward_domain::approval::{Approval, ApprovalId, ApprovalState, Question};
use podsteward_domain::confidence::{Confidence, Parts};
use podsteward_domain::decision::{Decision, Gate, GateAnswer, GateResult, Judgement, Verdict};
use podsteward_domain::evaluate::{Choice, Evaluation};
use podsteward_domain::finding::{FieldDiff, Finding, FindingKind, Remedy};
use podsteward_domain::memory::Memory;
use podsteward_domain::plan::{Expectation, ExpectedState, Plan, Section, Shape, Step, Touches};
use podsteward_domain::risk::Risk;
use podsteward_domain::score::{Points, Score};
use podsteward_domain::status::{ObjectState, ObjectStatus};
use podsteward_domain::time::{BootId, Moment};
use podsteward_runtime::listing::{Assessment, Background};
use podsteward_specs::key::Key;
use podsteward_store::{DecisionId, Incident, IncidentId, LoggedDecision, LoggedOutcome};

use crate::look::Look;

/// So many seconds after a fixed moment.
pub(crate) fn at(secs: u64) -> Moment {
    let wall = 1_795_360_000_000 + i64::try_from(secs * 1000).unwrap();
    Moment { wall_ms: wall, boot_ms: secs * 1000, boot_id: BootId(1) }
}

/// A key.
pub(crate) fn key(text: &str) -> Key {
    text.parse().unwrap()
}

/// 0.90, made of what a restart has that was never tried.
pub(crate) fn judgement() -> Judgement {
    let parts = Parts {
        prediction: Score::ONE,
        history: Score::new(7000),
        impact: Score::new(9500),
        rollback: Score::ONE,
        adjustment: Points(0),
    };
    Judgement { confidence: Confidence::of(parts), risk: Risk::Low, ladder: None, escalated: None }
}

/// The whole chain, each gate passed but for the one that is given.
pub(crate) fn gates(gate: Gate, answer: &GateAnswer) -> Vec<GateResult> {
    let result = |name: &Gate| GateResult {
        gate: *name,
        answer: if *name == gate { answer.clone() } else { GateAnswer::Pass },
    };
    Gate::ALL.iter().map(result).collect()
}

/// A held gate.
pub(crate) fn hold(detail: &str, until: Option<Moment>) -> GateAnswer {
    GateAnswer::Hold { detail: detail.to_owned(), until }
}

/// A restart of an unhealthy container that rests.
pub(crate) fn restart() -> Decision {
    let rests = hold("service-restart rests for 5m after it was tried", Some(at(300)));
    Decision {
        action: Action::ServiceRestart,
        target: key("container/web"),
        trigger: FindingKind::Unhealthy,
        reason: "its healthcheck says unhealthy: connection refused".to_owned(),
        verdict: Verdict::NotifyExecute,
        judgement: Some(judgement()),
        digest: "0123456789abcdef".to_owned(),
        gates: gates(Gate::Cooldown, &rests),
    }
}

/// Drift of a critical container that waits for a person.
pub(crate) fn drift() -> Decision {
    let waits = hold(
        "confidence 0.88, risk high, because the container is critical: approval 7 waits for somebody",
        Some(at(604_800)),
    );
    let parts = Parts { impact: Score::new(8500), ..judgement().confidence.parts };
    let judgement = Judgement {
        confidence: Confidence::of(parts),
        risk: Risk::High,
        ladder: None,
        escalated: Some("the container is critical".to_owned()),
    };
    Decision {
        action: Action::DriftReconciliation,
        target: key("container/db"),
        trigger: FindingKind::Drift,
        reason: "spec.resources.limits.memory: 64Mi declared, 128Mi live".to_owned(),
        verdict: Verdict::Queue,
        judgement: Some(judgement),
        digest: "fedcba9876543210".to_owned(),
        gates: gates(Gate::Verdict, &waits),
    }
}

/// The question that goes with [`drift`].
pub(crate) fn approval() -> Approval {
    let decision = drift();
    let judgement = decision.judgement.unwrap();
    Approval {
        id: ApprovalId(7),
        question: Question {
            action: decision.action,
            target: decision.target,
            trigger: decision.trigger,
            reason: decision.reason,
            why_asked: "confidence 0.88, risk high, because the container is critical".to_owned(),
            digest: decision.digest,
            confidence: Some(judgement.confidence),
            risk: Some(judgement.risk),
            diffs: vec![FieldDiff {
                field: "spec.resources.limits.memory".to_owned(),
                desired: "64Mi".to_owned(),
                live: "128Mi".to_owned(),
                remedy: Remedy::Recreate,
            }],
            steps: vec!["stop container db (grace 10 s)".to_owned(), "start container db".to_owned()],
            loses: vec!["/etc/motd".to_owned(), "/data/notes".to_owned()],
            effect: "container db is replaced by a new one made as declared; it is down meanwhile".to_owned(),
            rollback: "the container that is there now waits and comes back".to_owned(),
        },
        asked: at(40),
        state: ApprovalState::Pending,
        stood_still: Duration::ZERO,
        stopped: None,
    }
}

/// What the store remembers of all this.
pub(crate) fn background() -> Background {
    let incident = |target: &str, kind: FindingKind| Incident {
        id: IncidentId(1),
        target: key(target),
        kind,
        severity: kind.severity(),
        message: "as it was".to_owned(),
        opened: at(10),
        closed: None,
        forgotten: false,
    };
    Background {
        incidents: vec![incident("container/web", FindingKind::Unhealthy)],
        approvals: vec![approval()],
        ..Background::default()
    }
}

/// What follows from a decision.
pub(crate) fn evaluation(decision: &Decision, state: ObjectState) -> (Key, Evaluation) {
    let finding = Finding::new(decision.trigger, &decision.target, decision.reason.clone());
    let evaluation = Evaluation {
        findings: vec![finding],
        status: ObjectStatus {
            key: decision.target.clone(),
            state,
            message: decision.reason.clone(),
            conditions: Vec::new(),
            restarts: 0,
            container_id: None,
            image: None,
            created_ms: None,
            observed: at(100),
        },
        memory: Memory::default(),
        verification: None,
        choice: Some(choice(decision)),
        decisions: vec![decision.clone()],
        approvals: Vec::new(),
        again: None,
    };
    (decision.target.clone(), evaluation)
}

/// The choice of a decision, carried out by a stop and a start.
pub(crate) fn choice(decision: &Decision) -> Choice {
    let name = decision.target.name.to_string();
    let steps = vec![
        Step::StopContainer { name: name.clone(), grace: Duration::from_secs(10) },
        Step::StartContainer { name, deadline: Duration::from_mins(2) },
    ];
    Choice {
        decision: decision.clone(),
        plan: Plan {
            shape: Shape::Restart,
            sections: vec![Section::new("replace", steps)],
            settle: None,
            touches: Touches::default(),
            expectation: Expectation { state: ExpectedState::Running, stabilise: Duration::from_secs(20) },
        },
        facts: String::new(),
        mends: Vec::new(),
        case: case(decision),
        document: None,
        image_id: None,
    }
}

fn case(decision: &Decision) -> Case {
    Case {
        policy: Arc::default(),
        action: decision.action,
        must_ask: None,
        call: None,
        limits: podsteward_domain::limits::Limits::default(),
        groups: Vec::new(),
        containers: 2,
        basis: podsteward_domain::track::Basis::default(),
        restarts: true,
        repairs: true,
        urgency: podsteward_domain::admit::Urgency::Usual,
        digest: decision.digest.clone(),
        judgement: decision.judgement.clone(),
        diffs: Vec::new(),
        steps: Vec::new(),
        effect: String::new(),
        way_back: String::new(),
        asked: false,
        loses: Vec::new(),
    }
}

/// A host with an unhealthy and a drifting container.
pub(crate) fn assessment() -> Assessment {
    let evaluations = [evaluation(&drift(), ObjectState::Drift), evaluation(&restart(), ObjectState::Match)];
    Assessment::new(&evaluations, Vec::new(), &background(), at(100))
}

/// A decision as it stands in the log.
pub(crate) fn logged(decision: Decision, outcome: Option<LoggedOutcome>) -> LoggedDecision {
    let withheld = decision.withheld_by().filter(|_| outcome == Some(LoggedOutcome::Withheld));
    LoggedDecision {
        id: DecisionId(3),
        at: at(20),
        last: at(80),
        count: 1,
        withheld_by: withheld.map(|gate| gate.gate),
        detail: withheld.and_then(|gate| gate.answer.detail()).unwrap_or_default().to_owned(),
        decision,
        intent: None,
        approval: None,
        outcome,
        report: None,
        delta: None,
        new_confidence: None,
        rolled_back: false,
        snapshot: None,
        duration: None,
    }
}

/// One look at objects about which this is decided.
pub(crate) fn look(decided: &[Decision]) -> Look {
    let objects = decided.iter().map(|decision| evaluation(decision, ObjectState::Drift));
    Look {
        objects: objects.collect(),
        problems: Vec::new(),
        playbooks: std::sync::Arc::default(),
        missing: Vec::new(),
        unread: None,
        store: None,
        background: background(),
        now: at(100),
    }
}
