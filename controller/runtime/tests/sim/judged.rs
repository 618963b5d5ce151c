//! What must hold of every remediation: it begins only where every gate lets it, and its end is told and learned once.
//!
//! Owns the list of what people answered and of what was begun. Asked after each admission and each close, while the
//! store says what it says. The gates are asked here in other words than the controller's own.

pub(crate) mod lessons;
pub(crate) mod log;
mod rules;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use podsteward_domain::approval::{Approval, ApprovalId, ApprovalState};
use podsteward_domain::decision::Decision;
use podsteward_domain::intent::{Intent, IntentId};
use podsteward_domain::standing::Standing;
use podsteward_domain::time::Moment;
use podsteward_runtime::clock::Clock as _;
use podsteward_runtime::context::Context;
use podsteward_specs::document::Document;
use podsteward_specs::key::{Key, Kind};
use podsteward_specs::policy::RemediationPolicy;
use podsteward_store::{DecisionFilter, LoggedDecision};

use crate::host::Host;
use lessons::Lessons;

/// What was judged in one run.
#[derive(Default)]
pub(crate) struct Judged {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Weak: the controller holds its host, which would never go.
    context: Weak<Context>,
    answers: BTreeMap<ApprovalId, Answer>,
    /// Every plan that was ever seen begun, with the number of the approval that it used.
    begun: BTreeMap<IntentId, Intent>,
    open: Vec<IntentId>,
    lessons: Lessons,
}

/// What a person said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Yes { force: bool },
    No,
}

/// One remediation that begins, with all that may be asked about it.
struct Case<'a> {
    host: &'a Host,
    intent: &'a Intent,
    decision: &'a Decision,
    standing: Standing,
    policy: Arc<RemediationPolicy>,
    documents: BTreeMap<Key, Arc<Document>>,
    /// What a person said to the approval that it uses.
    answer: Option<Answer>,
    /// The plan that used the same approval before.
    used_by: Option<IntentId>,
    /// The other remediations in progress.
    others: Vec<Intent>,
    /// When each remediation that started this container anew began.
    restarts: Vec<Moment>,
    /// Since when everything is known to this life of the controller.
    ready: Option<Moment>,
    now: Moment,
}

impl Judged {
    /// A controller starts: its policy and its manifests are the ones in force.
    pub(crate) fn new_life(&self, context: &Arc<Context>) {
        self.lock().context = Arc::downgrade(context);
    }

    /// A person answered.
    pub(crate) fn answered(&self, approval: &Approval) {
        let answer = match approval.state {
            ApprovalState::Approved { force, .. } => Answer::Yes { force },
            _ => Answer::No,
        };
        self.lock().answers.insert(approval.id, answer);
    }

    /// A person had everything forgotten that was learned on an object.
    pub(crate) fn forgot(&self, key: &Key) {
        self.lock().lessons.forgot(key);
    }

    /// The store forgot an object, or kept it: what it has no track of any more is not compared.
    pub(crate) fn object_forgotten(&self, host: &Host) {
        self.lock().lessons.retain(&host.store);
    }

    /// A decision was admitted, or not.
    pub(crate) fn admitted(&self, host: &Host) {
        let open = host.store.open_intents().unwrap();
        for intent in &open {
            let broken = self.begins(host, intent, &open);
            report(host, broken);
        }
    }

    /// What is broken by a plan that was not seen before.
    fn begins(&self, host: &Host, intent: &Intent, open: &[Intent]) -> Vec<String> {
        let mut state = self.lock();
        if state.begun.contains_key(&intent.id) {
            return Vec::new();
        }
        state.open.push(intent.id);
        let Some(logged) = log::of(&host.store, intent) else {
            state.begun.insert(intent.id, intent.clone());
            return vec![format!("plan {} of {} has no decision", intent.id, intent.key)];
        };
        let remediation = !intent.action.is_declared();
        let case = state.context.upgrade().filter(|_| remediation).map(|context| {
            let documents = context.world.manifests().map(|view| view.documents).unwrap_or_default();
            let before = || state.begun.values().filter(|other| other.key == intent.key && other.restarts);
            let used = |other: &&Intent| intent.approval.is_some() && other.approval == intent.approval;
            let other = |other: &&Intent| other.id != intent.id && !other.action.is_declared();
            Case {
                host,
                intent,
                decision: &logged.decision,
                standing: host.store.standing(&intent.key).unwrap(),
                policy: context.world.policy(),
                documents,
                answer: intent.approval.and_then(|id| state.answers.get(&id).copied()),
                used_by: state.begun.values().find(used).map(|other| other.id),
                others: open.iter().filter(other).cloned().collect(),
                restarts: before().filter(|it| !it.action.is_declared()).map(|it| it.begun).collect(),
                ready: context.world.world(&intent.key, host.clock.now()).host.ready,
                now: host.clock.now(),
            }
        });
        let mut broken: Vec<String> = case.iter().flat_map(rules::broken).collect();
        broken.extend(log::in_progress(&logged));
        state.begun.insert(intent.id, intent.clone());
        broken
    }

    /// A plan was closed.
    pub(crate) fn closed(&self, host: &Host) {
        let still: Vec<IntentId> =
            host.store.open_intents().unwrap().into_iter().map(|intent| intent.id).collect();
        let mut state = self.lock();
        let ended: Vec<IntentId> = state.open.extract_if(.., |id| !still.contains(id)).collect();
        for id in ended {
            let Some(intent) = state.begun.get(&id).cloned() else { continue };
            let Some(logged) = log::of(&host.store, &intent) else { continue };
            let learning = state.context.upgrade().map(|context| context.world.policy().learning);
            let mut broken = Vec::from_iter(log::ended(&intent, &logged));
            if let Some(learning) = learning {
                broken.extend(state.lessons.ended(host, &intent, &logged, &learning));
            }
            report(host, broken);
        }
    }

    /// What the store remembers is what was learned at each close, whoever was killed in between.
    pub(crate) fn check_standing(&self, host: &Host) {
        let broken = self.lock().lessons.broken(&host.store);
        report(host, broken);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Case<'_> {
    fn name(&self) -> String {
        let Intent { id, .. } = self.intent;
        format!("plan {id}, {} of {},", self.intent.action, self.intent.key)
    }

    /// The containers that are declared.
    fn containers(&self) -> usize {
        self.documents.keys().filter(|key| key.kind == Kind::Container).count()
    }
}

fn report(host: &Host, broken: Vec<String>) {
    for sentence in broken {
        host.invariants.report(sentence);
    }
}

/// The decisions about an object, the oldest first.
pub(crate) fn decisions(host: &Host, key: &Key) -> Vec<LoggedDecision> {
    let filter = DecisionFilter { target: Some(key.clone()), limit: 10_000, ..DecisionFilter::default() };
    let mut decisions = host.store.decisions(&filter).unwrap();
    decisions.reverse();
    decisions
}
