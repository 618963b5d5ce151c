//! The last question before a plan begins, asked inside the store's transaction.
//!
//! Owns what is asked with ([`Case`], [`GateFacts`]) and what is answered ([`Admission`]). Never reads or writes the
//! store: the store calls the judge between its read and its write, so that no pause can slip in between.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use podsteward_specs::key::{Key, Kind};
use podsteward_specs::policy::RemediationPolicy;
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::alert::{Answers, Call};
use crate::approval::{ApprovalId, Question};
use crate::decide::gates::{self, racing};
use crate::decision::{Decision, Gate, GateAnswer, Judgement, Verdict};
use crate::finding::FieldDiff;
use crate::intent::{Baseline, Intent, IntentId, IntentState};
use crate::limits::Limits;
use crate::notification::{self, Notification};
use crate::plan::{Expectation, Shape, Touches};
use crate::standing::Standing;
use crate::switch::Switch;
use crate::time::Moment;
use crate::track::Basis;

/// What the gates are asked with about one plan, besides what may change meanwhile.
#[derive(Debug, Clone)]
pub struct Case {
    /// The action.
    pub action: Action,
    /// How far podsteward may go by itself.
    pub policy: Arc<RemediationPolicy>,
    /// How far with this object.
    pub limits: Limits,
    /// The containers that depend on each other: those around the object, and around what is started anew besides.
    pub groups: Vec<BTreeSet<Key>>,
    /// How many containers are declared.
    pub containers: usize,
    /// What the action on it is learned on.
    pub basis: Basis,
    /// Whether a container that is there is started anew by it.
    pub restarts: bool,
    /// Whether it puts right what had been in force and is not well.
    pub repairs: bool,
    /// How urgent it is.
    pub urgency: Urgency,
    /// Which plan it is.
    pub digest: String,
    /// How sure podsteward is; `None` for declared work.
    pub judgement: Option<Judgement>,
    /// Why a person must say that it is meant, however sure podsteward is.
    pub must_ask: Option<String>,
    /// A person asked for it, and that is enough: nobody is asked once more.
    pub asked: bool,
    /// What alerts call for, where they do.
    pub call: Option<Arc<Call>>,
    /// What differs, field by field.
    pub diffs: Vec<FieldDiff>,
    /// What would be done, step by step, for people.
    pub steps: Vec<String>,
    /// What is expected of it, for people.
    pub effect: String,
    /// How it could be taken back, for people.
    pub way_back: String,
    /// What the container's own layer would lose, where that is read because a person is asked.
    pub loses: Vec<String>,
}

/// How urgent a plan is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Urgency {
    /// It keeps to its cooldown.
    #[default]
    Usual,
    /// A filesystem is at its `critical` threshold: of what podsteward itself holds back by, only the pair's breaker counts.
    Critical {
        /// How long the action rests after it was tried.
        cooldown: Option<Duration>,
    },
}

/// What may have changed between the decision and this moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateFacts {
    /// Now.
    pub now: Moment,
    /// The switch and the pauses, as they stand in the store.
    pub switch: Switch,
    /// What the plans in progress hold, in the order in which they began.
    pub leases: Vec<Lease>,
    /// What is remembered of actions on the target, and of approvals.
    pub standing: Standing,
}

/// What one plan in progress holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// The plan's intent.
    pub intent: IntentId,
    /// Its object.
    pub key: Key,
    /// Its action.
    pub action: Action,
    /// What it touches.
    pub touches: Touches,
}

/// An intent that has no number yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntentDraft {
    /// The object.
    pub key: Key,
    /// The action.
    pub action: Action,
    /// What kind of plan.
    pub shape: Shape,
    /// The document it carries out, as canonical JSON; none for a removal.
    pub document: Option<String>,
    /// The facts that it was decided on, as [`crate::memory::Quarantine::facts`].
    pub facts: String,
    /// The id of the image it uses.
    pub image_id: Option<String>,
    /// The drift that it mends; empty for declared work.
    #[serde(default)]
    pub mends: Vec<FieldDiff>,
    /// What it touches.
    pub touches: Touches,
    /// What verification looks for.
    pub expectation: Expectation,
    /// When it is begun.
    pub begun: Moment,
    /// How far it went by itself.
    #[serde(default)]
    pub verdict: Option<Verdict>,
    /// How sure podsteward was; `None` for declared work.
    #[serde(default)]
    pub judgement: Option<Judgement>,
    /// What the action is learned on.
    #[serde(default)]
    pub basis: Basis,
    /// A container that was there is started anew by it.
    #[serde(default)]
    pub restarts: bool,
    /// Whether it puts right what had been in force and is not well.
    #[serde(default)]
    pub repairs: bool,
    /// What was there before the first step.
    #[serde(default)]
    pub before: Baseline,
    /// The approval that it uses.
    #[serde(default)]
    pub approval: Option<ApprovalId>,
    /// The alerts that called for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answers: Option<Answers>,
    /// The number of the incident that called for it; given by the store.
    #[serde(default)]
    pub incident: Option<i64>,
}

impl IntentDraft {
    /// The containers beside its target that a playbook does something to.
    pub fn beside(&self) -> impl Iterator<Item = &Key> {
        let is_playbook = matches!(self.shape, Shape::Playbook(_));
        let touched = self.touches.objects.iter().filter(move |_| is_playbook);
        touched.filter(|key| key.kind == Kind::Container && **key != self.key)
    }

    /// Whether somebody was told when it began, and so wants to hear how it ended.
    pub fn was_told(&self) -> bool {
        matches!(self.verdict, Some(Verdict::NotifyExecute | Verdict::Queue)) && self.judgement.is_some()
            || self.approval.is_some()
    }

    /// The intent with the number that the store gave it.
    pub fn numbered(self, id: IntentId) -> Intent {
        Intent { id, draft: self, state: IntentState::Begun }
    }
}

/// The judge's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Admission {
    /// Begin, and write both down, with what somebody must hear of it.
    Admit(Box<IntentDraft>, Decision, Option<Notification>),
    /// Ask a person, and write down what is asked. Whoever gives the question its number tells of it, see
    /// [`crate::notification::asked`].
    Ask(Box<Question>, Decision),
    /// Begin nothing, and write down which gate stopped it; what somebody must hear of it is told when it is written
    /// down for the first time.
    Withhold(Decision, Option<Notification>),
}

/// Asks the gates again that can race with a person or another plan, and begins the plan if they still let it.
pub fn judge(mut decision: Decision, mut draft: IntentDraft, case: &Case, facts: &GateFacts) -> Admission {
    ask_again(&mut decision, &draft, case, facts);
    if decision.withheld_by().is_none() {
        draft.approval = racing::given(&facts.standing, case, facts.now).map(|approval| approval.id);
        // Whoever said yes knows that it begins.
        let tells = decision.verdict == Verdict::NotifyExecute && draft.approval.is_none();
        let told = tells.then(|| notification::acting(&decision, case));
        return Admission::Admit(Box::new(draft), decision, told);
    }
    let known = racing::approval(&facts.standing, case);
    let over = known.is_some_and(|known| known.overdue(facts.now, &case.policy.approvals).is_some());
    if decision.asks() && (known.is_none() || over) {
        let question = question(&decision, case);
        return Admission::Ask(Box::new(question), decision);
    }
    let told = notification::withheld(&decision);
    Admission::Withhold(decision, told)
}

fn ask_again(decision: &mut Decision, draft: &IntentDraft, case: &Case, facts: &GateFacts) {
    let (switch, standing, leases, now) = (&facts.switch, &facts.standing, &facts.leases, facts.now);
    let by_switch = gates::by_switch(switch, now);
    if by_switch.stops() {
        set(decision, Gate::Switch, by_switch);
    }
    let touched = [&draft.key].into_iter().chain(&draft.touches.objects);
    let mut by_pause = touched.map(|key| gates::by_pause(switch, key, now));
    if let Some(by_pause) = by_pause.find(GateAnswer::stops) {
        set(decision, Gate::Pause, by_pause);
    }
    if let Some(lease) = leases.iter().find(|lease| excludes(lease, draft)) {
        let detail = format!("plan {} of {} holds it", lease.intent, lease.key);
        set(decision, Gate::OneInFlight, GateAnswer::Hold { detail, until: None });
    }
    set(decision, Gate::Approval, racing::must_ask(standing, case, now));
    if case.action.is_declared() {
        return;
    }
    set(decision, Gate::Breaker, racing::breaker(standing, case, leases, now));
    set(decision, Gate::Cooldown, racing::cooldown(standing, case, now));
    set(decision, Gate::Budget, racing::budget(&draft.key, standing, case, leases, now));
    set(decision, Gate::Limit, racing::limit(standing, case, now));
    let verdict = racing::verdict(decision.verdict, &decision.gates, standing, case, now);
    set(decision, Gate::Verdict, verdict);
}

fn set(decision: &mut Decision, gate: Gate, answer: GateAnswer) {
    if let Some(result) = decision.gates.iter_mut().find(|result| result.gate == gate) {
        result.answer = answer;
    }
}

fn question(decision: &Decision, case: &Case) -> Question {
    Question {
        action: decision.action,
        target: decision.target.clone(),
        trigger: decision.trigger,
        reason: decision.reason.clone(),
        why_asked: racing::why_asked(decision, case),
        digest: case.digest.clone(),
        confidence: case.judgement.as_ref().map(|judgement| judgement.confidence),
        risk: case.judgement.as_ref().map(|judgement| judgement.risk),
        diffs: case.diffs.clone(),
        steps: case.steps.clone(),
        loses: case.loses.clone(),
        effect: case.effect.clone(),
        rollback: case.way_back.clone(),
    }
}

/// Objects and containers are held by one plan at a time. Images and volumes may be used by many at once, but
/// nothing that a plan uses is removed, and nothing that is being removed is used.
fn excludes(lease: &Lease, draft: &IntentDraft) -> bool {
    let (held, wanted) = (&lease.touches, &draft.touches);
    let removes = |key: &Key| matches!(key.kind, Kind::Volume | Kind::Disk);
    let removing = removes(&lease.key) || removes(&draft.key);
    // Two policies may watch one filesystem: what one frees is measured before the other frees more.
    let both_clean = lease.action.cleans() && draft.action.cleans();
    both_clean
        || !held.objects.is_disjoint(&wanted.objects)
        || !held.containers.is_disjoint(&wanted.containers)
        || removing && !held.volumes.is_disjoint(&wanted.volumes)
        || removing && !held.images.is_disjoint(&wanted.images)
}
