//! What the tests of this crate begin with.
//!
//! Owns small values of the domain's types. Never hides what a test is about.

use std::path::Path;
use std::time::Duration;

use podsteward_domain::action::Action;
use podsteward_domain::admit::{Admission, GateFacts, IntentDraft};
use podsteward_domain::approval::{Approval, ApprovalState, Question};
use podsteward_domain::confidence::{Confidence, Parts};
use podsteward_domain::decision::{Decision, Gate, GateAnswer, GateResult, Judgement, Verdict};
use podsteward_domain::finding::{FindingKind, Severity};
use podsteward_domain::intent::{Baseline, Intent, Outcome};
use podsteward_domain::learn::track::Learned;
use podsteward_domain::notification::Notification;
use podsteward_domain::plan::{Expectation, ExpectedState, Shape, Touches};
use podsteward_domain::risk::Risk;
use podsteward_domain::score::{Points, Score};
use podsteward_domain::standing::Standing;
use podsteward_domain::switch::Pause;
use podsteward_domain::time::{BootId, Moment};
use podsteward_domain::track::{Basis, Overall, Track};
use podsteward_specs::channel::NotificationEvent;
use podsteward_specs::key::Key;

use crate::{
    Access, Admitted, Closing, ControllerLock, DecisionFilter, Durability, LoggedDecision, Result, Store,
};

/// A controller's store in a new directory, with what keeps both alive.
pub(crate) struct Home {
    pub(crate) dir: tempfile::TempDir,
    pub(crate) lock: ControllerLock,
    pub(crate) store: Store,
}

impl Home {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let (lock, store) = controller(dir.path());
        Self { dir, lock, store }
    }

    pub(crate) fn cli(&self) -> Store {
        Store::open(self.dir.path(), Access::Cli).unwrap()
    }
}

pub(crate) fn controller(dir: &Path) -> (ControllerLock, Store) {
    let lock = ControllerLock::take(dir).unwrap();
    let store = Store::open(dir, Access::Controller(&lock)).unwrap();
    (lock, store)
}

/// A moment so many seconds into a boot whose id needs every one of its bits.
pub(crate) fn at(seconds: u32) -> Moment {
    Moment {
        wall_ms: 1_790_000_000_000 + i64::from(seconds) * 1000,
        boot_ms: u64::from(seconds) * 1000,
        boot_id: BootId(u128::MAX - 1),
    }
}

pub(crate) fn key(text: &str) -> Key {
    text.parse().unwrap()
}

pub(crate) fn pause(reason: &str) -> Pause {
    Pause {
        reason: reason.to_owned(),
        by: "alice".to_owned(),
        since: at(5),
        length: Some(Duration::from_mins(30)),
    }
}

pub(crate) fn decision(target: &str, stopped_by: Option<(Gate, &str)>) -> Decision {
    let answer = |detail: &str| GateAnswer::Hold { detail: detail.to_owned(), until: Some(at(900)) };
    let stopped = stopped_by.map(|(gate, detail)| GateResult { gate, answer: answer(detail) });
    let passed = GateResult { gate: Gate::Freshness, answer: GateAnswer::Pass };
    Decision {
        action: Action::Start,
        target: key(target),
        trigger: FindingKind::NotRunning,
        reason: "it should run and does not".to_owned(),
        verdict: Verdict::Declared,
        judgement: None,
        digest: "d1".to_owned(),
        gates: stopped.into_iter().chain([passed]).collect(),
    }
}

pub(crate) fn draft(target: &str, containers: &[&str], images: &[&str]) -> IntentDraft {
    let names = |names: &[&str]| names.iter().map(ToString::to_string).collect();
    IntentDraft {
        key: key(target),
        action: Action::Start,
        shape: Shape::Start,
        document: Some("{}".to_owned()),
        facts: "f1".to_owned(),
        image_id: Some("sha256:1".to_owned()),
        mends: Vec::new(),
        touches: Touches { containers: names(containers), images: names(images), ..Touches::default() },
        expectation: Expectation { state: ExpectedState::Running, stabilise: Duration::from_secs(10) },
        begun: at(10),
        verdict: None,
        judgement: None,
        basis: Basis::default(),
        restarts: false,
        repairs: true,
        before: Baseline::default(),
        approval: None,
        answers: None,
        incident: None,
    }
}

/// A decision about restarting a service, with how sure it is.
pub(crate) fn restart(target: &str, confidence_bp: u16, stopped_by: Option<(Gate, &str)>) -> Decision {
    let confidence = Confidence { total: Score::new(confidence_bp), parts: Parts::default() };
    Decision {
        action: Action::ServiceRestart,
        trigger: FindingKind::Unhealthy,
        verdict: Verdict::Queue,
        judgement: Some(Judgement { confidence, risk: Risk::Low, ladder: None, escalated: None }),
        ..decision(target, stopped_by)
    }
}

pub(crate) fn question(target: &str) -> Question {
    Question {
        action: Action::ServiceRestart,
        target: key(target),
        trigger: FindingKind::Unhealthy,
        reason: "it is unhealthy".to_owned(),
        why_asked: "confidence 0.75 asks".to_owned(),
        digest: "d1".to_owned(),
        confidence: None,
        risk: Some(Risk::Low),
        diffs: Vec::new(),
        steps: vec!["stop container web".to_owned()],
        loses: Vec::new(),
        effect: "it is healthy".to_owned(),
        rollback: "none is needed".to_owned(),
    }
}

pub(crate) fn notification(title: &str) -> Notification {
    Notification {
        event: NotificationEvent::Alert,
        severity: Severity::Warning,
        object: key("container/web"),
        title: title.to_owned(),
        body: String::new(),
        about: None,
    }
}

/// A track that failed so often that its breaker is open.
pub(crate) fn tripped() -> Track {
    Track { failures: 3, opened: Some(at(3)), ended: Some(at(3)), ..Track::default() }
}

/// What one more failure of a plan taught: so many points.
pub(crate) fn learned(standing: &Standing, points: i32) -> Learned {
    let track = standing.tracks.get(&Action::Start).cloned().unwrap_or_default();
    let confidence = Confidence { total: Score::new(8_100), parts: Parts::default() };
    Learned {
        track: Track { failures: track.failures + 1, ..track },
        overall: Overall { failing: vec![key("container/web")], ..Overall::default() },
        delta: Points(points),
        confidence: Some(confidence),
        pair_opened: false,
        action_opened: false,
    }
}

pub(crate) fn approved(force: bool) -> ApprovalState {
    ApprovalState::Approved { by: "alice".to_owned(), at: at(30), force }
}

pub(crate) fn rejected(reason: &str) -> ApprovalState {
    ApprovalState::Rejected { by: "bob".to_owned(), reason: reason.to_owned(), at: at(40) }
}

/// Asks a person whether to restart a service; the decision is the latest of the log.
pub(crate) fn ask(store: &Store, target: &str) -> Approval {
    let held = restart(target, 7_500, Some((Gate::Verdict, "it needs approval")));
    let judge = |_: &GateFacts| Admission::Ask(Box::new(question(target)), held.clone());
    match store.admit(at(20), Durability::Normal, &key(target), judge).unwrap() {
        Admitted::Asked { approval, .. } => *approval,
        other => panic!("{other:?}"),
    }
}

/// A judge that lets everything through.
pub(crate) fn yes(draft: IntentDraft) -> impl FnMut(&GateFacts) -> Admission {
    let decision = decision(&draft.key.to_string(), None);
    move |_| Admission::Admit(Box::new(draft.clone()), decision.clone(), None)
}

/// Admits a plan that everything lets through.
pub(crate) fn admit(store: &Store, draft: IntentDraft) -> Result<Intent> {
    let target = draft.key.clone();
    match store.admit(at(10), Durability::Normal, &target, yes(draft))? {
        Admitted::Begun { intent, .. } => Ok(*intent),
        other => panic!("{other:?}"),
    }
}

/// A begun intent of one container.
pub(crate) fn begin(store: &Store, target: &str, container: &str) -> Intent {
    admit(store, draft(target, &[container], &[])).unwrap()
}

/// How a plan ended that nothing more is known of.
pub(crate) fn closing(outcome: Outcome, detail: &str, second: u32) -> Closing<'_> {
    Closing {
        outcome,
        detail,
        report: None,
        rolled_back: false,
        snapshot: None,
        at: at(second),
        durability: Durability::Normal,
    }
}

/// Closes an intent that taught nothing.
pub(crate) fn close(store: &Store, intent: &Intent, closing: &Closing<'_>) -> Result<()> {
    store.close(intent, closing, |_| None, |_| Vec::new()).map(|_| ())
}

/// The whole log, the latest first.
pub(crate) fn log(store: &Store) -> Vec<LoggedDecision> {
    store.decisions(&DecisionFilter::default()).unwrap()
}
