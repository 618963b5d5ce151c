//! What the tests of this crate begin with.
//!
//! Owns small values of the domain's types. Never hides what a test is about.

use std::path::Path;
use std::time::Duration;

use podsteward_domain::action::Action;
use podsteward_domain::admit::{Admission, GateFacts, IntentDraft};
use podsteward_domain::decision::{Decision, Gate, GateAnswer, GateResult, Verdict};
use podsteward_domain::finding::FindingKind;
use podsteward_domain::intent::Intent;
use podsteward_domain::plan::{Expectation, ExpectedState, Shape, Touches};
use podsteward_domain::switch::Pause;
use podsteward_domain::time::{BootId, Moment};
use podsteward_specs::key::Key;

use crate::{Access, Admitted, ControllerLock, Durability, Store};

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
    let passed = GateResult { gate: Gate::Verdict, answer: GateAnswer::Pass };
    Decision {
        action: Action::Start,
        target: key(target),
        trigger: FindingKind::NotRunning,
        reason: "it should run and does not".to_owned(),
        verdict: Verdict::Declared,
        gates: stopped.into_iter().chain([passed]).collect(),
    }
}

pub(crate) fn draft(target: &str, containers: &[&str], images: &[&str]) -> IntentDraft {
    let names = |names: &[&str]| names.iter().map(ToString::to_string).collect();
    IntentDraft {
        key: key(target),
        action: Action::Start,
        shape: Shape::Recreate { previous: "web-previous".to_owned(), was_running: true },
        document: Some("{}".to_owned()),
        facts: "f1".to_owned(),
        image_id: Some("sha256:1".to_owned()),
        mends: Vec::new(),
        touches: Touches { containers: names(containers), images: names(images), ..Touches::default() },
        expectation: Expectation { state: ExpectedState::Running, stabilise: Duration::from_secs(10) },
        begun: at(10),
    }
}

/// A judge that lets everything through.
pub(crate) fn yes(draft: IntentDraft) -> impl FnOnce(&GateFacts) -> Admission {
    let decision = decision(&draft.key.to_string(), None);
    move |_| Admission::Admit(Box::new(draft), decision)
}

/// A begun intent of one container.
pub(crate) fn begin(store: &Store, target: &str, container: &str) -> Intent {
    match store.admit(at(10), Durability::Normal, yes(draft(target, &[container], &[]))).unwrap() {
        Admitted::Begun { intent, .. } => *intent,
        Admitted::Withheld { .. } => panic!("withheld"),
    }
}
