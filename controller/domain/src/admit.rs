//! The last question before a plan begins, asked inside the store's transaction.
//!
//! Owns what is asked with ([`GateFacts`]) and what is answered ([`Admission`]). Never reads or writes the store:
//! the store calls the judge between its read and its write, so that no pause can slip in between.

use podsteward_specs::key::{Key, Kind};
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::decide::gates;
use crate::decision::{Decision, Gate, GateAnswer};
use crate::finding::FieldDiff;
use crate::intent::{Intent, IntentId, IntentState};
use crate::plan::{Expectation, Shape, Touches};
use crate::switch::Switch;
use crate::time::Moment;

/// What may have changed between the decision and this moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateFacts {
    /// Now.
    pub now: Moment,
    /// The switch and the pauses, as they stand in the store.
    pub switch: Switch,
    /// What the plans in progress hold, in the order in which they began.
    pub leases: Vec<Lease>,
}

/// What one plan in progress holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// The plan's intent.
    pub intent: IntentId,
    /// Its object.
    pub key: Key,
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
}

impl IntentDraft {
    /// The intent with the number that the store gave it.
    pub fn numbered(self, id: IntentId) -> Intent {
        let Self { key, action, shape, document, facts, image_id, mends, touches, expectation, begun } = self;
        let state = IntentState::Begun;
        Intent {
            id,
            key,
            action,
            shape,
            document,
            facts,
            image_id,
            mends,
            touches,
            expectation,
            state,
            begun,
        }
    }
}

/// The judge's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Admission {
    /// Begin, and write both down.
    Admit(Box<IntentDraft>, Decision),
    /// Begin nothing, and write down which gate stopped it.
    Withhold(Decision),
}

/// Asks the gates again that can race with a person or another plan, and begins the plan if they still let it.
pub fn judge(mut decision: Decision, draft: IntentDraft, facts: &GateFacts) -> Admission {
    let (switch, now) = (&facts.switch, facts.now);
    let by_switch = gates::by_switch(switch, now);
    if by_switch.stops() {
        set(&mut decision, Gate::Switch, by_switch);
    }
    let by_pause = gates::by_pause(switch, &draft.key, now);
    if by_pause.stops() {
        set(&mut decision, Gate::Pause, by_pause);
    }
    if let Some(lease) = facts.leases.iter().find(|lease| excludes(lease, &draft)) {
        let detail = format!("plan {} of {} holds it", lease.intent, lease.key);
        set(&mut decision, Gate::OneInFlight, GateAnswer::Hold { detail, until: None });
    }
    match decision.withheld_by() {
        Some(_) => Admission::Withhold(decision),
        None => Admission::Admit(Box::new(draft), decision),
    }
}

fn set(decision: &mut Decision, gate: Gate, answer: GateAnswer) {
    if let Some(result) = decision.gates.iter_mut().find(|result| result.gate == gate) {
        result.answer = answer;
    }
}

/// Objects and containers are held by one plan at a time. Images and volumes may be used by many at once, but
/// nothing that a plan uses is removed, and nothing that is being removed is used.
fn excludes(lease: &Lease, draft: &IntentDraft) -> bool {
    let (held, wanted) = (&lease.touches, &draft.touches);
    let of_volume = lease.key.kind == Kind::Volume || draft.key.kind == Kind::Volume;
    !held.objects.is_disjoint(&wanted.objects)
        || !held.containers.is_disjoint(&wanted.containers)
        || of_volume && !held.volumes.is_disjoint(&wanted.volumes)
}
