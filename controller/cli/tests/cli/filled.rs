//! A store filled by hand, as a controller would have left it.

use std::path::Path;
use std::time::Duration;

use podsteward_domain::action::Action;
use podsteward_domain::admit::{Admission, GateFacts, IntentDraft};
use podsteward_domain::approval::{ApprovalId, ApprovalState, Question};
use podsteward_domain::confidence::{Confidence, Parts};
use podsteward_domain::decision::{Decision, Gate, GateAnswer, GateResult, Judgement, Verdict};
use podsteward_domain::finding::FindingKind;
use podsteward_domain::intent::{Baseline, Outcome};
use podsteward_domain::learn::track::Learned;
use podsteward_domain::plan::{Expectation, ExpectedState, Shape, Touches};
use podsteward_domain::risk::Risk;
use podsteward_domain::score::{Points, Score};
use podsteward_domain::time::Moment;
use podsteward_domain::track::{Basis, Overall, Track};
use podsteward_host::clock::HostClock;
use podsteward_specs::key::Key;
use podsteward_store::{Access, Closing, Durability, Store};

/// Now, as the binary reads it.
pub(crate) fn now() -> Moment {
    HostClock::new().unwrap().now()
}

/// The store of a state directory.
pub(crate) fn store(dir: &Path) -> Store {
    Store::open(dir, Access::Cli).unwrap()
}

fn target() -> Key {
    "container/web".parse().unwrap()
}

/// A restart of an unhealthy container, with confidence 0.75, that a gate holds, or none.
pub(crate) fn restart(gate: Option<Gate>) -> Decision {
    let confidence = Confidence { total: Score::new(7500), parts: Parts::default() };
    let held = GateAnswer::Hold { detail: "it was tried".to_owned(), until: None };
    Decision {
        action: Action::ServiceRestart,
        target: target(),
        trigger: FindingKind::Unhealthy,
        reason: "its healthcheck failed".to_owned(),
        verdict: Verdict::Queue,
        judgement: Some(Judgement { confidence, risk: Risk::Low, ladder: None, escalated: None }),
        digest: "d1".to_owned(),
        gates: gate.map(|gate| GateResult { gate, answer: held }).into_iter().collect(),
    }
}

/// Writes down that a gate withheld the restart.
pub(crate) fn withhold(store: &Store, gate: Gate) {
    store.record_decision(&restart(Some(gate)), None, now()).unwrap();
}

/// Asks for the restart, and answers with the number of the question.
pub(crate) fn ask(store: &Store) -> ApprovalId {
    let decision = restart(Some(Gate::Verdict));
    let question = Question {
        action: decision.action,
        target: target(),
        trigger: decision.trigger,
        reason: decision.reason.clone(),
        why_asked: "confidence 0.75, risk low".to_owned(),
        digest: decision.digest.clone(),
        confidence: decision.judgement.as_ref().map(|judgement| judgement.confidence),
        risk: Some(Risk::Low),
        diffs: Vec::new(),
        steps: vec!["stop container web (grace 10 s)".to_owned(), "start container web".to_owned()],
        loses: Vec::new(),
        effect: "container web is stopped and started again".to_owned(),
        rollback: "nothing to take back".to_owned(),
    };
    let asked = |_: &GateFacts| Admission::Ask(Box::new(question.clone()), decision.clone());
    store.admit(now(), Durability::Full, &target(), asked).unwrap();
    store.open_approvals().unwrap().last().unwrap().id
}

/// Answers a question.
pub(crate) fn answer(store: &Store, id: ApprovalId, state: ApprovalState) {
    store.answer_approval(id, state).unwrap();
}

/// A yes.
pub(crate) fn yes() -> ApprovalState {
    ApprovalState::Approved { by: "bob".to_owned(), at: now(), force: false }
}

/// Writes down a restart that was carried out and failed, whereupon its breaker opened.
pub(crate) fn fail(store: &Store) {
    let begun = now();
    let draft = IntentDraft {
        key: target(),
        action: Action::ServiceRestart,
        shape: Shape::Restart,
        document: None,
        facts: String::new(),
        image_id: None,
        mends: Vec::new(),
        touches: Touches::default(),
        expectation: Expectation { state: ExpectedState::Running, stabilise: Duration::from_secs(30) },
        begun,
        verdict: Some(Verdict::NotifyExecute),
        judgement: restart(None).judgement,
        basis: Basis::default(),
        restarts: true,
        repairs: true,
        before: Baseline::default(),
        approval: None,
        answers: None,
        incident: None,
    };
    let decision = Decision { verdict: Verdict::NotifyExecute, ..restart(None) };
    let yes = |_: &GateFacts| Admission::Admit(Box::new(draft.clone()), decision.clone(), None);
    store.admit(begun, Durability::Full, &target(), yes).unwrap();
    let intent = store.open_intents().unwrap().pop().unwrap();
    let closing = Closing {
        outcome: Outcome::Failure,
        detail: "it runs and is still unhealthy",
        report: None,
        rolled_back: false,
        snapshot: None,
        at: now(),
        durability: Durability::Full,
    };
    let track = Track { failures: 3, opened: Some(now()), restarts: vec![now()], ..Track::default() };
    let learned = Learned {
        track,
        overall: Overall::default(),
        delta: Points(-1000),
        confidence: None,
        pair_opened: true,
        action_opened: false,
    };
    store.close(&intent, &closing, |_| Some(learned.clone()), |_| Vec::new()).unwrap();
}
